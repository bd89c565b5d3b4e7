"""Parked messages: what a consumer could not do, kept for an operator.

A message is parked after its last try, or at once where no try could help (not an event at all,
an unknown version). The row holds what came byte for byte, why it was parked and in which trace.
The consumer goes on with the next message. `redrive` gives a parked message to its consumer
again, with the inbox as ever, and forgets it when it worked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    delete,
    exists,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from contracts.events import Event
from servicekit.database import KitBase

MAX_REASON = 2000


class ParkedRow(KitBase):
    """One message that one consumer could not do."""

    __tablename__ = "parked"
    __table_args__ = (UniqueConstraint("consumer", "message_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    consumer: Mapped[str] = mapped_column(String(100))
    #: Event id, or the place in the stream where the message is no event.
    message_id: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[UUID | None]
    subject: Mapped[str] = mapped_column(Text)
    aggregate: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    trace_id: Mapped[str | None] = mapped_column(String(32))
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    deliveries: Mapped[int] = mapped_column(Integer)
    redrives: Mapped[int] = mapped_column(Integer, server_default="0")
    parked: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )


async def park(session: AsyncSession, row: ParkedRow) -> None:
    """Keep a message; where it is parked already, only the reason and the count are renewed."""
    values = {
        "consumer": row.consumer,
        "message_id": row.message_id,
        "event_id": row.event_id,
        "subject": _storable(row.subject),
        "aggregate": None if row.aggregate is None else _storable(row.aggregate),
        "version": row.version,
        "reason": _storable(row.reason)[:MAX_REASON],
        "trace_id": row.trace_id,
        "headers": {_storable(name): _storable(value) for name, value in row.headers.items()},
        "body": row.body,
        "deliveries": row.deliveries,
    }
    await session.execute(
        insert(ParkedRow)
        .values(values)
        .on_conflict_do_update(
            index_elements=[ParkedRow.consumer, ParkedRow.message_id],
            set_={"reason": values["reason"], "deliveries": row.deliveries},
        )
    )


async def unpark(session: AsyncSession, consumer: str, message_id: str) -> bool:
    """Forget a message that was done after all; returns whether it was parked."""
    result = await session.execute(
        delete(ParkedRow)
        .where(ParkedRow.consumer == consumer, ParkedRow.message_id == message_id)
        .returning(ParkedRow.id)
    )
    return result.first() is not None


async def holds_earlier(session: AsyncSession, consumer: str, event: Event) -> bool:
    """Return whether an earlier event of the same aggregate is parked for `consumer`.

    Event ids grow with time, so they order events that share a version.
    """
    earlier = exists().where(
        ParkedRow.consumer == consumer,
        ParkedRow.aggregate == event.subject,
        tuple_(ParkedRow.version, ParkedRow.event_id) < (event.aggregateversion, event.id),
    )
    return bool(await session.scalar(select(earlier)))


async def listing(
    session: AsyncSession, *, consumer: str | None = None, limit: int = 100, after: int = 0
) -> list[ParkedRow]:
    """Return parked messages, oldest first."""
    wanted = select(ParkedRow).where(ParkedRow.id > after).order_by(ParkedRow.id).limit(limit)
    if consumer is not None:
        wanted = wanted.where(ParkedRow.consumer == consumer)
    return list(await session.scalars(wanted))


async def prune(session: AsyncSession, *, keep_days: int, limit: int = 5000) -> int:
    """Delete messages parked longer than `keep_days`, at most `limit`; returns how many."""
    old = (
        select(ParkedRow.id)
        .where(ParkedRow.parked < func.now() - timedelta(days=keep_days))
        .limit(limit)
    )
    result = await session.execute(
        delete(ParkedRow).where(ParkedRow.id.in_(old)).returning(ParkedRow.id)
    )
    return len(result.all())


def _storable(text: str) -> str:
    """Return text as PostgreSQL can store it: without NUL and lone surrogates."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
