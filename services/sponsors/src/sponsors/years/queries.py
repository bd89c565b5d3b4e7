"""Every read of the current year."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import reading
from servicekit.reading import Row
from sponsors.dates import today
from sponsors.years.models import CurrentYear


async def current(session: AsyncSession) -> int:
    """Return the year whose packages can be chosen: until somebody sets one, the calendar's."""
    found = await session.scalar(select(CurrentYear.year))
    return today().year if found is None else found


async def state(session: AsyncSession) -> Row | None:
    """Return the row of the current year; None until somebody set it."""
    names = ("id", "year", "version", "updated")
    columns = tuple(getattr(CurrentYear, name) for name in names)
    return await reading.one(session, select(*columns))
