"""Every read of locations. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from events import references
from events.calendars.models import Calendar
from events.locations.models import Location
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

COLUMNS: Final = tuple(
    getattr(Location, name)
    for name in (
        *("id", "name", "address", "url", "country", "latitude", "longitude", "online"),
        *("version", "created", "updated"),
    )
)


def statement() -> Select[Any]:
    """Return the statement of locations with their calendars."""
    calendar = references.optional(references.CALENDAR, Calendar.id, "calendar")
    return select(*COLUMNS, calendar).outerjoin(Calendar, Calendar.id == Location.calendar_id)


async def locations(
    session: AsyncSession, window: Window, *, calendar: str | None, country: str | None
) -> tuple[list[Row], int]:
    """Return one window of the locations, by name; those of one calendar with those of all."""
    found = statement()
    if calendar is not None:
        found = found.where((Calendar.slug == calendar) | Location.calendar_id.is_(None))
    if country is not None:
        found = found.where(Location.country == country)
    return await reading.page(
        session, found, (reading.bytewise(Location.name), Location.id), window
    )


async def by_id(session: AsyncSession, location_id: int) -> Row | None:
    """Return one location, with the id of its calendar as a form has it."""
    found = statement().add_columns(Location.calendar_id).where(Location.id == location_id)
    return await reading.one(session, found)
