"""Texts of rows: kept as they were written, with the safe HTML made of them.

A text `about` has four columns: `about`, `about_markup_type`, `about_html`, `about_renderer`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy import select

import markup
from servicekit.database import WriteSession
from servicekit.service import Task, TaskContext

_BATCH: Final = 50


async def write(row: Any, name: str, text: str, kind: str) -> None:  # noqa: ANN401 - of any model
    """Put a text on a row; it is rendered where it, or how it is written, changed."""
    if getattr(row, name) == text and getattr(row, f"{name}_markup_type") == kind:
        return
    setattr(row, name, text)
    setattr(row, f"{name}_markup_type", kind)
    await render(row, name)


async def render(row: Any, name: str) -> bool:  # noqa: ANN401 - of any model
    """Render a text, in a thread; returns whether its HTML came out otherwise."""
    before = getattr(row, f"{name}_html")
    kind = getattr(row, f"{name}_markup_type")
    html = await asyncio.to_thread(markup.render, getattr(row, name), kind)
    setattr(row, f"{name}_html", html)
    setattr(row, f"{name}_renderer", markup.RENDERER_VERSION)
    return bool(html != before)


def rerendering(
    model: Any,  # noqa: ANN401 - a model
    name: str,
    plural: str,
    tell: Callable[[WriteSession, Any], Awaitable[None]],
    again: Callable[[Any], Awaitable[bool]] | None = None,
) -> Task:
    """Return the task that renders texts again which another version of the renderer made.

    `tell` tells of a row whose HTML came out otherwise although nobody changed its text. `again`
    renders a row whose text is not rendered as `render` does it, and answers as that does.
    """

    async def run(context: TaskContext) -> str:
        done = changed = after = 0
        while True:
            async with context.session() as session:
                rows = (
                    await session.scalars(
                        select(model)
                        .where(
                            getattr(model, f"{name}_renderer") != markup.RENDERER_VERSION,
                            model.id > after,
                        )
                        .order_by(model.id)
                        .limit(_BATCH)
                        .with_for_update(skip_locked=True)
                    )
                ).all()
                for row in rows:
                    if await (again(row) if again else render(row, name)):
                        await tell(session, row)
                        changed += 1
            done += len(rows)
            context.progress(done, None, plural)
            if not rows:
                return f"{done} {plural} rendered, {changed} came out otherwise"
            after = rows[-1].id

    return Task(
        name=f"rerender-{plural.replace(' ', '-')}",
        summary=f"Render {plural} again that an older version of the renderer made",
        run=run,
    )
