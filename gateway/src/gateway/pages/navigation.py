"""The tree that the frame is built from before the content service has told its own.

The content service owns the tree; staff edit it there. The copy beside this file is that service's
seed, so that a gateway which starts alone has menus (`make contracts` writes it, and says where the
two differ). An entry names the area that answers its address; what no area here answers yet leads
elsewhere or is not shown, so that nothing of ours leads to a 404 page. A service that begins to
serve pages joins `LIVE`, and its entries appear.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, Literal

from contracts.content.menus import Area, Navigation

type Owner = Literal[
    "gateway", "downloads", "content", "identity", "events", "jobs", "sponsors", "external",
    "blogs", "stories",
]  # fmt: skip

#: Owners whose addresses answer today.
LIVE: frozenset[Owner] = frozenset(
    {"gateway", "downloads", "events", "identity", "jobs", "sponsors", "external"}
)
#: The same where a content service is behind the gateway.
WRITTEN: frozenset[Owner] = LIVE | {"content", "blogs", "stories"}

_OWNERS: Final[Mapping[Area, Owner]] = {
    Area.EVERYWHERE: "gateway",
    Area.DOWNLOADS: "downloads",
    Area.ACCOUNTS: "identity",
    Area.PAGES: "content",
    Area.BLOGS: "blogs",
    Area.STORIES: "stories",
    Area.EVENTS: "events",
    Area.JOBS: "jobs",
    Area.SPONSORS: "sponsors",
}

#: The tree as it is shipped.
SHIPPED: Final = Navigation.model_validate_json(
    Path(__file__).with_name("navigation.json").read_bytes()
)


def answers(area: Area, live: Collection[Owner]) -> bool:
    """Tell whether an area answers its addresses here."""
    return area is Area.EVERYWHERE or _OWNERS[area] in live
