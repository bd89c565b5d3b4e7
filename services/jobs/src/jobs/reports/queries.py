"""Every read of reports. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.jobs.models import Job
from jobs.reports.models import Report
from servicekit import reading
from servicekit.reading import Row

_MOST: Final = 100
#: How many there are of a job that nobody looked at.
OPEN: Final[ColumnElement[int]] = (
    select(func.count())
    .select_from(Report)
    .where(Report.job_id == Job.id, ~Report.closed)
    .correlate(Job)
    .scalar_subquery()
)
_REPORT: Final[tuple[Any, ...]] = tuple(
    getattr(Report, name) for name in ("id", "time", "reason", "text", "closed")
)


async def of_job(session: AsyncSession, job_id: int) -> list[Row]:
    """Return the reports of a job, those that are open first, then the latest; at most 100."""
    found = select(*_REPORT).where(Report.job_id == job_id)
    return await reading.every(
        session, found.order_by(Report.closed, Report.id.desc()).limit(_MOST)
    )
