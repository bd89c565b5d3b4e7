"""Writing sponsors: rows, events and audit entry in one transaction; files go before."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, select

from contracts.sponsors.applications import OwnSponsor
from contracts.sponsors.dto import SponsorRef
from contracts.sponsors.events import SponsorCreated, SponsorDeleted, SponsorUpdated
from contracts.sponsors.inputs import (
    ContactInput,
    Person,
    SponsorEditInput,
    SponsorInput,
    SponsorRecordInput,
)
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Forbidden, Invalid, NotFound
from servicekit.writes import note, sign, snapshot, tell
from sponsors.answers import REVIEW
from sponsors.placements import queries as placements
from sponsors.placements import telling
from sponsors.sponsors import letters, logos, queries
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import Sponsorship

_NOBODY: Final = Person()
#: What placements show of a sponsor.
_SHOWN: Final = ("name", "description", "landing_page_url", "web_logo", "white_logo")


async def create(  # noqa: PLR0913 - whose it becomes, and where errors are told
    session: WriteSession,
    sent: SponsorRecordInput,
    caller: Principal,
    person: Person = _NOBODY,
    *,
    place: tuple[str, ...] = (),
    sample: bool = False,
) -> OwnSponsor:
    """Create a sponsor with its contacts; one with an address of `person` becomes theirs.

    Raises Invalid, Unavailable.
    """
    if sent.web_logo is None:
        raise Invalid.field(["body", *place, "web_logo"], "A logo is needed.", "missing")
    row = Sponsor(sample=sample)
    await _fill(session, row, sent)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    await _enter(session, row.id, sent.contacts, caller, person)
    await session.flush()
    await _tell(session, SponsorCreated, row)
    told = {**snapshot(row), "contacts": await _contacts(session, row.id)}
    note(session, caller, "created", row, row.name, after=told)
    return await state(session, row.id)


async def update(
    session: WriteSession,
    sponsor_id: int,
    sent: SponsorRecordInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> OwnSponsor:
    """Replace a sponsor and its contacts, as staff do.

    Raises NotFound, PreconditionFailed, Invalid, Unavailable.
    """
    row = await lock(session, sponsor_id)
    check_match(if_match, row.version)
    await _replace(session, row, sent, caller, _NOBODY)
    return await state(session, sponsor_id)


async def edit(
    session: WriteSession,
    sponsor_id: int,
    sent: SponsorEditInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> OwnSponsor:
    """Change a sponsor as one of its people. The name stays; staff get a mail of what changed.

    Raises NotFound, Forbidden, PreconditionFailed, Invalid, Unavailable.
    """
    user = user_of(caller)
    row = await lock(session, sponsor_id, queries.of_user(user))
    may = select(Sponsor.id).where(Sponsor.id == sponsor_id, queries.editable(user))
    if await session.scalar(may) is None:
        raise Forbidden("Only primary contacts and managers of a sponsor change it.")
    check_match(if_match, row.version)
    if sent.sponsor.name != row.name:
        said = "The name stands in contracts. Write to the foundation to have it changed."
        raise Invalid.field(["body", "sponsor", "name"], said, "fixed")
    changed = await _replace(session, row, sent.sponsor, caller, sent.person)
    if changed:
        letters.tell_edit(session, row, sent.person.name or sent.person.email, changed)
    return await state(session, sponsor_id, queries.editable(user))


async def delete(
    session: WriteSession, sponsor_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a sponsor that never applied. Raises NotFound, PreconditionFailed, Conflict."""
    row = await lock(session, sponsor_id)
    check_match(if_match, row.version, required=False)
    used = select(Sponsorship.id).where(Sponsorship.sponsor_id == sponsor_id).limit(1)
    if await session.scalar(used) is not None:
        raise Conflict("There are sponsorships of this sponsor.")
    tell(session, SponsorDeleted(id=row.id), number=row.id, version=row.version + 1)
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def lock(session: WriteSession, sponsor_id: int, *conditions: ColumnElement[bool]) -> Sponsor:
    """Lock a sponsor. Raises NotFound."""
    statement = select(Sponsor).where(Sponsor.id == sponsor_id, *conditions)
    locked = statement.with_for_update(key_share=True)
    row = await session.scalar(locked.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such sponsor.")
    return row


async def state(
    session: WriteSession, sponsor_id: int, can_edit: ColumnElement[bool] | None = None
) -> OwnSponsor:
    """Return a sponsor with its contacts."""
    await session.flush()
    row = await queries.sponsor(session, sponsor_id, can_edit=can_edit)
    return OwnSponsor.model_validate(row)


def user_of(caller: Principal) -> int:
    """Return the caller's user id. Raises Forbidden for who is no user."""
    if caller.user_id is None:
        raise Forbidden("Only people who are signed in have sponsorships.")
    return caller.user_id


def sees_all(caller: Principal) -> bool:
    """Tell whether a caller sees what is others' own."""
    return caller.may(REVIEW)


async def _replace(
    session: WriteSession,
    row: Sponsor,
    sent: SponsorRecordInput,
    caller: Principal,
    person: Person,
) -> list[str]:
    """Write what differs; returns the names of fields that do. Nothing: nothing is written."""
    before = {**snapshot(row), "contacts": await _contacts(session, row.id)}
    await _fill(session, row, sent)
    await _enter(session, row.id, sent.contacts, caller, person)
    await session.flush()
    after = {**snapshot(row), "contacts": await _contacts(session, row.id)}
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return []
    if changed == ["contacts"]:
        row.touch()
    sign(row, caller)
    await _tell(session, SponsorUpdated, row)
    if any(name in _SHOWN for name in changed):
        await telling.tell_again(session, Sponsorship.sponsor_id == row.id)
    note(session, caller, "updated", row, row.name, before=before, after=after)
    return changed


async def _fill(session: WriteSession, row: Sponsor, sent: SponsorInput) -> None:
    # Files first: a question in between would write half of the row.
    web = await logos.keep(session, sent.web_logo, "web_logo") if sent.web_logo else row.web_logo
    white, printed = row.white_logo, row.print_logo or ""
    if sent.white_logo:
        white = await logos.keep(session, sent.white_logo, "white_logo")
    elif sent.drop_white_logo:
        white = None
    if sent.print_logo:
        printed = await logos.keep_print(session, sent.print_logo, "print_logo")
    elif sent.drop_print_logo:
        printed = ""
    for name in queries.FIELDS:
        setattr(row, name, getattr(sent, name))
    row.slug = slugs.slugify(sent.name)
    row.web_logo, row.white_logo, row.print_logo = web, white, printed


async def _enter(
    session: WriteSession,
    sponsor_id: int,
    wanted: list[ContactInput],
    caller: Principal,
    person: Person,
) -> None:
    """Put contacts in place of those there are; `id` names one that stays.

    Who changes their address to another one loses the account with it. Raises Invalid.
    """
    mine = {one.lower() for one in person.emails}
    found = select(SponsorContact).where(SponsorContact.sponsor_id == sponsor_id)
    left = {one.id: one for one in await session.scalars(found)}
    for at, sent in enumerate(wanted):
        row = left.pop(sent.id, None) if sent.id else SponsorContact(sponsor_id=sponsor_id)
        if row is None:
            said = "There is no such contact of this sponsor."
            raise Invalid.field(["body", "contacts", at, "id"], said, "unknown")
        if sent.id is None:
            session.add(row)
        elif row.email.lower() != sent.email.lower():
            row.user_id = None
        if sent.email.lower() in mine:
            row.user_id = caller.user_id
        for name, value in sent.model_dump(exclude={"id"}).items():
            setattr(row, name, value)
    for gone in left.values():
        await session.delete(gone)


async def _contacts(session: WriteSession, sponsor_id: int) -> list[dict[str, Any]]:
    found = await placements.contacts(session, [sponsor_id])
    return list(found[0]["contacts"]) if found else []


async def _tell(
    session: WriteSession, kind: type[SponsorCreated | SponsorUpdated], row: Sponsor
) -> None:
    """Record an event of a sponsor: with its public state where a logo of it is shown."""
    await session.flush()
    shown = select(Sponsorship.id).where(
        Sponsorship.sponsor_id == row.id, Sponsorship.id.in_(placements.showing())
    )
    public = None
    if await session.scalar(shown.limit(1)) is not None:
        found = await session.scalar(select(placements.SPONSOR).where(Sponsor.id == row.id))
        public = SponsorRef.model_validate(found)
    tell(session, kind(id=row.id, sponsor=public), number=row.id, version=row.version)
