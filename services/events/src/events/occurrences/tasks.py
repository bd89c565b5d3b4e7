"""Work that ticks start, or an operator by `python -m events run <task>`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, cast

from sqlalchemy import select

from events.alarms import scheduling
from events.events import queries
from events.events.models import Event
from events.occurrences import projecting
from events.settings import Settings
from servicekit.service import Idle, Task, TaskContext, Tick


async def extend(context: TaskContext) -> str:
    """Move the window of repeating events on, each in a transaction of its own.

    One is due when half of the window ahead of it has passed.
    """
    half = timedelta(days=cast("Settings", context.settings).window_future_days // 2)
    due = datetime.now(UTC).date() + half
    done = after = 0
    while True:
        async with context.session() as session:
            row = await session.scalar(
                select(Event)
                .where(Event.projected < due, Event.id > after)
                .order_by(Event.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                said = f"{done} events have more times ahead"
                return said if done else Idle(said)
            await projecting.project(session, row, await queries.series_of(session, row))
            await scheduling.reschedule(session, [row.id])
            after, done = row.id, done + 1
        context.progress(done, None, "events")


TASKS: Final = (
    Task(
        name="extend-occurrences",
        summary="Write the times of repeating events further into the future",
        run=extend,
    ),
)
TICKS: Final = (Tick(name="extend-occurrences", cron="0 10 * * * *", task="extend-occurrences"),)
