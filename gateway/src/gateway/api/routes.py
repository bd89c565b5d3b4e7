"""Every dialect of the API, and what it serves."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.legacy.downloads import DOWNLOADS as LEGACY_DOWNLOADS
from gateway.api.legacy.pages import PAGE
from gateway.api.modern.blogs import BLOGS
from gateway.api.modern.companies import COMPANIES
from gateway.api.modern.content import CONTENT
from gateway.api.modern.dialect import Modern
from gateway.api.modern.downloads import DOWNLOADS
from gateway.api.modern.events import EVENTS
from gateway.api.modern.frame import FRAME
from gateway.api.modern.groups import GROUPS
from gateway.api.modern.jobs import JOBS
from gateway.api.modern.minutes import MINUTES
from gateway.api.modern.posts import POSTS
from gateway.api.modern.samples_of_code import SAMPLES
from gateway.api.modern.sponsors import SPONSORS
from gateway.api.modern.stories import STORIES
from gateway.api.modern.users import USERS
from gateway.api.server import Dialect
from gateway.api.v1.dialect import V1
from gateway.api.v2.dialect import V2
from gateway.api.v2.sponsors import Sponsors

#: What both legacy APIs serve.
RESOURCES: Final = (PAGE, *LEGACY_DOWNLOADS)
#: What their roots list.
ANNOUNCED: Final = tuple(resource.name for resource in RESOURCES)
#: What the modern API serves.
OPERATIONS: Final = (
    *DOWNLOADS,
    *CONTENT,
    *FRAME,
    *BLOGS,
    *COMPANIES,
    *SAMPLES,
    *MINUTES,
    *GROUPS,
    *POSTS,
    *STORIES,
    *EVENTS,
    *JOBS,
    *SPONSORS,
    *USERS,
)


def dialects() -> tuple[Dialect[Any], ...]:
    """Return the dialects, in the order in which an address is offered to them."""
    return (
        V1(RESOURCES, ANNOUNCED),
        V2(RESOURCES, ANNOUNCED),
        Sponsors(),
        Modern(OPERATIONS),
    )
