"""Every read of programs. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row
from sponsors.programs.models import Program

_COLUMNS: Final = tuple(
    getattr(Program, name)
    for name in ("id", "name", "description", "position", "version", "created", "updated")
)


def statement() -> Select[Any]:
    """Return the statement of programs."""
    return select(*_COLUMNS)


async def programs(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the programs, in their order."""
    return await reading.page(session, statement(), (Program.position, Program.id), window)


async def by_id(session: AsyncSession, program_id: int) -> Row | None:
    """Return one program."""
    return await reading.one(session, statement().where(Program.id == program_id))
