"""Sponsorships in the staff admin: the list, its export, and what is done with one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from sqlalchemy import case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Input
from contracts.sponsors.applications import Move, Side
from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.inputs import ApprovalInput, MoveInput, SponsorshipInput, Words
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.database import WriteSession
from servicekit.problems import Invalid
from servicekit.reading import bytewise
from sponsors.answers import REVIEW, YEARS
from sponsors.desk import queries, services
from sponsors.packages.models import Package
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships import moving
from sponsors.sponsorships.models import Sponsorship
from sponsors.sponsorships.queries import AGREED_FEE, CONTRACT_STATUS
from sponsors.sponsorships.transitions import TRANSITIONS

_DELETE: Final = "sponsors.delete_sponsorship"
_AGREED: Final = ("start_date", "end_date", "sponsorship_fee")
_STATUSES: Final = tuple(
    AdminChoice(value=one.value, label=one.value.capitalize()) for one in SponsorshipStatus
)


class Desk(SponsorshipInput):
    """A sponsorship as staff have it: what was agreed on, and what is known of it."""

    approve: bool = False
    sponsor: str = ""
    applied: str = ""
    changes: str = ""
    estimated_cost: str = ""
    moves: str = ""
    steps: str = ""


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    found = await queries.whole(session, key)
    if found is None:
        return None
    changes = (
        *(f"+ {name}" for name in found.added),
        *(f"- {name}" for name in found.removed),
    )
    return {
        **{name: getattr(found, name) for name in ("id", "version", "start_date", "end_date")},
        "package_id": found.package_id,
        "sponsorship_fee": found.sponsorship_fee,
        "renewal": found.renewal,
        "benefit_ids": [one.benefit_id for one in found.benefits if one.benefit_id is not None],
        "approve": False,
        "sponsor": found.sponsor_name,
        "applied": f"{found.applied_on} by {found.submitted_by} <{found.submitted_by_email}>",
        "changes": "\n".join(changes) or "As the package has it",
        "estimated_cost": str(found.estimated_cost),
        "moves": "\n".join(f"{one.move.value}: {one.why_not or 'possible'}" for one in found.moves),
        "steps": "\n".join(
            f"{one.time:%Y-%m-%d %H:%M} {one.move.value}: {one.name} {one.text}".strip()
            for one in found.steps
        ),
    }


async def _update(
    session: WriteSession, key: int, sent: Desk, caller: Principal, *, if_match: str | None
) -> object:
    """Put right what differs; then approve, where that was asked for."""
    names = SponsorshipInput.model_fields
    plain = SponsorshipInput.model_validate({name: getattr(sent, name) for name in names})
    made = await services.edit(session, key, plain, caller, if_match=if_match)
    if not sent.approve:
        return made
    agreed = {name: getattr(sent, name) for name in ApprovalInput.model_fields if name != "name"}
    if lacking := [name for name in _AGREED if agreed[name] is None]:
        raise Invalid.field(["body", lacking[0]], "An approval needs it.", "missing")
    approval = ApprovalInput.model_validate(agreed)
    return await services.approve(session, key, approval, caller, if_match=None)


class Reason(Input):
    """Why an application is rejected; it stands in the mail to the sponsor."""

    text: Words = ""


def _doing(move: Move, said: str) -> Callable[[Call, Sequence[Any]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[Any]) -> str:
        for key in sorted(keys):
            sent = MoveInput(text=call.sent.text if call.sent else "")
            await services.act(call.session, key, move, sent, call.caller, if_match=None)
        return f"{len(keys)} {said}"

    return run


async def _reset(call: Call, keys: Sequence[Any]) -> str:
    done = [await services.reset(call.session, key, call.caller) for key in sorted(keys)]
    return f"{sum(done)} benefits copied anew"


def _able(move: Move) -> Callable[[Values], bool]:
    """Tell whether the table has a move from the status of a row."""
    return lambda row: (Side.STAFF, move, SponsorshipStatus(row["status"])) in TRANSITIONS


def _action(  # noqa: PLR0913 - what there is to say of a move
    move: Move,
    label: str,
    said: str,
    confirm: str,
    *,
    danger: bool = False,
    reason: bool = False,
) -> Action:
    return Action(
        name=move.value,
        label=label,
        permission=REVIEW,
        confirm=confirm,
        run=_doing(move, said),
        applies=_able(move),
        danger=danger,
        input=Reason if reason else None,
        hints={"text": _REASON} if reason else {},
    )


def _joined(statement: Statement) -> Statement:
    return statement.outerjoin(Sponsor, Sponsor.id == Sponsorship.sponsor_id).outerjoin(
        Package, Package.id == Sponsorship.package_id
    )


_REASON: Final = Hint(
    label="Reason", widget=Widget.TEXTAREA, help="Stands in the mail to the sponsor, if any"
)
_SHOWN: Final = Hint(widget=Widget.TEXTAREA, read_only_on_change=True)
SPONSORSHIPS: Final = Resource(
    name="sponsorship",
    label="sponsorship",
    plural="sponsorships",
    group="Sponsors",
    note="A rejection is mailed to the sponsor, with the reason that is typed for it.",
    model=Sponsorship,
    key=Sponsorship.id,
    title=Sponsor.name,
    join=_joined,
    permissions=Permissions(REVIEW, REVIEW, REVIEW, _DELETE),
    columns=(
        Column("sponsor", Sponsor.name, order=bytewise(Sponsor.name)),
        Column("status", Sponsorship.status),
        Column("package", Package.name, order=bytewise(Package.name)),
        Column("year", Sponsorship.year, format=Format.NUMBER),
        Column("applied_on", Sponsorship.applied_on, "Applied", Format.DATE),
        Column("approved_on", Sponsorship.approved_on, "Approved", Format.DATE),
        Column("start_date", Sponsorship.start_date, "From", Format.DATE),
        Column("end_date", Sponsorship.end_date, "To", Format.DATE),
        Column("contract", CONTRACT_STATUS, sortable=False),
        Column("locked", Sponsorship.locked, format=Format.BOOL),
    ),
    order="-applied_on",
    search=(("sponsor", Sponsor.name),),
    filters=(
        Filter("status", Sponsorship.status, FilterKind.CHOICE, "Status", _STATUSES),
        Filter("package", Sponsorship.package_id, FilterKind.REF, "Package", ref="package"),
        Filter("year", Sponsorship.year, FilterKind.CHOICE, "Year", YEARS),
        Filter("sample", Sponsorship.sample, FilterKind.BOOL, "Sample"),
    ),
    dates=Column("applied_on", Sponsorship.created, "Applied"),
    form=Form(
        read=_read,
        input=Desk,
        fieldsets=(
            Fieldset("Application", ("sponsor", "applied", "changes", "estimated_cost")),
            Fieldset("Next", ("moves", "approve")),
            Fieldset("Agreed on", ("start_date", "end_date", "sponsorship_fee", "renewal")),
            Fieldset("Chosen", ("package_id", "benefit_ids")),
            Fieldset("So far", ("steps",)),
        ),
        update=_update,
        hints={
            "approve": Hint(label="Approve", help="Needs dates and fee; begins the contract"),
            "start_date": Hint(label="From"),
            "end_date": Hint(label="To"),
            "sponsorship_fee": Hint(label="Fee in $", widget=Widget.TEXT),
            "renewal": Hint(label="Renews an earlier sponsorship"),
            "package_id": Hint(label="Package", ref="package"),
            "benefit_ids": Hint(label="Benefits", ref="benefit"),
            "sponsor": Hint(read_only_on_change=True),
            "applied": Hint(read_only_on_change=True),
            "estimated_cost": Hint(label="Estimated cost in $", read_only_on_change=True),
            "changes": _SHOWN,
            "moves": _SHOWN,
            "steps": _SHOWN,
        },
    ),
    delete=moving.delete,
    actions=(
        _action(
            *(Move.REJECT, "Reject", "rejected", "Both sides get a mail."),
            danger=True,
            reason=True,
        ),
        _action(
            Move.ROLLBACK,
            "Make an application again",
            "made applications again",
            "The decision is taken back, and a draft of the contract put away.",
        ),
        _action(Move.LOCK, "Lock", "locked", "It cannot be edited until it is unlocked."),
        _action(Move.UNLOCK, "Unlock", "unlocked", "It can be edited, though it was decided on."),
        Action(
            name="reset",
            label="Copy benefits anew",
            permission=REVIEW,
            confirm="Quantities and dates that were put right in the copies are lost.",
            run=_reset,
        ),
        deletion(
            moving.delete,
            _DELETE,
            "sponsorship",
            "sponsorships",
            confirm="They are deleted with their benefits. This cannot be undone.",
        ),
    ),
)


def _each(column: Any) -> Any:  # noqa: ANN401 - a column of contacts
    """Return a column of all contacts of a sponsor, one on each line."""
    return (
        select(func.string_agg(column, aggregate_order_by(literal("\n"), SponsorContact.id)))
        .where(SponsorContact.sponsor_id == Sponsorship.sponsor_id)
        .correlate(Sponsorship)
        .scalar_subquery()
    )


_TYPES: Final = func.concat_ws(
    ", ",
    case((SponsorContact.primary, "Primary")),
    case((SponsorContact.administrative, "Administrative")),
    case((SponsorContact.accounting, "Accounting")),
    case((SponsorContact.manager, "Manager")),
)
#: A table for spreadsheets: who, with whom to talk, and for how much.
TABLE: Final = Resource(
    name="sponsorship-table",
    label="row",
    plural="table of sponsorships",
    group="Sponsors",
    note="With contacts, for a spreadsheet: export it as CSV.",
    model=Sponsorship,
    key=Sponsorship.id,
    title=Sponsor.name,
    join=_joined,
    permissions=Permissions.same("sponsors.view_sponsorcontact"),
    columns=(
        Column("company", Sponsor.name, "Company Name", order=bytewise(Sponsor.name)),
        Column("names", _each(SponsorContact.name), "Contact Name(s)", sortable=False),
        Column("emails", _each(SponsorContact.email), "Contact Email(s)", sortable=False),
        Column("phones", _each(SponsorContact.phone), "Contact phone number", sortable=False),
        Column("types", _each(_TYPES), "Contact Type(s)", sortable=False),
        Column("start_date", Sponsorship.start_date, "Start Date", Format.DATE),
        Column("end_date", Sponsorship.end_date, "End Date", Format.DATE),
        Column("logo", func.concat("/media/", Sponsor.web_logo["key"].astext), "Logo"),
        Column("url", Sponsor.landing_page_url, "Webpage link"),
        Column("level", Package.name, "Sponsorship Level"),
        Column("cost", AGREED_FEE, "Sponsorship Cost"),
        Column(
            "link", func.concat("/admin/sponsors/sponsorship/", Sponsorship.id, "/"), "Admin Link"
        ),
    ),
    order="company",
    search=(("company", Sponsor.name),),
    filters=(
        Filter("status", Sponsorship.status, FilterKind.CHOICE, "Status", _STATUSES),
        Filter("year", Sponsorship.year, FilterKind.CHOICE, "Year", YEARS),
    ),
    history=False,
)

RESOURCES: Final = (SPONSORSHIPS, TABLE)
