"""What another service reads to rebuild its copy of the visible jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.jobs.dto import JobDetail, JobState
from contracts.jobs.events import JobUpdated
from jobs.jobs import queries, telling
from jobs.jobs.filters import VISIBLE
from jobs.jobs.models import Job
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_jobs(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return visible jobs by id."""
    found = queries.statement(queries.DETAIL).where(VISIBLE, Job.id > after)
    rows = await reading.every(session, found.order_by(Job.id).limit(limit))
    states = [JobDetail.model_validate(row) for row in rows]
    return [
        ExportRow(
            id=one.id,
            version=one.version,
            data=telling.of_job(JobUpdated, one.id, JobState.APPROVED, one),
        )
        for one in states
    ]


EXPORTS: Final = (Export(entity="jobs", kind=JobUpdated, read=read_jobs),)
