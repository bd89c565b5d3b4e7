"""Every read of categories. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.categories.models import Category
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_COLUMNS: Final = tuple(
    getattr(Category, name)
    for name in ("id", "name", "slug", "active", "version", "created", "updated")
)


def statement() -> Select[Any]:
    """Return the statement of categories."""
    return select(*_COLUMNS)


async def categories(
    session: AsyncSession, window: Window, *, active: bool | None
) -> tuple[list[Row], int]:
    """Return one window of the categories, by name."""
    found = statement()
    if active is not None:
        found = found.where(Category.active.is_(active))
    return await reading.page(
        session, found, (reading.bytewise(Category.name), Category.id), window
    )


async def by_slug(session: AsyncSession, slug: str) -> Row | None:
    """Return one category."""
    return await reading.one(session, statement().where(Category.slug == slug))


async def by_id(session: AsyncSession, category_id: int) -> Row | None:
    """Return one category."""
    return await reading.one(session, statement().where(Category.id == category_id))
