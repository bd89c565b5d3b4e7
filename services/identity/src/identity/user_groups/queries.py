"""Every read of user groups. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.user_groups.models import UserGroup
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_COLUMNS: Final[tuple[Any, ...]] = tuple(
    getattr(UserGroup, name)
    for name in (
        *("id", "name", "location", "url", "url_type", "start_date", "approved", "trusted"),
        *("sample", "version", "created", "updated"),
    )
)


def statement() -> Select[Any]:
    """Return the statement of user groups."""
    return select(*_COLUMNS)


async def public(session: AsyncSession, window: Window, *, q: str | None) -> tuple[list[Row], int]:
    """Return one window of the approved groups by place and name; `q` is looked for in both."""
    found = statement().where(UserGroup.approved)
    if q:
        found = found.where(
            or_(
                UserGroup.name.icontains(q, autoescape=True),
                UserGroup.location.icontains(q, autoescape=True),
            )
        )
    order = (reading.bytewise(UserGroup.location), reading.bytewise(UserGroup.name), UserGroup.id)
    return await reading.page(session, found, order, window)


async def public_one(session: AsyncSession, group_id: int) -> Row | None:
    """Return one approved group."""
    found = statement().where(UserGroup.id == group_id, UserGroup.approved)
    return await reading.one(session, found)


async def by_id(session: AsyncSession, group_id: int) -> Row | None:
    """Return one group, approved or not."""
    return await reading.one(session, statement().where(UserGroup.id == group_id))
