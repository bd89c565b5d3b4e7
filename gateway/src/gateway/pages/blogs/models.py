"""What the pages of blogs print. Template names stand in each docstring.

Texts are plain and must be escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.downloads.models import Pager
    from gateway.pages.heads import Head
    from gateway.pages.landings.blocks import Tile
    from gateway.pages.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry; `href` leads to the blog. `sample`: it is made up."""

    title: str
    href: str
    day: date
    blog: Link
    excerpt: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedRow:
    """A related blog, and its newest entry where one is known."""

    blog: Link
    newest: Link | None
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogsPage:
    """`blogs/list.html`. `first` stands out; it is None on pages after the first.

    `sources` are the blogs that the list is of, `groups` the ways to look at some of them.
    """

    head: Head
    first: EntryRow | None
    rows: tuple[EntryRow, ...]
    pager: Pager | None
    sources: tuple[Link, ...]
    related: tuple[RelatedRow, ...]
    notes: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestNews:
    """`home/news.html`, `boxes/menu_news.html` and a card of landings: the newest of some blogs."""

    title: str
    rows: tuple[EntryRow, ...]
    more: Link
