"""What another service reads to rebuild its copy of the calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.events.dto import Calendar as CalendarDTO
from contracts.events.events import CalendarUpdated
from events.calendars import queries, services
from events.calendars.models import Calendar
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_calendars(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return calendars by id."""
    statement = (
        select(*queries.CALENDAR).where(Calendar.id > after).order_by(Calendar.id).limit(limit)
    )
    found = [CalendarDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_calendar(CalendarUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="calendars", kind=CalendarUpdated, read=read_calendars),)
