"""Sending alarms: what is due becomes a mail of the outbox, each in a transaction of its own."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import func, select

from events.alarms import letters, scheduling
from events.alarms.models import Alarm
from events.occurrences import queries
from events.occurrences.models import Occurrence
from events.settings import Settings
from servicekit import mail
from servicekit.database import WriteSession
from servicekit.service import Idle, Task, TaskContext, Tick


async def send(context: TaskContext) -> str:
    """Mail the alarms that are due.

    The mail, that it was told, and when the next one is due are one transaction: a worker that dies
    in between leaves it all to the next run, and one that comes second finds nothing due.
    """
    told = after = 0
    while True:
        async with context.session() as session:
            row = await session.scalar(
                select(Alarm)
                .where(Alarm.due <= func.now(), Alarm.id > after)
                .order_by(Alarm.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return f"{told} reminders mailed" if told else Idle("0 reminders mailed")
            after = row.id
            told += await _remind(session, row, cast("Settings", context.settings))


async def _remind(session: WriteSession, row: Alarm, settings: Settings) -> bool:
    """Mail an alarm of the next time of its event, unless that began meanwhile."""
    number = await session.scalar(
        select(Occurrence.id)
        .where(
            Occurrence.event_id == row.event_id,
            Occurrence.status != "cancelled",
            Occurrence.starts > func.now(),
            Occurrence.starts > func.coalesce(row.told, func.to_timestamp(0)),
        )
        .order_by(Occurrence.starts)
        .limit(1)
    )
    if number is not None:
        occurrence = (await queries.by_ids(session, [number]))[number]
        mail.post(session, settings, row.email, letters.reminder(settings, occurrence))
        row.told = occurrence["start"]
    await session.flush()
    await scheduling.reschedule(session, [row.event_id])
    return number is not None


TASKS: Final = (Task(name="send-alarms", summary="Mail the reminders that are due", run=send),)
TICKS: Final = (Tick(name="send-alarms", every="30s", task="send-alarms"),)
