"""What another service reads to rebuild its copy of the elections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.identity.elections import Election as ElectionDTO
from contracts.identity.elections import ElectionUpdated
from identity.elections import queries, telling
from identity.elections.models import Election
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_elections(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return elections by id."""
    found = queries.statement().where(Election.id > after).order_by(Election.id).limit(limit)
    rows = [ElectionDTO.model_validate(row) for row in await reading.every(session, found)]
    return [
        ExportRow(id=one.id, version=one.version, data=telling.of_election(ElectionUpdated, one))
        for one in rows
    ]


EXPORTS: Final = (Export(entity="elections", kind=ElectionUpdated, read=read_elections),)
