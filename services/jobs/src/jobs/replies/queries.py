"""Every read of canned replies. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.replies.models import CannedReply
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_COLUMNS: Final = tuple(
    getattr(CannedReply, name)
    for name in ("id", "name", "text", "position", "active", "version", "created", "updated")
)


def statement() -> Select[Any]:
    """Return the statement of replies."""
    return select(*_COLUMNS)


async def offered(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the active replies, in their order."""
    found = statement().where(CannedReply.active)
    return await reading.page(session, found, (CannedReply.position, CannedReply.id), window)


async def by_id(session: AsyncSession, reply_id: int) -> Row | None:
    """Return one reply."""
    return await reading.one(session, statement().where(CannedReply.id == reply_id))
