"""What another service reads to rebuild its copy of the types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.jobs.dto import JobType as JobTypeDTO
from contracts.jobs.events import JobTypeUpdated
from jobs.types import queries, services
from jobs.types.models import JobType
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_types(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return types by id."""
    statement = queries.statement().where(JobType.id > after).order_by(JobType.id).limit(limit)
    found = [JobTypeDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_type(JobTypeUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="types", kind=JobTypeUpdated, read=read_types),)
