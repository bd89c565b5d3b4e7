"""Single times of a repeating event, changed one by one: for the staff admin."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field
from sqlalchemy import select

from contracts.events.dto import EventDetail
from contracts.events.inputs import EventInput, OverrideInput
from events.events import queries, services
from events.events.models import Override
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, NotFound


class OverrideForm(OverrideInput):
    """One time, and of which event."""

    event_id: int = Field(ge=1)


class Made(OverrideForm):
    """A time that was written, with its id."""

    id: int


def input_of(event: EventDetail) -> EventInput:
    """Return what would have to be sent to have an event as it is."""
    same = EventInput.model_fields.keys() & EventDetail.model_fields.keys()
    return EventInput.model_validate(
        {
            **event.model_dump(include=same - {"overrides", "start", "end"}),
            "start": event.wall_start,
            "end": event.wall_end,
            "calendar_id": event.calendar.id,
            "location_id": None if event.location is None else event.location.id,
            "category_ids": [one.id for one in event.categories],
            "overrides": [
                {
                    **one.model_dump(exclude={"id", "location"}),
                    "location_id": None if one.location is None else one.location.id,
                }
                for one in event.overrides
            ],
        }
    )


async def create(session: WriteSession, sent: OverrideForm, caller: Principal) -> Made:
    """Have one time be otherwise than the rule says. Raises NotFound, Invalid, Conflict."""

    def add(there: list[OverrideInput]) -> list[OverrideInput]:
        if any(one.original == sent.original for one in there):
            raise Conflict("This time is otherwise already.")
        return [*there, _plain(sent)]

    await _edit(session, sent.event_id, add, caller)
    found = select(Override.id).where(
        Override.event_id == sent.event_id, Override.original == sent.original
    )
    return Made(id=await session.scalar(found) or 0, **sent.model_dump())


async def update(
    session: WriteSession,
    override_id: int,
    sent: OverrideForm,
    caller: Principal,
    *,
    if_match: str | None,
) -> None:
    """Replace one time; the version of its event was compared already. Raises NotFound, Invalid."""
    del if_match
    row = await _row(session, override_id)
    original = row.original

    def put(there: list[OverrideInput]) -> list[OverrideInput]:
        return [*(one for one in there if one.original != original), _plain(sent)]

    await _edit(session, row.event_id, put, caller)


async def delete(
    session: WriteSession, override_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Have one time be as the rule says again. Raises NotFound."""
    del if_match
    row = await _row(session, override_id)
    original = row.original

    def drop(there: list[OverrideInput]) -> list[OverrideInput]:
        return [one for one in there if one.original != original]

    await _edit(session, row.event_id, drop, caller)


async def _edit(
    session: WriteSession,
    event_id: int,
    edit: Callable[[list[OverrideInput]], list[OverrideInput]],
    caller: Principal,
) -> None:
    row = await services.lock(session, event_id)
    state = (await queries.states(session, [event_id]))[event_id]
    sent = input_of(state)
    changed = sent.model_copy(update={"overrides": edit(sent.overrides or [])})
    await services.replace(session, row, changed, caller)


async def _row(session: WriteSession, override_id: int) -> Override:
    row = await session.get(Override, override_id)
    if row is None:
        raise NotFound("There is no such time.")
    return row


def _plain(sent: OverrideForm) -> OverrideInput:
    return OverrideInput.model_validate(sent.model_dump(exclude={"event_id"}))
