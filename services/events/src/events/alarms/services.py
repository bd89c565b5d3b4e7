"""Writing alarms: row and audit entry in one transaction. Nobody else is told of them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from contracts.events.dto import Alarm as AlarmDTO
from contracts.events.inputs import AlarmInput
from events.alarms import queries, scheduling
from events.alarms.models import Alarm
from events.events.models import Event
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Forbidden, Invalid, NotFound
from servicekit.writes import alone, note, sign

#: Alarms of one person.
_MOST = 200


async def create(session: WriteSession, sent: AlarmInput, caller: Principal) -> AlarmDTO:
    """Have a mail sent before each time of an event. Raises Invalid, Forbidden."""
    user = user_of(caller)
    if await session.scalar(select(Event.id).where(Event.id == sent.event_id)) is None:
        raise Invalid.field(["body", "event_id"], "There is no such event.", "unknown")
    await alone(session, "alarms", user)
    count = select(func.count()).where(Alarm.user_id == user)
    if (await session.scalar(count) or 0) >= _MOST:
        raise Invalid(f"You have {_MOST} reminders already.")
    row = Alarm(event_id=sent.event_id, user_id=user, email=sent.email, hours=sent.hours)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    await scheduling.reschedule(session, [row.event_id])
    # The address is in the row; the trail outlives it.
    told = {"event_id": row.event_id, "hours": row.hours}
    note(session, caller, "created", row, f"event {row.event_id}", after=told)
    return AlarmDTO.model_validate(await queries.one(session, row.id))


async def delete_own(session: WriteSession, alarm_id: int, caller: Principal) -> None:
    """Take one of the caller's alarms away. Raises NotFound, Forbidden."""
    await _delete(session, alarm_id, caller, Alarm.user_id == user_of(caller))


async def delete(
    session: WriteSession, alarm_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Take anybody's alarm away. Raises NotFound."""
    del if_match  # an alarm is never changed
    await _delete(session, alarm_id, caller)


def user_of(caller: Principal) -> int:
    """Return the caller's user id. Raises Forbidden for who is no user."""
    if caller.user_id is None:
        raise Forbidden("Only people who are signed in have reminders.")
    return caller.user_id


async def _delete(
    session: WriteSession, alarm_id: int, caller: Principal, *conditions: ColumnElement[bool]
) -> None:
    row = await session.scalar(
        select(Alarm).where(Alarm.id == alarm_id, *conditions).with_for_update()
    )
    if row is None:
        raise NotFound("There is no such reminder.")
    told = {"event_id": row.event_id, "hours": row.hours}
    note(session, caller, "deleted", row, f"event {row.event_id}", before=told)
    await session.delete(row)
