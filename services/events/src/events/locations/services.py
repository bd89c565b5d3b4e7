"""Writing locations: row, event and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy import update as sql_update

from contracts.events.dto import Location as LocationDTO
from contracts.events.events import (
    LocationChange,
    LocationCreated,
    LocationDeleted,
    LocationUpdated,
)
from contracts.events.inputs import LocationInput
from events.events import telling
from events.events.models import Event, Override
from events.locations import queries
from events.locations.models import Location
from events.occurrences.models import Occurrence
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound
from servicekit.writes import note, sign, snapshot, tell


async def create(session: WriteSession, sent: LocationInput, caller: Principal) -> LocationDTO:
    """Create a location."""
    row = Location()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_location(session, LocationCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    location_id: int,
    sent: LocationInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> LocationDTO:
    """Replace a location. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, location_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    if before["country"] != row.country or before["online"] != row.online:
        await session.execute(
            sql_update(Occurrence)
            .where(Occurrence.location_id == row.id)
            .values(country=row.country, online=row.online)
            .execution_options(synchronize_session=False)
        )
    tell_location(session, LocationUpdated, changed)
    otherwise = select(Override.event_id).where(Override.location_id == row.id)
    here = or_(Event.location_id == row.id, Event.id.in_(otherwise))
    await telling.tell_again(session, here)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, location_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a location where nothing takes place. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, location_id)
    check_match(if_match, row.version, required=False)
    tell_location(session, LocationDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def of_location(kind: type[LocationChange], location: LocationDTO) -> LocationChange:
    """Make the event `kind` of a location in its state after the change (before, if deleted)."""
    return kind(id=location.id, location=None if issubclass(kind, LocationDeleted) else location)


def tell_location(session: WriteSession, kind: type[LocationChange], location: LocationDTO) -> None:
    """Record the event `kind` of a location."""
    gone = issubclass(kind, LocationDeleted)
    tell(session, of_location(kind, location), number=location.id, version=location.version + gone)


def _fill(row: Location, sent: LocationInput) -> None:
    for name in LocationInput.model_fields:
        setattr(row, name, getattr(sent, name))


async def _lock(session: WriteSession, location_id: int) -> Location:
    statement = select(Location).where(Location.id == location_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such location.")
    return row


async def _state(session: WriteSession, row: Location) -> LocationDTO:
    await session.flush()
    return LocationDTO.model_validate(await queries.by_id(session, row.id))
