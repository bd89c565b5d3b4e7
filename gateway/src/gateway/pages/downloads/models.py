"""What the download pages print.

Template names stand in each page's docstring. Texts are plain and must be escaped, except where a
field says it is safe HTML. Dates are `datetime.date`; print them with the `date` helper of the
templates inside `<time datetime="{{ d.isoformat() }}">`. Sizes are printed texts already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from gateway.pages.links import Link

if TYPE_CHECKING:
    from gateway.pages.sponsors.models import LogoBlock

System = Literal["windows", "macos", "android", "ios", "source", "unknown"]
PhaseKey = Literal["feature", "prerelease", "bugfix", "security", "end-of-life"]


# --- the button for the visitor's system ---


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadLink:
    """A link that downloads a file (or leads to where one is chosen).

    `label` is the button's text ("Download Python 3.15.0"); `detail` a small line with it
    ("Windows installer (64-bit), 28.6 MB"), may be empty; `file_name` the last part of the address,
    empty where the link leads to a page.
    """

    label: str
    href: str
    detail: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemChoice:
    """A system to choose by hand: its page, and its best file where there is one.

    `key` names an icon: windows, macos, android, ios, source, other.
    """

    key: str
    label: str
    href: str
    download: DownloadLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hero:
    """The band on top of the landing page, the same block on the home page.

    `heading` is its h1/h2. With a known system `primary` is the one button, and `also` are smaller
    links after the words `also_text` ("Or get the standalone installer for Python 3.15.0:" or
    "Other processors:"). With `system == "unknown"` there is no `primary`: print `choices` as cards
    of equal weight, each with its own `download` button. `primary` is None too where no release
    can be had: print `note` and the `choices` as links. `choices` always lists every system, for
    the line "Looking for something else?" (leave out the one whose `key` is `system`).
    `prerelease` and `docker` are the line for testers; `prerelease` may be None.
    """

    system: System
    heading: str
    primary: DownloadLink | None
    also_text: str = ""
    also: tuple[DownloadLink, ...] = ()
    note: str = ""
    choices: tuple[SystemChoice, ...] = ()
    release: Link | None = None
    prerelease: Link | None = None
    docker: Link | None = None


# --- active releases and their timeline ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One bar of the timeline, in units of the view box. `title` tells it in words."""

    key: PhaseKey
    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One branch: its label at (`label_x`, `text_y`), its bars at `y` with height `bar_height`."""

    series: str
    status: str
    y: float
    text_y: float
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTick:
    """A vertical line at `x`; `label` is empty where the year is not written out."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Geometry of the release-cycle picture: `<svg viewBox="0 0 {width} {height}">`.

    Bars begin right of `plot_x`. Ticks run from `plot_y` to `plot_bottom`; their labels stand at
    `axis_y`. `today_x` is where the line of today stands, with `today_label` at its top. Give the
    svg `role="img"` and `summary` as its accessible name; the table beside it is its alternative.
    `legend` lists (phase key, words) of the phases that occur.
    """

    width: float
    height: float
    plot_x: float
    plot_y: float
    plot_bottom: float
    axis_y: float
    bar_height: float
    label_x: float
    rows: tuple[TimelineRow, ...]
    years: tuple[YearTick, ...]
    today_x: float
    today: date
    today_label: str
    summary: str
    legend: tuple[tuple[PhaseKey, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveRelease:
    """One row of the table of active releases.

    `status` is printed ("bugfix", "pre-release", "end of life"); `status_key` names its badge.
    `last_release` is set on the end-of-life row only: "last release was <link>". `download` leads
    to the newest release of the branch. `first_release` carries "(planned)" where it is ahead.
    Dates are texts, as precise as their source (print with the filter `partial_date`, except
    `first_release`). `end_of_bugfix` is when bug fixes end and security fixes begin, may be empty.
    """

    series: str
    status: str
    status_key: PhaseKey
    download: Link
    first_release: str
    end_of_bugfix: str
    end_of_support: str
    pep: Link | None
    last_release: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveReleases:
    """The block "Active Python releases". Anchor `#active-releases`.

    `timeline` is for wide screens, `timeline_narrow` (same content, other proportions) for phones:
    put both into the page and let the style show one (`display: none` hides the other from
    assistive technology too). `as_of`: the day the cycle data is from.
    """

    rows: tuple[ActiveRelease, ...]
    timeline: Timeline
    timeline_narrow: Timeline
    as_of: date


# --- the list of releases ---


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    """One release in a list. `notes` is the "Release notes" link, None where there are none."""

    name: str
    href: str
    number: str
    released: date
    pre_release: bool = False
    notes: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One `<option>` of a filter."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFilter:
    """The GET form above the list: selects `series` and `os`, to `action`. Works without a script.

    `active` is true where a filter is on: show `clear_href` then.
    """

    action: str
    series: tuple[Option, ...]
    systems: tuple[Option, ...]
    active: bool
    clear_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseList:
    """The block "Looking for a specific release?". Anchor `#releases`.

    `summary` says what is listed ("229 releases", "12 releases of Python 3.12 with files for
    Windows"). `rows` are newest version first; an empty list prints `summary` alone. `older`: the
    rows after the first 12 are in `older_rows`, for a `<details>` that keeps the first view short;
    empty where a filter is on.
    """

    filter: ReleaseFilter
    summary: str
    rows: tuple[ReleaseRow, ...]
    older_rows: tuple[ReleaseRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """A block of prose with links: `id` is its anchor. `paragraphs` are plain text.

    `code` is a command for a shell, after the paragraphs; may be empty.
    """

    id: str
    title: str
    paragraphs: tuple[str, ...]
    links: tuple[Link, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PGPKey:
    """Whose key signs what. `fingerprint` is grouped in fours for reading."""

    name: str
    used_for: str
    href: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """`downloads/landing.html`, at /downloads/.

    Order on the page: `hero`, `active` (None: leave the block out; it is None on filtered pages,
    where the list comes first, and where the cycle cannot be had), `releases` (None where the list
    cannot be had: say so and link to the systems), `sponsors` (None where there are none), then
    `blocks` (four columns: licences, sources, alternative implementations, history), `notes` (full
    width: schedules, ports), and the `pgp_intro`/`pgp_keys` table at anchor `#gpg`.
    """

    hero: Hero
    active: ActiveReleases | None
    releases: ReleaseList | None
    filtered: bool
    sponsors: LogoBlock | None
    blocks: tuple[TextBlock, ...]
    notes: tuple[TextBlock, ...]
    pgp_intro: TextBlock
    pgp_keys: tuple[PGPKey, ...]


# --- systems ---


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemList:
    """`downloads/systems.html`, at /downloads/operating-systems/: every system and its page.

    `ports` is the block about systems that others build for.
    """

    systems: tuple[SystemChoice, ...]
    ports: TextBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A file in a short list. `description` and `size` may be empty."""

    label: str
    href: str
    description: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRelease:
    """A release on a system's page, with that system's files only.

    `notices` are remarks to print below the heading ("Best installed with …").
    `files` may be empty: print "No files for this release."
    """

    release: ReleaseRow
    notices: tuple[str, ...]
    files: tuple[FileLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Links between the parts of a long list. `previous`/`next` are None at the ends.

    `pages` lists every page as (number, address, is this one). `label` names the nav element.
    """

    label: str
    page: int
    pages: tuple[tuple[int, str, bool], ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPage:
    """`downloads/system.html`, at /downloads/<slug>/.

    `primary` is the one button on top, for the latest release; None where it has no file for the
    system. `latest` are the links beside it ("Latest Python 3 release - Python 3.15.0", the install
    manager on Windows). `stable` and `pre_releases` are two columns on wide screens; each has its
    own heading, total and pager. `kind` is "" for both, "stable" or "pre-release" where the address
    asks for one only (print that column alone). `more_stable` and `more_pre_releases` lead to all
    of them, empty where they are on the page.
    """

    key: str
    name: str
    heading: str
    primary: DownloadLink | None
    latest: tuple[Link, ...]
    notes: tuple[str, ...]
    kind: str
    stable: tuple[SystemRelease, ...]
    stable_total: int
    stable_pager: Pager | None
    more_stable: str
    pre_releases: tuple[SystemRelease, ...]
    pre_release_total: int
    pre_release_pager: Pager | None
    more_pre_releases: str
    systems: tuple[SystemChoice, ...]


# --- one release ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A checksum. `value` is whole (for copying); `groups` are its parts of 16 characters.

    Print the groups with `<wbr>` between them inside one `<code>`, so that it wraps on a phone and
    a selection copies it without spaces.
    """

    algorithm: Literal["SHA-256", "MD5"]
    value: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One row of the file table. Cells that a file lacks are empty tuples or None."""

    name: str
    href: str
    system: str
    description: str
    size: str
    sigstore: tuple[Link, ...]
    sbom: Link | None
    gpg: Link | None
    digest: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTable:
    """The files of a release. A column is printed only where its `has_…` is true.

    `digest_label` heads the checksum column: "SHA-256", or "MD5" where no file has a SHA-256; where
    it is "Checksum" they differ, and each cell names its algorithm.
    """

    version: str
    rows: tuple[FileRow, ...]
    has_description: bool
    has_size: bool
    has_sigstore: bool
    has_sbom: bool
    has_gpg: bool
    digest_label: str

    @property
    def has_digest(self) -> bool:
        """Say whether the checksum column is printed."""
        return bool(self.digest_label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Featured:
    """A box with a button above the file table: one a system, what most want first."""

    key: str
    system: str
    download: DownloadLink


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePage:
    """`downloads/release.html`, at /downloads/release/<slug>/.

    `end_of_life`: text of the red banner or empty. `superseded_by`: the newer release of the
    series, for the yellow notice "has been superseded by". `pre_release` gets a notice too.
    `content` is safe HTML (use `|safe`), may be empty. `changelog` may be None. `pk` is for the
    fragment /release-edit-button/<pk>.
    """

    pk: int
    name: str
    number: str
    released: date
    pre_release: bool
    end_of_life: str
    superseded_by: Link | None
    content: str
    changelog: Link | None
    featured: tuple[Featured, ...]
    files: FileTable | None
    description: str = field(default="", metadata={"use": "meta description"})
