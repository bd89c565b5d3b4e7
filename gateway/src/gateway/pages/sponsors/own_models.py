"""What pages for the people of sponsors print. Texts are plain and must be escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.downloads.models import Option, Pager
    from gateway.pages.heads import Head, Mark
    from gateway.pages.links import Link
    from gateway.pages.sponsors.choice_models import QuoteView
    from gateway.pages.sponsors.models import LogoView
    from gateway.web.forms import Fields, FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """Room for one contact in a form; `known`: it is kept already, and can be taken out."""

    number: int
    used: bool
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorChoice:
    """A sponsor of one's own to apply for; `why_not` where it cannot."""

    value: str
    name: str
    why_not: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A part of an application as it was filled in, and where it is changed."""

    title: str
    facts: tuple[tuple[str, str], ...]
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPage:
    """`sponsors/apply_<step>.html`, at /sponsors/application/new/: one step of an application.

    `here`: its number, from 1. `values` fill the form in. `quote` is what was chosen, `change`
    leads back to that. `key` goes with this one form, sent however often.
    """

    head: Head
    form: FormState
    values: Fields
    steps: tuple[str, ...]
    here: int
    step: str
    back: str
    quote: QuoteView
    change: str
    key: str
    sponsors: tuple[SponsorChoice, ...] = ()
    new: bool = True
    countries: tuple[Option, ...] = ()
    incorporated: tuple[Option, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    summaries: tuple[Summary, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPage:
    """`sponsors/applied.html`: the application is there, and who got a mail of it."""

    head: Head
    sponsor: str
    quote: tuple[str, str]
    notified: tuple[str, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """A sponsorship in the list of one's own."""

    title: str
    href: str
    mark: Mark
    level: str
    facts: str
    steps: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinePage:
    """`sponsors/mine.html`, at /users/sponsorships/. `begun`: an application that is not sent."""

    head: Head
    notice: str
    begun: Link | None
    rows: tuple[OwnRow, ...]
    pager: Pager | None
    apply: Link
    edit: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A private file, by a link that is good for a quarter of an hour."""

    name: str
    href: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """Something that is handed over: `value` as text, or `file`.

    `wanted` says what it must be. `due` is None where there is no day; `late`: it is over.
    """

    label: str
    help: str
    benefit: str
    wanted: str
    value: str
    file: FileView | None
    due: date | None
    late: bool
    there: bool
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitsView:
    """Benefits of one program."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorshipPage:
    """`sponsors/sponsorship.html`, at /users/sponsorships/<id>/.

    `said` is how it stands in a sentence. `contract` are its papers, from when it was sent.
    """

    head: Head
    notice: str
    mark: Mark
    said: str
    facts: tuple[tuple[str, str], ...]
    sponsor: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    logo: LogoView | None
    edit: str
    assets: str
    lacking: tuple[AssetView, ...]
    there: tuple[AssetView, ...]
    provided: tuple[AssetView, ...]
    contract: str
    papers: tuple[FileView, ...]
    benefits: tuple[BenefitsView, ...]
    steps: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidedPage:
    """`sponsors/provided.html`, at /users/sponsorships/<id>/provided-assets/."""

    head: Head
    provided: tuple[AssetView, ...]
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetField:
    """Something to hand over, as a field: of the kind `text`, `line`, `image` or `answer`."""

    name: str
    kind: str
    label: str
    hint: str
    value: str
    longest: int | None
    required: bool
    file: FileView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetsPage:
    """`sponsors/assets.html`, at /users/sponsorships/<id>/assets/. `all` leads to all of them."""

    head: Head
    form: FormState
    fields: tuple[AssetField, ...]
    back: str
    all: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """`sponsors/edit.html`, at /users/sponsorships/sponsor/<id>/. `version` is what was shown."""

    head: Head
    form: FormState
    values: Fields
    name: str
    version: int
    countries: tuple[Option, ...]
    incorporated: tuple[Option, ...]
    contacts: tuple[ContactRow, ...]
    web_logo: LogoView | None
    white_logo: LogoView | None
    print_logo: bool
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooserPage:
    """`sponsors/chooser.html`, at /users/sponsorships/sponsor/edit/: which sponsor to change."""

    head: Head
    links: tuple[Link, ...]
