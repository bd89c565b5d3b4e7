"""Every read of categories. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from events import references
from events.calendars.models import Calendar
from events.categories.models import Category
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_COLUMNS: Final = tuple(
    getattr(Category, name) for name in ("id", "slug", "name", "version", "created", "updated")
)


def statement() -> Select[Any]:
    """Return the statement of categories with their calendars."""
    calendar = references.optional(references.CALENDAR, Calendar.id, "calendar")
    return select(*_COLUMNS, calendar).outerjoin(Calendar, Calendar.id == Category.calendar_id)


async def categories(
    session: AsyncSession, window: Window, *, calendar: str | None, slug: str | None
) -> tuple[list[Row], int]:
    """Return one window of the categories, by name; those of one calendar with those of all."""
    found = statement()
    if calendar is not None:
        found = found.where((Calendar.slug == calendar) | Category.calendar_id.is_(None))
    if slug is not None:
        found = found.where(Category.slug == slug)
    return await reading.page(
        session, found, (reading.bytewise(Category.name), Category.id), window
    )


async def by_slug(session: AsyncSession, slug: str) -> Row | None:
    """Return one category."""
    return await reading.one(session, statement().where(Category.slug == slug))


async def by_id(session: AsyncSession, category_id: int) -> Row | None:
    """Return one category, with the id of its calendar as a form has it."""
    found = statement().add_columns(Category.calendar_id).where(Category.id == category_id)
    return await reading.one(session, found)
