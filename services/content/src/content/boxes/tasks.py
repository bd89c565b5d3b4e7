"""Rendering boxes again that another version of the renderer made."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

import markup
from content.boxes import services
from content.boxes.models import Box
from servicekit.service import Task, TaskContext, Tick

_BATCH: Final = 50


async def rerender(context: TaskContext) -> str:
    """Render again, a few at a time. Only a text whose HTML comes out otherwise is told."""
    done = changed = after = 0
    while True:
        async with context.session() as session:
            rows = (
                await session.scalars(
                    select(Box)
                    .where(Box.content_renderer != markup.RENDERER_VERSION, Box.id > after)
                    .order_by(Box.id)
                    .limit(_BATCH)
                    .with_for_update(skip_locked=True)
                )
            ).all()
            for row in rows:
                if await services.render(row):
                    await services.tell_rendered(session, row)
                    changed += 1
        done += len(rows)
        context.progress(done, None, "boxes")
        if not rows:
            return f"{done} boxes rendered, {changed} came out otherwise"
        after = rows[-1].id


TASKS: Final = (
    Task(
        name="rerender-boxes",
        summary="Render boxes again that an older version of the renderer made",
        run=rerender,
    ),
)
TICKS: Final = (Tick(name="rerender-boxes", cron="0 42 3 * * *", task="rerender-boxes"),)
