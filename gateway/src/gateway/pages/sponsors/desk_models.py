"""What pages of the staff who review sponsorships print. Texts are plain and must be escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.downloads.models import Option, Pager
    from gateway.pages.heads import Head, Mark
    from gateway.pages.links import Link
    from gateway.pages.sponsors.models import LogoView
    from gateway.pages.sponsors.own_models import BenefitsView, FileView
    from gateway.web.forms import FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A sponsorship in the list of staff."""

    title: str
    href: str
    mark: Mark
    contract: Mark | None
    level: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskListPage:
    """`sponsors/desk_list.html`, at /sponsors/review/. `active`: something is chosen."""

    head: Head
    q: str
    states: tuple[Option, ...]
    active: bool
    rows: tuple[DeskRow, ...]
    pager: Pager | None
    admin: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveButton:
    """Something that may be done, with its button, or `why_not`. `kind` colours it."""

    value: str
    label: str
    text: str
    kind: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What is agreed on with an approval, as it stands in the form. `why_not`: it cannot be now."""

    start: str
    end: str
    fee: str
    renewal: bool
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """A contract on the desk. `previews` open it as it would be sent now.

    `texts` are what of it can be edited: name of the field, label, text; none once it was sent.
    """

    id: int
    version: int
    title: str
    mark: Mark
    facts: tuple[tuple[str, str], ...]
    previews: tuple[Link, ...]
    papers: tuple[FileView, ...]
    texts: tuple[tuple[str, str, str], ...]
    moves: tuple[MoveButton, ...]
    execute: MoveButton | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was done with a sponsorship: by whom, on which day."""

    time: date
    text: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """`sponsors/desk.html`, at /sponsors/review/<id>/.

    `changes` are what makes the choice another than the level: what it is, and benefits.
    `living` is the contract that counts; `former` are those that count no more. `conflict` tells
    that something was not done because somebody was first.
    """

    head: Head
    form: FormState
    notice: str
    conflict: str
    mark: Mark
    facts: tuple[tuple[str, str], ...]
    money: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    benefits: tuple[BenefitsView, ...]
    sponsor: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    logo: LogoView | None
    version: int
    approval: Approval | None
    moves: tuple[MoveButton, ...]
    living: ContractView | None
    former: tuple[ContractView, ...]
    signed: bool
    notes: tuple[Note, ...]
    links: tuple[Link, ...]
