"""Work that ticks start, or an operator by `python -m downloads run <task>`."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import select

import markup
from downloads.models import Release
from downloads.services import cycle, releases
from downloads.settings import Settings
from servicekit import audit
from servicekit.access import Principal
from servicekit.service import NotDone, Task, TaskContext, Tick

#: Whom rows and audit entries of a task name as their author.
WORKER: Final = Principal(subject="service:downloads")

_BATCH: Final = 50


async def fetch_release_cycle(context: TaskContext) -> str:
    """Read the release cycle from its source. What goes wrong is told; the rows stay."""
    settings = cast("Settings", context.settings)  # app.py declares no other
    if not settings.release_cycle_url:
        return "no source is set"
    async with context.reading() as reading:
        etag, last_modified = await cycle.conditions(reading)
    try:
        found = await cycle.fetch(
            settings.release_cycle_url,
            timeout=settings.release_cycle_timeout,
            max_bytes=settings.release_cycle_max_bytes,
            etag=etag,
            last_modified=last_modified,
        )
    except cycle.CycleError as error:
        context.log.warning("the release cycle could not be read", reason=str(error))
        return NotDone(f"kept what was there: {error}")
    async with context.session() as session:
        if found is None:
            await cycle.confirm(session)
            return "not changed since it was last read"
        changed = await cycle.store(session, found, WORKER)
    return f"{len(found.cycle.branches)} branches, {'changed' if changed else 'not changed'}"


async def rerender(context: TaskContext) -> str:
    """Render the texts again that another version of the renderer made, a few at a time.

    Only a text whose HTML comes out otherwise is a change that is told.
    """
    done = changed = after = 0
    while True:
        async with context.session() as session:
            rows = (
                await session.scalars(
                    select(Release)
                    .where(
                        Release.content_renderer != markup.RENDERER_VERSION,
                        Release.content != "",
                        Release.id > after,
                    )
                    .order_by(Release.id)
                    .limit(_BATCH)
                    .with_for_update(skip_locked=True)
                )
            ).all()
            before = {row.id: row.content_html for row in rows}
            for row in rows:
                await releases.render(row)
            different = [row for row in rows if row.content_html != before[row.id]]
            await releases.touch(session, different, WORKER)
        done, changed = done + len(rows), changed + len(different)
        context.progress(done, None, "texts")
        if not rows:
            return f"{done} texts rendered, {changed} came out otherwise"
        after = rows[-1].id


TASKS: Final = (
    Task(
        name="release-cycle",
        summary="Read the release cycle from peps.python.org",
        run=fetch_release_cycle,
    ),
    Task(
        name="rerender",
        summary="Render texts again that an older version of the renderer made",
        run=rerender,
    ),
    audit.prune_task(),
)
TICKS: Final = (
    # On the hour others ask the source too.
    Tick(name="release-cycle", cron="0 17 * * * *", task="release-cycle"),
    Tick(name="rerender", cron="0 40 3 * * *", task="rerender"),
    Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
)
