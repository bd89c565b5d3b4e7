"""What every service with an outbox does by itself: forget what nobody can need any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import idempotency, inbox, outbox, parked
from servicekit.service import Service, Task, TaskContext, Tick

TASK: Final = "prune-messages"
_BATCH: Final = 5000


async def prune_messages(context: TaskContext) -> str:
    """Delete what is past its retention: events, inbox notes, parked messages, kept answers.

    Each batch is a transaction of its own, so that no lock is held for long.
    """
    settings = context.settings

    async def events(session: AsyncSession) -> int:
        return await outbox.prune(session, keep_days=settings.outbox_keep_days, limit=_BATCH)

    async def notes(session: AsyncSession) -> int:
        return await inbox.prune(session, outbox_keep_days=settings.outbox_keep_days, limit=_BATCH)

    async def messages(session: AsyncSession) -> int:
        return await parked.prune(session, keep_days=settings.parked_keep_days, limit=_BATCH)

    async def answers(session: AsyncSession) -> int:
        return await idempotency.prune(
            session, keep_hours=settings.idempotency_keep_hours, limit=_BATCH
        )

    return (
        f"deleted {await _all(context, events)} published events, "
        f"{await _all(context, notes)} inbox notes, "
        f"{await _all(context, messages)} parked messages, "
        f"{await _all(context, answers)} answers to idempotency keys"
    )


def maintained(service: Service) -> Service:
    """Return the service with this task and its daily tick, unless it has them already."""
    if any(task.name == TASK for task in service.tasks):
        return service
    task = Task(
        name=TASK,
        summary="Delete events, inbox notes, parked messages and kept answers past their time",
        run=prune_messages,
    )
    # Not at the full hour, when everybody else's work begins.
    tick = Tick(name=TASK, task=TASK, cron="0 37 3 * * *")
    return replace(service, tasks=(*service.tasks, task), ticks=(*service.ticks, tick))


async def _all(context: TaskContext, prune: Callable[[AsyncSession], Awaitable[int]]) -> int:
    total = 0
    while True:
        async with context.session() as session:
            deleted = await prune(session)
        total += deleted
        context.progress(total)
        if deleted < _BATCH or context.dry_run:
            return total
