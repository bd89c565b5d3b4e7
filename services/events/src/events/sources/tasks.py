"""Following the calendars elsewhere that are due."""

from __future__ import annotations

from typing import Final

from events.ical.reading import BadCalendar, Parsed, read
from events.sources.following import follow
from events.sources.models import ImportReport, Source
from servicekit.database import WriteSession
from servicekit.imports import (
    Fetched,
    Following,
    NotFollowed,
    Report,
    follow_due,
    prune_reports,
)
from servicekit.service import Idle, Task, TaskContext, Tick


def _read(fetched: Fetched, source: Source) -> Parsed:
    try:
        return read(fetched.body, source.zone)
    except BadCalendar as error:
        raise NotFollowed(str(error)) from error


async def _write(session: WriteSession, source: Source, parsed: Parsed) -> Report:
    return await follow(session, source, parsed)


CALENDARS: Final = Following(
    what="sources",
    model=Source,
    report=ImportReport,
    agent="python.org-events/1.0",
    accept="text/calendar, */*;q=0.1",
    read=_read,
    write=_write,
)


async def run(context: TaskContext) -> str:
    """Look at the sources that are due; a dry run looks at all and tells what would change."""
    looked, said = await follow_due(context, CALENDARS)
    if not looked:
        return Idle("no source is due")
    return "\n".join([f"{looked} sources looked at", *said])


async def prune(context: TaskContext) -> str:
    """Delete reports that are past their time."""
    return f"{await prune_reports(context, ImportReport)} reports deleted"


TASKS: Final = (
    Task(name="import", summary="Follow the calendars elsewhere that are due", run=run),
    Task(name="prune-imports", summary="Delete reports of imports past their time", run=prune),
)
TICKS: Final = (
    Tick(name="import", every="1m", task="import"),
    Tick(name="prune-imports", cron="0 45 3 * * *", task="prune-imports"),
)
