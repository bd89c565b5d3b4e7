"""Writing calendars: row, event and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from contracts.events.dto import RESERVED_SLUGS
from contracts.events.dto import Calendar as CalendarDTO
from contracts.events.events import (
    CalendarChange,
    CalendarCreated,
    CalendarDeleted,
    CalendarUpdated,
)
from contracts.events.inputs import CalendarInput
from events.calendars import queries
from events.calendars.models import Calendar
from events.events import telling
from events.events.models import Event
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound
from servicekit.writes import note, sign, snapshot, tell


async def create(session: WriteSession, sent: CalendarInput, caller: Principal) -> CalendarDTO:
    """Create a calendar. Raises Invalid."""
    row = Calendar()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_calendar(session, CalendarCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    calendar_id: int,
    sent: CalendarInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> CalendarDTO:
    """Replace a calendar. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, calendar_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
    tell_calendar(session, CalendarUpdated, changed, previous)
    if (before["slug"], before["name"]) != (row.slug, row.name):
        await telling.tell_again(session, Event.calendar_id == row.id)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, calendar_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a calendar that nothing belongs to. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, calendar_id)
    check_match(if_match, row.version, required=False)
    tell_calendar(session, CalendarDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def of_calendar(
    kind: type[CalendarChange], calendar: CalendarDTO, previous: tuple[str, ...] = ()
) -> CalendarChange:
    """Make the event `kind` of a calendar in its state after the change (before, if deleted)."""
    state = None if issubclass(kind, CalendarDeleted) else calendar
    return kind(id=calendar.id, slug=calendar.slug, calendar=state, previous_slugs=previous)


def tell_calendar(
    session: WriteSession,
    kind: type[CalendarChange],
    calendar: CalendarDTO,
    previous: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of a calendar."""
    gone = issubclass(kind, CalendarDeleted)
    told = of_calendar(kind, calendar, previous)
    tell(session, told, number=calendar.id, version=calendar.version + gone)


def _fill(row: Calendar, sent: CalendarInput) -> None:
    row.slug = sent.slug or slugs.required(sent.name)
    if row.slug in RESERVED_SLUGS:
        raise Invalid.field(
            ["body", "slug"], "The site has something else at this address.", "reserved"
        )
    row.name, row.description = sent.name, sent.description
    row.website, row.position = sent.website, sent.position


async def _lock(session: WriteSession, calendar_id: int) -> Calendar:
    statement = select(Calendar).where(Calendar.id == calendar_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such calendar.")
    return row


async def _state(session: WriteSession, row: Calendar) -> CalendarDTO:
    await session.flush()
    return CalendarDTO.model_validate(await queries.by_id(session, row.id))
