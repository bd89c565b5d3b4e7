"""Keeping the store as the rows say: bytes go with their row, and those that never had one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from content.media import services
from content.media.models import MediaFile
from servicekit import files
from servicekit.service import Consumer, NotDone, Task, TaskContext, Tick

#: So long a file may be without a row: it may be about to have one.
_GRACE: Final = timedelta(days=1)
_BATCH: Final = 500


async def sweep(context: TaskContext) -> str:
    """Delete what is in the store, older than a day and of no row."""
    async with context.session() as session:
        store = files.of(session)
    gone = seen = 0
    batch: list[str] = []
    try:
        async for key in store.older(services.PREFIX, datetime.now(UTC) - _GRACE):
            batch.append(key)
            if len(batch) == _BATCH:
                gone, seen, batch = gone + await _clear(context, store, batch), seen + _BATCH, []
                context.progress(seen, None, "files")
        gone, seen = gone + await _clear(context, store, batch), seen + len(batch)
    except files.FilesAway as error:
        return NotDone(f"the store is away: {error}")
    return f"{seen} files looked at, {gone} without a row deleted"


async def _clear(context: TaskContext, store: files.FileStore, keys: list[str]) -> int:
    async with context.reading() as session:
        known = set(await session.scalars(select(MediaFile.key).where(MediaFile.key.in_(keys))))
    lost = [key for key in keys if key not in known]
    if not context.dry_run:
        for key in lost:
            await store.delete(key)
    return len(lost)


TASKS: Final = (
    Task(name="sweep-media", summary="Delete files in the store that no row knows", run=sweep),
)
TICKS: Final = (Tick(name="sweep-media", cron="0 35 4 * * *", task="sweep-media"),)
CONSUMERS: Final = (
    Consumer(
        name="content-media",
        subjects=("content.media_file.deleted",),
        handler=services.forget,
    ),
)
