"""What pages of minutes print. Texts are plain and must be escaped; `html` is safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.pages.heads import Head, Subscribe, Tab
from gateway.pages.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesRow:
    """One meeting of a list. `number` tells it from the first one of its day, None for that."""

    date: date
    title: str
    href: str
    number: int | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfRows:
    """The meetings of a year, newest first."""

    year: int
    rows: tuple[MinutesRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesList:
    """`minutes/list.html`, at /psf/records/board/minutes/.

    `years` are the ways to other years; `feeds` is what to subscribe to.
    """

    head: Head
    years: tuple[Tab, ...]
    shown: tuple[YearOfRows, ...]
    feeds: Subscribe


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesPage:
    """`minutes/minutes.html`: one meeting. `others` are those of its day, `near` of its year."""

    head: Head
    id: int
    date: date
    html: str
    sample: bool
    draft: bool
    others: tuple[MinutesRow, ...]
    year: int
    near: tuple[MinutesRow, ...]
    previous: Link | None = None
    next: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """`minutes/drafts.html` (fragment): what staff see above the list."""

    rows: tuple[MinutesRow, ...]
