"""Work that ticks start, or an operator by `python -m content run <task>`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, select

import markup
from content.pages import previews, rules, services
from content.pages.models import Page
from content.pages.queries import VIEW_DRAFTS
from servicekit.access import Principal
from servicekit.service import Idle, Task, TaskContext, Tick

#: Whom rows and audit entries of a task name as their author.
WORKER: Final = Principal(
    subject="service:content", permissions=frozenset({rules.EDIT, VIEW_DRAFTS})
)

_BATCH: Final = 50


async def run_due(context: TaskContext) -> str:
    """Publish and withdraw the pages whose time has come, each in a transaction of its own."""
    now = datetime.now(UTC)
    published = await _each(context, Page.publish_at <= now, published=True)
    withdrawn = await _each(
        context, and_(Page.is_published, Page.expire_at <= now), published=False
    )
    async with context.session() as session:
        pruned = await previews.prune(session)
    said = f"{published} published, {withdrawn} withdrawn, {pruned} previews over"
    return said if published or withdrawn or pruned else Idle(said)


async def _each(context: TaskContext, due: ColumnElement[bool], *, published: bool) -> int:
    """Give the pages that are due their new state; who else writes one goes first."""
    done = after = 0
    while True:
        async with context.session() as session:
            row = await session.scalar(
                select(Page)
                .where(due, Page.id > after)
                .order_by(Page.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return done
            after, done = row.id, done + 1
            await services.come_due(session, row, WORKER, published=published)


async def rerender(context: TaskContext) -> str:
    """Render the texts again that another version of the renderer made, a few at a time.

    Only a text whose HTML comes out otherwise is a change that is told.
    """
    done = changed = after = 0
    while True:
        async with context.session() as session:
            rows = (
                await session.scalars(
                    select(Page)
                    .where(Page.content_renderer != markup.RENDERER_VERSION, Page.id > after)
                    .order_by(Page.id)
                    .limit(_BATCH)
                    .with_for_update(skip_locked=True)
                )
            ).all()
            before = {row.id: row.content_html for row in rows}
            for row in rows:
                await services.render(row)
            different = [row for row in rows if row.content_html != before[row.id]]
            await services.tell_rendered(session, different, WORKER)
        done, changed = done + len(rows), changed + len(different)
        context.progress(done, None, "texts")
        if not rows:
            return f"{done} texts rendered, {changed} came out otherwise"
        after = rows[-1].id


TASKS: Final = (
    Task(
        name="due-pages",
        summary="Publish and withdraw the pages whose time has come",
        run=run_due,
    ),
    Task(
        name="rerender-pages",
        summary="Render texts of pages again that an older version of the renderer made",
        run=rerender,
    ),
)
TICKS: Final = (
    # A page shows at its time, give or take this.
    Tick(name="due-pages", every="10s", task="due-pages"),
    Tick(name="rerender-pages", cron="0 45 3 * * *", task="rerender-pages"),
)
