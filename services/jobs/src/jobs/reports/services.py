"""Writing reports: row, event, audit entry and mail in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Select, func, select

from contracts.jobs.dto import TOO_MANY_REPORTS
from contracts.jobs.events import ReportCreated, ReportRef, ReportUpdated
from contracts.jobs.inputs import ReportInput
from contracts.jobs.review import ReportReason
from jobs import settings
from jobs.jobs import letters
from jobs.jobs.filters import VISIBLE
from jobs.jobs.models import Job
from jobs.reports.models import Report
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import NotFound, Problem
from servicekit.writes import alone, note, tell

_DAY: Final = timedelta(days=1)
_WORDS: Final[dict[ReportReason, str]] = {
    ReportReason.SPAM: "it is an advertisement, or there again and again",
    ReportReason.FRAUD: "it wants money, or is not what it says",
    ReportReason.FILLED: "the job is taken",
    ReportReason.NOT_PYTHON: "it has nothing to do with Python",
    ReportReason.LINK: "its link does not work",
    ReportReason.OTHER: "another reason",
}


class TooManyReports(Problem):
    """A visitor reported many jobs within a day."""

    status = 429
    title = "Too Many Reports"
    type = TOO_MANY_REPORTS


async def create(session: WriteSession, job_id: int, sent: ReportInput, caller: Principal) -> None:
    """Take in a report of a visible job; a second one of the same visitor changes nothing.

    The board gets a mail of the first one that is open. Raises NotFound, TooManyReports.
    """
    # Reports of one job wait for each other, so that one of them is the first.
    row = await session.scalar(select(Job).where(Job.id == job_id, VISIBLE).with_for_update())
    if row is None:
        raise NotFound("There is no such job.")
    told = settings.of(session)
    await alone(session, "reports", sent.reporter)
    own = select(Report.id).where(Report.job_id == job_id, Report.reporter == sent.reporter)
    if await session.scalar(own) is not None:
        return
    recent = select(func.count()).where(
        Report.reporter == sent.reporter, Report.time > func.now() - _DAY
    )
    if (await session.scalar(recent) or 0) >= told.reports_per_day:
        raise TooManyReports(
            f"At most {told.reports_per_day} jobs can be reported within a day.",
            headers={"Retry-After": str(int(_DAY.total_seconds()))},
        )
    first = await session.scalar(_open(job_id).limit(1)) is None
    report = Report(job_id=job_id, reason=sent.reason.value, text=sent.text, reporter=sent.reporter)
    session.add(report)
    await session.flush()
    _tell(session, ReportCreated, report)
    after = {"job_id": job_id, "reason": report.reason}
    note(session, caller, "created", report, row.title, after=after)
    if first:
        letter = letters.reported(told, row, _WORDS[sent.reason], sent.text)
        mail.post(session, told, told.board_email, letter)


async def close(session: WriteSession, row: Job, caller: Principal) -> int:
    """Close all reports of a locked job; returns how many there were."""
    found = list(await session.scalars(_open(row.id).order_by(Report.id).with_for_update()))
    for report in found:
        report.closed = True
    await session.flush()
    for report in found:
        _tell(session, ReportUpdated, report)
        values = {"job_id": row.id, "closed": False}, {"job_id": row.id, "closed": True}
        note(session, caller, "closed", report, row.title, before=values[0], after=values[1])
    return len(found)


def _open(job_id: int) -> Select[Report]:
    return select(Report).where(Report.job_id == job_id, ~Report.closed)


def _tell(session: WriteSession, kind: type[ReportRef], row: Report) -> None:
    told = kind(id=row.id, job_id=row.job_id, closed=row.closed)
    tell(session, told, number=row.id, version=row.version)
