"""What happened on the board in one month of one year, in UTC. Samples do not count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.jobs.dto import JobState
from contracts.jobs.review import MonthCounts, MonthlyReport, Move
from jobs.jobs.filters import VISIBLE
from jobs.jobs.models import Job, JobStep
from jobs.reports.models import Report

#: Fields of the report that are numbers of steps.
_MOVES: Final = {
    "submitted": Move.SUBMIT,
    "approved": Move.APPROVE,
    "rejected": Move.REJECT,
    "expired": Move.EXPIRE,
    "extended": Move.EXTEND,
    "withdrawn": Move.WITHDRAW,
    "removed": Move.REMOVE,
}


async def report(session: AsyncSession, month: date) -> MonthlyReport:
    """Return the report of a month, given by its first day, and of the one before.

    10 statements.
    """
    count = select(func.count()).select_from(Job).where(~Job.sample)
    return MonthlyReport(
        current=await _counts(session, month),
        previous=await _counts(session, first_before(month)),
        visible=await session.scalar(count.where(VISIBLE)) or 0,
        waiting=await session.scalar(count.where(Job.state == JobState.REVIEW.value)) or 0,
    )


def first_before(month: date) -> date:
    """Return the first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


async def _counts(session: AsyncSession, month: date) -> MonthCounts:
    """Count what happened in a month. 4 statements."""
    begin = datetime(month.year, month.month, 1, tzinfo=UTC)
    following = (begin + timedelta(days=31)).replace(day=1)
    own = select(JobStep.move, func.count()).join(Job, Job.id == JobStep.job_id)
    steps: dict[str, int] = dict(
        (
            await session.execute(
                own.where(~Job.sample, JobStep.time >= begin, JobStep.time < following).group_by(
                    JobStep.move
                )
            )
        ).all()
    )
    created = select(Job.state, func.count()).where(
        ~Job.sample, Job.created >= begin, Job.created < following
    )
    states: dict[str, int] = dict((await session.execute(created.group_by(Job.state))).all())
    reports = select(func.count()).where(Report.time >= begin, Report.time < following)
    return MonthCounts(
        month=begin.date(),
        created=sum(states.values()),
        states=[{"state": state, "jobs": states.get(state.value, 0)} for state in JobState],
        **{field: steps.get(move.value, 0) for field, move in _MOVES.items()},
        reports=await session.scalar(reports) or 0,
        review_hours=await _review_hours(session, begin, following),
    )


async def _review_hours(session: AsyncSession, begin: datetime, end: datetime) -> float | None:
    """Return the median of hours between sending in and the decision; None without decisions."""
    decided, sent = aliased(JobStep), aliased(JobStep)
    since = (
        select(sent.time)
        .where(
            sent.job_id == decided.job_id,
            sent.id < decided.id,
            sent.move.in_((Move.SUBMIT.value, Move.REOPEN.value)),
        )
        .order_by(sent.id.desc())
        .limit(1)
        .correlate(decided)
        .scalar_subquery()
    )
    hours: Any = func.extract("epoch", decided.time - since) / 3600
    median = func.percentile_cont(0.5).within_group(hours)
    found = await session.scalar(
        select(median)
        .join(Job, Job.id == decided.job_id)
        .where(
            ~Job.sample,
            decided.before == JobState.REVIEW.value,
            decided.move.in_((Move.APPROVE.value, Move.REJECT.value)),
            decided.time >= begin,
            decided.time < end,
        )
    )
    return None if found is None else round(float(found), 1)
