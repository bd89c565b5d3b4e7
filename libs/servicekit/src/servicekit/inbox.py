"""The inbox: a consumer's effect and the note that it was had, in one transaction.

JetStream delivers at least once: a consumer killed between its commit and its acknowledgement, a
relay killed between publishing and marking, a replay, all bring an event twice. The note is keyed
by consumer and event id and written first; a second delivery finds it and changes nothing. Where
two deliveries run at the same time, the second waits at the key until the first has committed or
rolled back. So an event has its effect exactly once, for effects within this database.

Notes are kept longer than an event can come again: `outbox_keep_days` in the outbox, from where it
may be replayed on its last day, and then the days that a stream keeps it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, String, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.database import KitBase
from servicekit.messaging.topology import STREAM_DAYS


class InboxRow(KitBase):
    """One event that one consumer has had."""

    __tablename__ = "inbox"

    consumer: Mapped[str] = mapped_column(String(100), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    processed: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )


async def claim(session: AsyncSession, consumer: str, event_id: UUID) -> bool:
    """Note that `consumer` has the event; returns False where it had it before.

    The note stands if and only if the transaction of `session` is committed.
    """
    result = await session.execute(
        insert(InboxRow)
        .values(consumer=consumer, event_id=event_id)
        .on_conflict_do_nothing()
        .returning(InboxRow.event_id)
    )
    return result.first() is not None


async def has(session: AsyncSession, consumer: str, event_id: UUID) -> bool:
    """Return whether `consumer` has had the event."""
    found = exists().where(InboxRow.consumer == consumer, InboxRow.event_id == event_id)
    return bool(await session.scalar(select(found)))


async def prune(session: AsyncSession, *, outbox_keep_days: int, limit: int = 5000) -> int:
    """Delete notes of events that cannot come again, at most `limit`; returns how many."""
    days = outbox_keep_days + STREAM_DAYS + 1
    old = (
        select(InboxRow.consumer, InboxRow.event_id)
        .where(InboxRow.processed < func.now() - timedelta(days=days))
        .limit(limit)
        .subquery()
    )
    result = await session.execute(
        delete(InboxRow)
        .where(InboxRow.consumer == old.c.consumer, InboxRow.event_id == old.c.event_id)
        .returning(InboxRow.event_id)
    )
    return len(result.all())
