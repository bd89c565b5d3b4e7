"""What the pages outside of downloads print. Template names stand in each docstring.

What error pages print is `gateway.web.errors.ErrorPage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gateway.pages.downloads.models import Hero, Option, Pager, ReleaseRow
from gateway.pages.landings.blocks import Tile
from gateway.pages.links import Link
from gateway.web.forms import FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSample:
    """A sample of the home page: `code` is safe highlighted HTML for one `<pre><code>`.

    Without a script all samples are reachable, by anchors. `id` is unique on the page; `html` is
    what is said of it, safe.
    """

    id: str
    title: str
    html: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestReleases:
    """`home/newest.html`: a dated list, with its feed for readers."""

    rows: tuple[ReleaseRow, ...]
    feed: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeBlock:
    """A block of the home page: `home/<name>.html` prints `model`."""

    name: str
    model: object


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """`home.html`, at /.

    `samples` and `intro` stand in the band, with the button of `download` (same shape as the hero
    of the download page). `rows` are the blocks below it: how they stand beside each other (a class
    of grids, empty for one alone) and what they are.
    """

    samples: tuple[CodeSample, ...]
    intro: Tile
    download: Hero
    rows: tuple[tuple[str, tuple[HomeBlock, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocVersion:
    """A release and the documentation made for it."""

    label: str
    href: str
    released: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocGroup:
    """The documentation of one series, newest first."""

    series: str
    versions: tuple[DocVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocVersionsPage:
    """`doc/versions.html`, at /doc/versions/. `groups` newest first; print as sections or details.

    `current` are the documents that move with the releases ("Python 3 documentation").
    """

    current: tuple[Link, ...]
    groups: tuple[DocGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupernavSystem:
    """One block of the downloads fragment. `id` is `download-os-<slug>` or `download-unknown`.

    The `text` of `alternative` stands before its link.
    """

    id: str
    heading: str
    primary: Link
    alternative: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupernavBox:
    """`boxes/supernav_downloads.html` (fragment, no frame): at /box/supernav-python-downloads/.

    The incumbent's script shows the block of the visitor's system and hides the others; here every
    block is visible in itself. `systems` may be empty.
    """

    systems: tuple[SupernavSystem, ...]
    release: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBox:
    """`boxes/link.html` (fragment): one paragraph with one link, e.g. `Latest: <a>Python 3.15</a>`.

    Served at /box/homepage-downloads/ and /box/download-sources/.
    """

    before: str
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipPage:
    """`membership.html`, at /membership/. `levels` are kinds of members, each with a sentence."""

    join: Link
    levels: tuple[tuple[str, str], ...]
    more: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleGuide:
    """`styleguide.html`, at /inner/: every component once.

    `hero` and `rows` are examples to show the download components with. `form` is the state of the
    demo form (`guide/demo_form.html`), None once it was taken: `submitted` lists its checked values
    as (label, value) then. `topics` are the choices of its select.
    """

    hero: Hero
    rows: tuple[ReleaseRow, ...]
    topics: tuple[Option, ...]
    form: FormState | None
    submitted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKind:
    """One way to narrow the results down: its name, how many there are, where it leads."""

    label: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """One result. `title` and `snippet` are safe HTML: escaped text with marks, nothing else.

    `address` is the address as people read it, without scheme and final slash.
    """

    title: str
    snippet: str
    href: str
    address: str
    external: bool
    label: str
    date: datetime | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """`search.html`, at /search/?q=.

    `query` is what was asked; with an empty query there are no results and `summary` is a hint.
    `away`: the search cannot answer. `instead` is what the results are for where that is not what
    was asked; `loose`, that they have only some of the words; `meant` leads to words that may have
    been meant. `elsewhere` are places that search other things.
    """

    query: str
    summary: str
    kind: str = ""
    away: bool = False
    instead: str = ""
    loose: bool = False
    meant: Link | None = None
    kinds: tuple[SearchKind, ...] = ()
    results: tuple[SearchRow, ...] = ()
    pager: Pager | None = None
    elsewhere: tuple[Link, ...] = ()
