"""Following events: what posts show of them comes, changes and goes by events."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from content.posts import services
from content.posts.models import EventCopy
from contracts.events import Event
from contracts.events.dto import EventStatus
from contracts.events.events import EventRef
from servicekit import versions
from servicekit.database import WriteSession
from servicekit.service import Consumer, Copy

COPY: Final = "content-events"


async def follow(event: Event, session: WriteSession) -> None:
    """Bring the copy of an event up to date, and tell anew of the posts about it."""
    told = event.read(EventRef)
    found = told.event
    if not await versions.newer(session, COPY, event, deleted=found is None):
        return
    if found is None:
        await remove(session, str(told.id))
        return
    values = {
        "title": found.title,
        "path": f"/events/{found.calendar.slug}/{found.id}/",
        "first_day": found.first_day,
        "last_day": found.last_day,
        "place": "" if found.location is None else found.location.name,
        "cancelled": found.status is EventStatus.CANCELLED,
    }
    await session.execute(
        insert(EventCopy)
        .values(id=found.id, **values)
        .on_conflict_do_update(index_elements=[EventCopy.id], set_=values)
    )
    await services.tell_of_event(session, found.id)


async def remove(session: WriteSession, event_id: str) -> None:
    """Forget an event that is in no calendar any more; posts about it say so."""
    await session.execute(delete(EventCopy).where(EventCopy.id == int(event_id)))
    await services.tell_of_event(session, int(event_id))


CONSUMERS: Final = (
    Consumer(
        name=COPY,
        subjects=("events.event.*",),
        handler=follow,
        copy=Copy(name=COPY, entity="events", remove=remove),
    ),
)
