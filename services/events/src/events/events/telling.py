"""The domain events of an event, with all that lists it."""

from __future__ import annotations

from itertools import batched
from typing import Final

from sqlalchemy import ColumnElement, update

from contracts.events.dto import EventDetail
from contracts.events.events import EventDeleted, EventRef, EventUpdated
from events.events import queries
from events.events.models import Event
from servicekit import writes
from servicekit.database import WriteSession

#: Events whose states are in memory at the same time.
_BATCH: Final = 500


def of_event(
    kind: type[EventRef], event: EventDetail, before: EventDetail | None = None
) -> EventRef:
    """Make the event `kind` of an event in its state after the change (before, if deleted).

    `before` is its state before the change: what listed it then is named, too.
    """
    states = [event] if before is None else [event, before]
    places = [
        place.id
        for state in states
        for place in (state.location, *(one.location for one in state.overrides))
        if place is not None
    ]
    return kind(
        id=event.id,
        calendars=tuple(dict.fromkeys(state.calendar.slug for state in states)),
        categories=tuple(
            dict.fromkeys(category.slug for state in states for category in state.categories)
        ),
        locations=tuple(dict.fromkeys(places)),
        event=None if issubclass(kind, EventDeleted) else event,
    )


def tell(
    session: WriteSession,
    kind: type[EventRef],
    event: EventDetail,
    before: EventDetail | None = None,
) -> None:
    """Record the event `kind` of an event."""
    gone = issubclass(kind, EventDeleted)
    told = of_event(kind, event, before)
    writes.tell(session, told, number=event.id, version=event.version + gone)


async def tell_again(session: WriteSession, concerned: ColumnElement[bool]) -> None:
    """Tell the events anew that show something that is called otherwise now.

    Whoever keeps a copy of an event has the names of its calendar, place and categories in it. Five
    statements for each 500 events.
    """
    await session.flush()
    grown = await session.scalars(
        update(Event)
        .where(concerned)
        .values(version=Event.version + 1)
        .returning(Event.id)
        .execution_options(synchronize_session=False)
    )
    for ids in batched(sorted(grown), _BATCH):
        for made in (await queries.states(session, ids)).values():
            tell(session, EventUpdated, made)
        await session.flush()
