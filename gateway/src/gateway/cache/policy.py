"""What a route says about the keeping of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: What a page may vary by, beside its address. A closed set: every further value multiplies the
#: number of copies, and nothing else of a request may reach a cached template.
Variant = Literal["system"]


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """How the composed pages of one route are kept.

    Attributes:
        params: Query parameters that the page reads. All others are dropped before the key is
            made, so they can neither split the cache nor reach the template.
        variants: What the page may vary by beside its address.
        fresh: Seconds for which a copy is answered without asking anybody. Events purge earlier;
            this only bounds what an event nobody sent would leave behind.
        revalidate: Seconds after that for which the copy is answered at once while a new one is
            composed behind it. Older copies are composed first.
        stale: Seconds after `fresh` for which the copy may stand in while its backend is down.
        browser: Seconds for which a browser may keep it without asking. 0: it asks each time, and
            gets 304 where nothing changed.
    """

    params: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    fresh: float = 600
    revalidate: float = 3600
    stale: float = 7 * 86400
    browser: int = 0
