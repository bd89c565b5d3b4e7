"""Work on jobs that a tick starts, or an operator by `python -m jobs run <task>`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, cast

from sqlalchemy import ColumnElement, func, or_, select, update

import markup
from contracts.jobs.review import Move, Side
from jobs.jobs import counting, letters, moving
from jobs.jobs.filling import render
from jobs.jobs.filters import APPROVED, VISIBLE
from jobs.jobs.models import Job
from jobs.jobs.moving import Actor
from jobs.settings import Settings
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import Idle, Task, TaskContext, Tick

WORKER: Final = Actor(caller=Principal(subject="service:jobs"), side=Side.SYSTEM)

type Work = Callable[[WriteSession, Job], Awaitable[None]]


async def expire(context: TaskContext) -> str:
    """Make jobs expired whose end has come, and tell their posters.

    All of a job is one transaction: a worker that dies in between leaves it to the next run, and
    one that comes second finds nothing to do.
    """

    async def end(session: WriteSession, row: Job) -> None:
        await moving.make(session, row, WORKER, Move.EXPIRE)

    done = await _each(context, end, APPROVED, Job.expires <= func.now())
    return f"{done} jobs expired" if done else Idle("0 jobs expired")


async def remind(context: TaskContext) -> str:
    """Tell posters that a job soon ends: once for each end. Mail and mark are one transaction."""
    settings = cast("Settings", context.settings)

    async def tell(session: WriteSession, row: Job) -> None:
        letter = letters.reminder(settings, row)
        mail.post(session, settings, row.poster_email or row.email, letter)
        # Nobody else is told: neither the version nor the time of the last change moves.
        values = {"reminded": row.expires, "updated": row.updated}
        await session.execute(update(Job).where(Job.id == row.id).values(values))

    done = await _each(
        context,
        tell,
        VISIBLE,
        ~Job.sample,
        Job.expires <= func.now() + settings.reminded_before,
        or_(Job.reminded.is_(None), Job.reminded != Job.expires),
    )
    return f"{done} posters reminded" if done else Idle("0 posters reminded")


async def rerender(context: TaskContext) -> str:
    """Render texts again that another version of the renderer made."""

    async def again(session: WriteSession, row: Job) -> None:
        old = await moving.state_of(session, row)
        await render(row)
        await moving.tell_change(session, row, old)

    done = await _each(context, again, Job.renderer != markup.RENDERER_VERSION)
    return f"the texts of {done} jobs rendered"


async def recount(context: TaskContext) -> str:
    """Count visible jobs anew, should a count have gone wrong."""
    async with context.session() as session:
        await counting.recount(session)
    return "counted"


async def _each(context: TaskContext, work: Work, *conditions: ColumnElement[bool]) -> int:
    """Do something to each job that conditions are true of, each in a transaction of its own."""
    done = after = 0
    while True:
        async with context.session() as session:
            row = await session.scalar(
                select(Job)
                .where(*conditions, Job.id > after)
                .order_by(Job.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return done
            after, done = row.id, done + 1
            await work(session, row)
        context.progress(done, None, "jobs")


TASKS: Final = (
    Task(name="expire-jobs", summary="Make jobs expired whose end has come", run=expire),
    Task(name="remind-posters", summary="Tell posters that a job soon ends", run=remind),
    Task(
        name="rerender-jobs",
        summary="Render texts of jobs again that an older version of the renderer made",
        run=rerender,
    ),
    Task(name="recount-jobs", summary="Count visible jobs anew", run=recount),
)
TICKS: Final = (
    Tick(name="expire-jobs", every="1m", task="expire-jobs"),
    Tick(name="remind-posters", every="10m", task="remind-posters"),
    Tick(name="rerender-jobs", cron="0 55 3 * * *", task="rerender-jobs"),
    Tick(name="recount-jobs", cron="0 35 3 * * *", task="recount-jobs"),
)
