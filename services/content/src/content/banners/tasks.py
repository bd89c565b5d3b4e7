"""Showing and hiding banners whose time has come."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content.banners import queries, services
from content.banners.models import Banner
from content.writes import note
from servicekit.access import Principal
from servicekit.service import Idle, Task, TaskContext, Tick

WORKER: Final = Principal(subject="service:content")


async def settle(context: TaskContext) -> str:
    """Tell of banners that visitors see from now on, or no longer."""
    shown = hidden = 0
    async with context.session() as session:
        rows = await session.scalars(
            select(Banner)
            .where(queries.due() != Banner.shown)
            .order_by(Banner.id)
            .with_for_update(skip_locked=True)
        )
        for row in rows.all():
            if await services.settle(session, row) is None:
                continue
            shown, hidden = shown + row.shown, hidden + (not row.shown)
            action = "shown" if row.shown else "hidden"
            note(session, WORKER, action, row, row.title, after={"shown": row.shown})
    if not shown and not hidden:
        return Idle("no banner was due")
    return f"{shown} banners shown, {hidden} hidden"


TASKS: Final = (
    Task(
        name="banners",
        summary="Show banners whose time has come, hide those it is over",
        run=settle,
    ),
)
TICKS: Final = (Tick(name="banners", every="3s", task="banners"),)
