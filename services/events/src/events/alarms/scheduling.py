"""When the next mail of an alarm is due: whenever the times of its event change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import DateTime, cast, func, literal, select, update

from events.alarms.models import Alarm
from events.occurrences.models import Occurrence
from servicekit.database import WriteSession


async def reschedule(session: WriteSession, event_ids: Sequence[int]) -> None:
    """Bring the due times of all alarms of some events up to date.

    The next one is of the first time to come that was not told of and is not called off.
    """
    last = func.coalesce(Alarm.told, cast(literal("-infinity"), DateTime(timezone=True)))
    following = (
        select(func.min(Occurrence.starts))
        .where(
            Occurrence.event_id == Alarm.event_id,
            Occurrence.status != "cancelled",
            Occurrence.starts > func.greatest(func.now(), last),
        )
        .correlate(Alarm)
        .scalar_subquery()
    )
    await session.execute(
        update(Alarm)
        .where(Alarm.event_id.in_(event_ids))
        .values(due=following - Alarm.hours * timedelta(hours=1))
        .execution_options(synchronize_session=False)
    )
