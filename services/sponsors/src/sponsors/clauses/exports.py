"""What another service reads to rebuild what it knows of clauses: that they are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.sponsors.papers import ClauseUpdated
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.clauses.models import Clause


async def read_clauses(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return clauses by id."""
    found = await session.execute(
        select(Clause.id, Clause.version).where(Clause.id > after).order_by(Clause.id).limit(limit)
    )
    return [
        ExportRow(id=number, version=version, data=ClauseUpdated(id=number))
        for number, version in found
    ]


EXPORTS: Final = (Export(entity="clauses", kind=ClauseUpdated, read=read_clauses),)
