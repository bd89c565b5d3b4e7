"""Mailing the monthly report: once for each month, whoever runs the task and how often."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, cast

from sqlalchemy.dialects.postgresql import insert

from jobs.monthly import letters, queries
from jobs.monthly.models import ReportedMonth
from jobs.settings import Settings
from servicekit import mail
from servicekit.service import Idle, Task, TaskContext, Tick


async def report(context: TaskContext) -> str:
    """Mail the report of the last whole month, unless that was done.

    The mark and the mails are one transaction. Of a month in which nothing was made or done there
    is nothing to report.
    """
    settings = cast("Settings", context.settings)
    month = queries.first_before(datetime.now(UTC).date())
    async with context.session() as session:
        mark = insert(ReportedMonth).values(month=month).on_conflict_do_nothing()
        if await session.scalar(mark.returning(ReportedMonth.month)) is None:
            return Idle("the last month was reported")
        found = await queries.report(session, month)
        counts = found.current
        if not (counts.created or counts.submitted or counts.approved or counts.expired):
            return f"nothing happened in {month:%B %Y}"
        letter = letters.monthly(settings, found)
        for address in dict.fromkeys((settings.board_email, *settings.report_emails)):
            mail.post(session, settings, address, letter)
    return f"the report of {month:%B %Y} mailed"


TASKS: Final = (
    Task(name="monthly-report", summary="Mail the report of the last month", run=report),
)
TICKS: Final = (Tick(name="monthly-report", cron="0 10 6 * * *", task="monthly-report"),)
