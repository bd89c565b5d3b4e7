"""What people do with their applications: leave them unfinished, and send them in."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from contracts.sponsors.applications import ApplicationDraft as DraftDTO
from contracts.sponsors.applications import Applied, Quote, Side, Trouble
from contracts.sponsors.dto import APPLICATIONS_OPEN, CLOSED, STANDALONE_ONLY
from contracts.sponsors.events import DraftDeleted, DraftSaved
from contracts.sponsors.inputs import ApplicationInput, DraftInput, PackageInput, Person
from contracts.switches import SwitchMode
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, FieldError, Invalid, NotFound
from servicekit.switches import SwitchRow
from servicekit.writes import alone, note, tell
from sponsors.choosing import queries as choosing
from sponsors.choosing import rules
from sponsors.own import queries
from sponsors.own.models import ApplicationDraft
from sponsors.packages import services as packages
from sponsors.packages.models import Package
from sponsors.sponsors import queries as sponsor_queries
from sponsors.sponsors import services as sponsors
from sponsors.sponsorships import letters, moving
from sponsors.sponsorships.models import Sponsorship
from sponsors.sponsorships.moving import Actor
from sponsors.years import queries as years


class Closed(Conflict):
    """Applications are not taken at the moment, or not from this caller."""

    type = CLOSED


async def save(session: WriteSession, sent: DraftInput, caller: Principal) -> DraftDTO:
    """Keep an unfinished application for the current year, in place of what was kept."""
    user = sponsors.user_of(caller)
    await alone(session, "application", user)
    year = await years.current(session)
    row = await _draft(session, user, year)
    if row is None:
        row = ApplicationDraft(user_id=user, year=year)
        session.add(row)
    for name, value in sent.model_dump(mode="json").items():
        setattr(row, name, value)
    if session.is_modified(row):
        await session.flush()
        tell(session, DraftSaved(id=row.id), number=row.id, version=row.version)
        # What is typed is nobody's business until it is sent in.
        note(session, caller, "saved", row, str(year))
    await session.flush()
    return DraftDTO.model_validate(await queries.draft(session, user))


async def discard(session: WriteSession, caller: Principal) -> None:
    """Throw an unfinished application away. Raises NotFound where there is none."""
    user = sponsors.user_of(caller)
    row = await _draft(session, user, await years.current(session))
    if row is None:
        raise NotFound("There is no unfinished application.")
    await _discard(session, row, caller)


async def apply(session: WriteSession, sent: ApplicationInput, caller: Principal) -> Applied:
    """Send an application in: sponsor, contacts, sponsorship and copies of what was chosen.

    Raises Conflict while applications are closed or the sponsor has an open one, Invalid where the
    choice breaks a rule or something in the form does, NotFound for a sponsor of others.
    """
    user = sponsors.user_of(caller)
    await _check_open(session, caller, sent.person)
    await alone(session, "application", user)
    year = await years.current(session)
    offer = await choosing.offer(session, year)
    quote = rules.quote(offer, sent.package_id, sent.benefit_ids)
    _check(quote)
    sponsor_id = await _sponsor(session, sent, caller, user)
    row = Sponsorship(
        sponsor_id=sponsor_id,
        package_id=quote.package_id or await _standalone(session, year, caller),
        year=year,
        submitted_by_id=user,
        submitted_by=sent.person.name,
        submitted_by_email=sent.person.email,
        for_modified_package=quote.customized,
        sponsorship_fee=offer.packages[quote.package_id].amount if quote.package_id else None,
    )
    actor = Actor(caller=caller, side=Side.APPLICANT, name=sent.person.name)
    await moving.begin(session, row, actor, quote.benefit_ids, quote.added_ids)
    notified = await letters.tell_application(session, row)
    left = await _draft(session, user, year)
    if left is not None:
        await _discard(session, left, caller)
    await session.flush()
    whole = await queries.whole(session, row.id, sponsor_queries.editable(user))
    return Applied.model_validate({**(whole or {}), "notified": notified})


async def _check_open(session: WriteSession, caller: Principal, person: Person) -> None:
    """Raise Closed where the switch says that this caller cannot apply."""
    row = await session.get(SwitchRow, APPLICATIONS_OPEN)
    mode = SwitchMode.EVERYONE if row is None else SwitchMode(row.mode)
    if mode is SwitchMode.EVERYONE:
        return
    named = row is not None and (
        person.username.lower() in {name.lower() for name in row.users}
        or not set(person.groups).isdisjoint(row.groups)
    )
    if (mode is SwitchMode.STAFF and caller.staff) or (
        mode is SwitchMode.TESTERS and person.username and named
    ):
        return
    raise Closed("Applications are not taken at the moment.", code=CLOSED)


def _check(quote: Quote) -> None:
    """Raise Invalid naming all that is wrong with a choice."""
    if not quote.wrong:
        return
    errors = [
        FieldError(
            loc=["body", "benefit_ids" if one.benefit_ids else "package_id"],
            msg=one.message,
            code=one.code.value,
        )
        for one in quote.wrong
    ]
    only_full = all(one.code is Trouble.FULL for one in quote.wrong)
    said = "There is no room left." if only_full else "This cannot be chosen."
    raise Invalid(said, errors=errors)


async def _sponsor(
    session: WriteSession, sent: ApplicationInput, caller: Principal, user: int
) -> int:
    """Return the sponsor that an application is for: a new one, or one of the caller's, locked."""
    if sent.sponsor is not None:
        made = await sponsors.create(session, sent.sponsor, caller, sent.person, place=("sponsor",))
        return made.id
    row = await sponsors.lock(session, sent.sponsor_id or 0, sponsor_queries.of_user(user))
    waiting = select(Sponsorship.id).where(
        Sponsorship.sponsor_id == row.id, Sponsorship.status.in_(sponsor_queries.OPEN)
    )
    if await session.scalar(waiting.limit(1)) is not None:
        said = f"{row.name} has an application that waits, or a sponsorship to be signed."
        raise Conflict(said, field="sponsor_id", code="open")
    return row.id


async def _standalone(session: WriteSession, year: int, caller: Principal) -> int:
    """Return the package of who chose nothing but what stands alone; it is made where missing."""
    await alone(session, STANDALONE_ONLY, year)
    statement = select(Package.id).where(Package.year == year, Package.slug == STANDALONE_ONLY)
    found = await session.scalar(statement)
    if found is not None:
        return found
    sent = PackageInput(
        name="Standalone Only", slug=STANDALONE_ONLY, amount=Decimal(0), year=year, position=1000
    )
    return (await packages.create(session, sent, caller)).id


async def _draft(session: WriteSession, user: int, year: int) -> ApplicationDraft | None:
    statement = select(ApplicationDraft).where(
        ApplicationDraft.user_id == user, ApplicationDraft.year == year
    )
    found: ApplicationDraft | None = await session.scalar(statement.with_for_update())
    return found


async def _discard(session: WriteSession, row: ApplicationDraft, caller: Principal) -> None:
    tell(session, DraftDeleted(id=row.id), number=row.id, version=row.version + 1)
    note(session, caller, "deleted", row, str(row.year))
    await session.delete(row)
    await session.flush()
