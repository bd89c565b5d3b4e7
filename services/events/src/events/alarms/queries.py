"""Every read of alarms. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from events.alarms.models import Alarm
from events.events.models import Event
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_ALARM: Final[tuple[Any, ...]] = (
    Alarm.id,
    Alarm.event_id,
    Event.title.label("event_title"),
    Alarm.hours,
    Alarm.email,
    Alarm.due,
    Alarm.created,
)


async def of_user(
    session: AsyncSession, user_id: int, window: Window, *, event: int | None
) -> tuple[list[Row], int]:
    """Return one window of a user's alarms, newest first."""
    statement = select(*_ALARM).join(Event, Event.id == Alarm.event_id)
    statement = statement.where(Alarm.user_id == user_id)
    if event is not None:
        statement = statement.where(Alarm.event_id == event)
    return await reading.page(session, statement, (Alarm.id.desc(),), window)


async def one(session: AsyncSession, alarm_id: int) -> Row | None:
    """Return one alarm."""
    statement = select(*_ALARM).join(Event, Event.id == Alarm.event_id)
    return await reading.one(session, statement.where(Alarm.id == alarm_id))
