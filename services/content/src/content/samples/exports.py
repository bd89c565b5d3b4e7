"""What another service reads to rebuild its copy of the code samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.samples import queries, services
from content.samples.models import CodeSample
from contracts.content.samples import CodeSample as SampleDTO
from contracts.content.samples import CodeSampleUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_samples(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return samples by id; a draft as id and state."""
    statement = (
        select(*queries.SAMPLE).where(CodeSample.id > after).order_by(CodeSample.id).limit(limit)
    )
    found = [SampleDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_sample(CodeSampleUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="code-samples", kind=CodeSampleUpdated, read=read_samples),)
