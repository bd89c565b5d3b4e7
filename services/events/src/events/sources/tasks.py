"""Looking at sources: each by itself, so that one that is broken holds up no other."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, func, select

from events.ical.reading import BadCalendar, Parsed, read
from events.settings import Settings
from events.sources import services
from events.sources.fetching import Fetched, FetchError, fetch
from events.sources.following import Suspicious, follow
from events.sources.models import ImportReport, Source
from servicekit.database import WriteSession
from servicekit.service import Idle, Task, TaskContext, Tick

#: How often the time between two looks doubles after failures: up to some days.
_MOST_DOUBLED: Final = 6


async def run(context: TaskContext) -> str:
    """Look at the sources that are due; a dry run looks at all and tells what would change.

    A source is claimed by moving its due time past the longest that a look takes: one whose worker
    dies is looked at again after that.
    """
    said: list[str] = []
    looked = after = 0
    while (source := await _claim(context, after)) is not None:
        after, looked = source.id, looked + 1
        said += await _look(context, source)
        context.progress(looked, None, "sources")
    if not looked:
        return Idle("no source is due")
    return "\n".join([f"{looked} sources looked at", *said])


async def _claim(context: TaskContext, after: int) -> Source | None:
    settings = cast("Settings", context.settings)
    statement = select(Source).where(Source.active, Source.id > after).order_by(Source.id).limit(1)
    if context.dry_run:
        async with context.reading() as session:
            return await session.scalar(statement)
    async with context.session() as session:
        source = await session.scalar(
            statement.where(Source.due <= func.now()).with_for_update(skip_locked=True)
        )
        if source is not None:
            source.due = datetime.now(UTC) + timedelta(seconds=settings.import_timeout + 120)
        return source


async def _look(context: TaskContext, source: Source) -> list[str]:
    """Look at one source; returns what there is to say about it."""
    settings = cast("Settings", context.settings)
    try:
        fetched = await fetch(source, settings)
        if fetched is None:
            async with context.session() as session:
                await _looked(session, source.id, settings, None)
            return []
        # Parsing takes processor time.
        parsed = await asyncio.to_thread(read, fetched.body, source.zone)
        async with context.session() as session:
            return await _written(session, source, settings, fetched, parsed)
    except (FetchError, BadCalendar, Suspicious) as error:
        return await _given_up(context, source, str(error))
    except Exception as error:  # noqa: BLE001 - whatever one source does, the others are looked at
        return await _given_up(context, source, f"it could not be followed ({error!r})")


async def _given_up(context: TaskContext, source: Source, reason: str) -> list[str]:
    """Note that a source was not followed; returns what there is to say about it."""
    context.log.warning("a source was not followed", source=source.id, reason=reason)
    async with context.session() as session:
        await _failed(session, source.id, cast("Settings", context.settings), reason)
    return [f"{source.name}: failed: {reason}"]


async def _written(
    session: WriteSession, source: Source, settings: Settings, fetched: Fetched, parsed: Parsed
) -> list[str]:
    row = await services.lock(session, source.id)
    report = await follow(session, row, parsed)
    if report.changes or report.skipped:
        session.add(report.row(row.id))
    await _looked(session, row.id, settings, fetched)
    told = (
        f"{source.name}: {report.created} new, {report.updated} changed, {report.deleted} gone, "
        f"{report.unchanged} as before, {report.skipped} left out"
    )
    return [told, *(f"  {line}" for line in report.lines)]


async def _looked(
    session: WriteSession, source_id: int, settings: Settings, fetched: Fetched | None
) -> None:
    row = await services.lock(session, source_id)
    now = datetime.now(UTC)
    row.looked, row.failures, row.error = now, 0, ""
    row.due = now + timedelta(minutes=settings.import_minutes)
    if fetched is not None:
        row.etag, row.last_modified = fetched.etag, fetched.last_modified


async def _failed(session: WriteSession, source_id: int, settings: Settings, reason: str) -> None:
    """Note a failure; the first of several is a report, and each doubles the time to the next."""
    row = await services.lock(session, source_id)
    if row.error != reason[:500]:
        session.add(ImportReport(source_id=row.id, outcome="failed", lines=[reason[:500]]))
    now = datetime.now(UTC)
    doubled = 2 ** min(row.failures, _MOST_DOUBLED)
    row.looked, row.failures, row.error = now, row.failures + 1, reason[:500]
    row.due = now + timedelta(minutes=settings.import_minutes * doubled)


async def prune(context: TaskContext) -> str:
    """Delete reports that are past their time."""
    keep = timedelta(days=cast("Settings", context.settings).import_keep_days)
    async with context.session() as session:
        dropped = await session.scalars(
            delete(ImportReport)
            .where(ImportReport.time < func.now() - keep)
            .returning(ImportReport.id)
        )
        return f"{len(dropped.all())} reports deleted"


TASKS: Final = (
    Task(name="import", summary="Follow the calendars elsewhere that are due", run=run),
    Task(name="prune-imports", summary="Delete reports of imports past their time", run=prune),
)
TICKS: Final = (
    Tick(name="import", every="1m", task="import"),
    Tick(name="prune-imports", cron="0 45 3 * * *", task="prune-imports"),
)
