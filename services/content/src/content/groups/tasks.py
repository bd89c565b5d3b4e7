"""Rendering texts of working groups again that another version of the renderer made."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

import markup
from content.groups import services
from content.groups.models import WorkGroup
from servicekit.service import Task, TaskContext, Tick


async def rerender(context: TaskContext) -> str:
    """Render again. There are few groups; only what comes out otherwise is told."""
    changed = 0
    async with context.session() as session:
        rows = await session.scalars(
            select(WorkGroup)
            .where(WorkGroup.texts_renderer != markup.RENDERER_VERSION)
            .order_by(WorkGroup.id)
            .with_for_update(skip_locked=True)
        )
        found = rows.all()
        for row in found:
            if await services.render(row):
                await services.tell_rendered(session, row)
                changed += 1
    return f"{len(found)} working groups rendered, {changed} came out otherwise"


TASKS: Final = (
    Task(
        name="rerender-work-groups",
        summary="Render working groups again that an older version of the renderer made",
        run=rerender,
    ),
)
TICKS: Final = (
    Tick(name="rerender-work-groups", cron="0 47 3 * * *", task="rerender-work-groups"),
)
