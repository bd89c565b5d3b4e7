"""The transactional outbox: an event is a row of the transaction that it tells about.

Guarantees:

- an event exists if and only if its write was committed; nothing is published from memory;
- `record` is the only way to publish. The relay (`servicekit.relay`) reads the rows, publishes
  them and marks them; a row that is not marked is published again, with the same event id;
- rows of one aggregate are published in the order of their versions. The version is read from,
  or written to, the row that the same transaction changes, so the writer of version n + 1 begins
  after version n was committed: its `sequence` is larger, and no reader sees n + 1 without n.
  Across aggregates a larger sequence may be committed, and published, before a smaller one; the
  relay therefore asks for what is unpublished and never for "what follows the last sequence";
- published rows stay for `outbox_keep_days`, so that a lost stream can be filled again (`replay`).

The row carries the writer's trace context, which the relay restores.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    String,
    Text,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy import delete as sql_delete
from sqlalchemy import event as hooks
from sqlalchemy import update as sql_update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import UserDefinedType

from contracts.events import Event, EventData
from servicekit import crashpoints
from servicekit.database import KitBase, WriteSession
from servicekit.ids import uuid7
from servicekit.messaging.topology import CONTEXTS
from servicekit.telemetry import current_traceparent

CHANNEL: Final = "outbox"
"""The channel that wakes the relay."""

MAX_EVENT: Final = 900_000
"""Bytes of an event; NATS takes messages of 1 MiB with their headers."""


class EventTooLarge(ValueError):
    """NATS would never take this event, so the write that tells it fails instead."""


class JSONText(UserDefinedType[str]):
    """A JSON column read and written as text: what is published are the very bytes recorded."""

    cache_ok = True
    # asyncpg's own codec of json takes and gives text.
    render_bind_cast = True

    def get_col_spec(self, **_: object) -> str:
        """Return the column's type."""
        return "JSON"


class OutboxRow(KitBase):
    """One event that is to be, or was, published."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unpublished", "sequence", postgresql_where=text("published_at IS NULL")),
        Index(
            "ix_outbox_published_at",
            "published_at",
            postgresql_where=text("published_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    aggregate_type: Mapped[str] = mapped_column(String(100))
    aggregate_id: Mapped[str] = mapped_column(String(200))
    aggregate_version: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str] = mapped_column(JSONText)
    traceparent: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )
    # NULL, and the relay is woken at commit: the notification is part of the INSERT itself, so
    # that no write can forget it and none pays a round trip for it.
    published_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True),
        insert_default=select(literal_column("NULL::timestamptz"))
        .select_from(func.pg_notify(CHANNEL, ""))
        .scalar_subquery(),
    )
    replays: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class OutboxStream(KitBase):
    """The stream that the rows were published to; another birth means that they are gone there."""

    __tablename__ = "outbox_stream"

    stream: Mapped[str] = mapped_column(String(100), primary_key=True)
    born: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def record(
    session: WriteSession,
    data: EventData,
    *,
    aggregate_id: int | str,
    aggregate_version: int,
) -> Event:
    """Add an event to the transaction of `session` and return it; the only way to publish.

    `aggregate_version` is the version the aggregate has after this change; several events of one
    transaction may share it and keep the order of their recording. Raises EventTooLarge.
    """
    context = data.context()
    if context not in CONTEXTS:
        raise ValueError(f"{data.SUBJECT}: no context is called {context}")
    traceparent = current_traceparent()
    event = Event(
        id=uuid7(),
        source=f"/{context}",
        type=data.type_name(),
        subject=f"{data.AGGREGATE}:{aggregate_id}",
        time=datetime.now(UTC),
        aggregateid=str(aggregate_id),
        aggregateversion=aggregate_version,
        traceparent=traceparent,
        data=data.model_dump(mode="json"),
    )
    body = event.model_dump_json()
    if len(body.encode()) > MAX_EVENT:
        raise EventTooLarge(f"{data.SUBJECT} of {event.subject} is larger than {MAX_EVENT} bytes")
    session.add(
        OutboxRow(
            id=event.id,
            subject=data.SUBJECT,
            aggregate_type=data.AGGREGATE,
            aggregate_id=event.aggregateid,
            aggregate_version=aggregate_version,
            event=body,
            traceparent=traceparent,
        )
    )
    session.sync_session.info["outbox"] = True
    return event


@hooks.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.info.get("outbox"):
        session.flush()  # the rows are in the database when the step is reached
        crashpoints.reach("outbox.before_commit")


@hooks.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if session.info.pop("outbox", False):
        crashpoints.reach("outbox.after_commit")


@hooks.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    session.info.pop("outbox", None)


async def prune(session: AsyncSession, *, keep_days: int, limit: int = 5000) -> int:
    """Delete published rows older than `keep_days`, at most `limit`; returns how many."""
    old = (
        select(OutboxRow.id)
        .where(OutboxRow.published_at < func.now() - timedelta(days=keep_days))
        .limit(limit)
    )
    result = await session.execute(
        sql_delete(OutboxRow).where(OutboxRow.id.in_(old)).returning(OutboxRow.id)
    )
    return len(result.all())


async def replay(
    session: AsyncSession, *, since: datetime | None = None, sequence: int | None = None
) -> int:
    """Have the relay publish rows again, from a time or a sequence on; returns how many.

    Event ids stay, so a consumer ignores what it had. The rows go through the relay like new
    ones, which keeps the order within each aggregate, also towards events recorded meanwhile.
    Only the message id of NATS differs, because a stream would drop a repeated one as a duplicate.
    """
    wanted = sql_update(OutboxRow).where(OutboxRow.published_at.is_not(None))
    if since is not None:
        wanted = wanted.where(OutboxRow.created >= since)
    if sequence is not None:
        wanted = wanted.where(OutboxRow.sequence >= sequence)
    result = await session.execute(
        wanted.values(published_at=None, replays=OutboxRow.replays + 1).returning(OutboxRow.id)
    )
    replayed = len(result.all())
    await session.execute(select(func.pg_notify(CHANNEL, "")))
    return replayed
