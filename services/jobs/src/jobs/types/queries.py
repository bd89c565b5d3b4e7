"""Every read of types. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.types.models import JobType
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_COLUMNS: Final = tuple(
    getattr(JobType, name)
    for name in ("id", "name", "slug", "active", "version", "created", "updated")
)


def statement() -> Select[Any]:
    """Return the statement of types."""
    return select(*_COLUMNS)


async def types(
    session: AsyncSession, window: Window, *, active: bool | None
) -> tuple[list[Row], int]:
    """Return one window of the types, by name."""
    found = statement()
    if active is not None:
        found = found.where(JobType.active.is_(active))
    return await reading.page(session, found, (reading.bytewise(JobType.name), JobType.id), window)


async def by_slug(session: AsyncSession, slug: str) -> Row | None:
    """Return one type."""
    return await reading.one(session, statement().where(JobType.slug == slug))


async def by_id(session: AsyncSession, job_type_id: int) -> Row | None:
    """Return one type."""
    return await reading.one(session, statement().where(JobType.id == job_type_id))
