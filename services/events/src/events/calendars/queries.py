"""Every read of calendars. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from events.calendars.models import Calendar
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row

CALENDAR: Final[tuple[Column, ...]] = tuple(
    getattr(Calendar, name)
    for name in (
        *("id", "slug", "name", "description", "website", "position"),
        *("version", "created", "updated"),
    )
)


async def calendars(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the calendars, in their order."""
    order = (Calendar.position, reading.bytewise(Calendar.name), Calendar.id)
    return await reading.page(session, select(*CALENDAR), order, window)


async def by_slug(session: AsyncSession, slug: str) -> Row | None:
    """Return one calendar."""
    return await reading.one(session, select(*CALENDAR).where(Calendar.slug == slug))


async def by_id(session: AsyncSession, calendar_id: int) -> Row | None:
    """Return one calendar."""
    return await reading.one(session, select(*CALENDAR).where(Calendar.id == calendar_id))
