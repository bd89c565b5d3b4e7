"""What another service reads to rebuild its copy of the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.events.dto import EventDetail
from contracts.events.events import EventUpdated
from events.events import queries, telling
from events.events.models import Event
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_events(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return events by id."""
    rows = await queries.details(session, Event.id > after, limit=limit)
    found = [EventDetail.model_validate(row) for row in rows]
    return [
        ExportRow(id=one.id, version=one.version, data=telling.of_event(EventUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="events", kind=EventUpdated, read=read_events),)
