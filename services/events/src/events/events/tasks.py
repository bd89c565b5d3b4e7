"""Work on texts that a tick starts, or an operator by `python -m events run <task>`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

import markup
from events.events import services
from events.events.models import Event
from servicekit.access import Principal
from servicekit.service import Task, TaskContext, Tick

WORKER: Final = Principal(subject="service:events")


async def rerender(context: TaskContext) -> str:
    """Render texts again that another version of the renderer made, each in a transaction."""
    done = changed = after = 0
    while True:
        async with context.session() as session:
            row = await session.scalar(
                select(Event)
                .where(Event.description_renderer != markup.RENDERER_VERSION, Event.id > after)
                .order_by(Event.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return f"{done} texts rendered, {changed} came out otherwise"
            after, done = row.id, done + 1
            changed += await services.render_again(session, row, WORKER)
        context.progress(done, None, "texts")


TASKS: Final = (
    Task(
        name="rerender-events",
        summary="Render texts of events again that an older version of the renderer made",
        run=rerender,
    ),
)
TICKS: Final = (Tick(name="rerender-events", cron="0 55 3 * * *", task="rerender-events"),)
