"""What another service reads to rebuild its copy of the minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.minutes import queries, services
from content.minutes.models import Minutes
from contracts.content.minutes import Minutes as MinutesDTO
from contracts.content.minutes import MinutesUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_minutes(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return minutes by id; a draft as id and state."""
    statement = select(*queries.MINUTES).where(Minutes.id > after).order_by(Minutes.id).limit(limit)
    found = [MinutesDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_minutes(MinutesUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="minutes", kind=MinutesUpdated, read=read_minutes),)
