"""The upper part of pages about one subject: title, breadcrumbs, badges, what to subscribe to.

Printed by `components/heads.html`. Texts are plain and must be escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gateway.pages.downloads.models import Pager

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.web.pages import PageContext

#: Pages on either side of this one that the row of page numbers has.
_NEAR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A badge: what it says, and the kind that colours it."""

    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Ways to be kept up to date: `webcal` opens a calendar program, `ics` is the same as a file.

    `what` names what is subscribed to. Any of them may be empty.
    """

    what: str
    webcal: str
    ics: str
    rss: str
    atom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One way to look at a subject."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The upper part of a page.

    `tabs` are other ways to look at the same; `subscribe` None where there is nothing to be kept
    up to date with. `trail` is what is above the page. `indexed` False: no page for search engines.
    """

    title: str
    description: str
    trail: tuple[tuple[str, str], ...]
    text: str = ""
    tabs: tuple[Tab, ...] = ()
    subscribe: Subscribe | None = None
    indexed: bool = True


def windows(  # noqa: PLR0913 - what there is to say of a list
    ctx: PageContext,
    total: int,
    size: int,
    number: int,
    label: str,
    *,
    params: Mapping[str, str] | None = None,
) -> Pager | None:
    """Return the links to the pages of a list that is counted; None where one page holds it.

    `params` are what else stands in the address.
    """
    last = max(1, -(-total // size))
    if last == 1:
        return None

    def address(page: int) -> str:
        query = urlencode({**(params or {}), **({"page": page} if page > 1 else {})})
        return f"{ctx.path}?{query}" if query else ctx.path

    shown = [n for n in range(1, last + 1) if n in {1, last} or abs(n - number) <= _NEAR]
    return Pager(
        label=label,
        page=number,
        pages=tuple((n, address(n), n == number) for n in shown),
        previous=address(number - 1) if number > 1 else None,
        next=address(number + 1) if number < last else None,
    )
