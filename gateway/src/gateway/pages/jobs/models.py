"""What the public pages of jobs print. Template names stand in each docstring.

Texts are plain and must be escaped, except where a field says it is safe HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.downloads.models import Option, Pager
    from gateway.pages.heads import Head, Mark
    from gateway.pages.landings.blocks import Tile
    from gateway.pages.links import Link
    from gateway.pages.sponsors.models import LogoBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job in a list."""

    title: str
    href: str
    company: str
    location: Link
    category: Link
    types: tuple[Link, ...]
    other_type: str
    posted: date
    marks: tuple[Mark, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The form above a list. `active`: something is chosen, as `chosen` tells, each to be undone.

    `more`: something of what is folded away is chosen.
    """

    q: str
    categories: tuple[Option, ...]
    types: tuple[Option, ...]
    countries: tuple[Option, ...]
    posted: tuple[Option, ...]
    sorts: tuple[Option, ...]
    remote: bool
    location: str
    chosen: tuple[Link, ...]
    active: bool
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Beside a list: the categories and countries with most jobs, and where all of them are."""

    title: str
    links: tuple[Link, ...]
    more: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """`jobs/list.html`: one window of the visible jobs. `count` says how many there are.

    `nothing` is said where there are none, with `instead` as ways on from there; `sponsors` None:
    nobody's logo is shown here.
    """

    head: Head
    filter: Filter
    count: str
    rows: tuple[JobRow, ...]
    pager: Pager | None
    nothing: str
    instead: tuple[Link, ...]
    ways: tuple[Ways, ...]
    subscribe: Tile
    featured: Tile
    sponsors: LogoBlock | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Names under a heading: a country, which may have a page, and the places in it."""

    title: str
    href: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesPage:
    """`jobs/names.html`, at /jobs/types/, /jobs/categories/ and /jobs/locations/."""

    head: Head
    groups: tuple[Group, ...]
    nothing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What https://schema.org/JobPosting says of a job beside what is printed anyway."""

    url: str
    posted: str
    until: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobText:
    """A job as visitors read it, on its page and in previews. What ends in `_html` is safe HTML.

    `posted` and `until` are None before it is listed.
    """

    title: str
    company: str
    location: Link
    category: Link
    types: tuple[Link, ...]
    other_type: str
    remote: bool
    agencies: bool
    posted: date | None
    until: date | None
    marks: tuple[Mark, ...]
    website: Link
    description_html: str
    requirements_html: str
    company_html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """`jobs/job.html`, at /jobs/<id>/. `contact` is empty where nobody is to be written to."""

    head: Head
    job: JobText
    sample: bool
    posting: Posting
    contact: str
    report: str
    similar: tuple[JobRow, ...]
    previous: Link | None
    next: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestJobs:
    """`home/jobs.html`: the box that editors write, and below it what was listed last."""

    tile: Tile
    rows: tuple[JobRow, ...]
