"""Give parked messages to their consumer again: one command for an operator.

A message goes through the same code as a delivery, inbox included, and its row goes in the
transaction of its effect. In the order of versions within each aggregate: a message behind
another that fails again stays parked behind it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from opentelemetry.trace import SpanKind
from sqlalchemy import func, select, update

from servicekit.consumers import Effects
from servicekit.database import Database
from servicekit.messaging.tracing import HEADER, failed, span
from servicekit.messaging.wire import read_event
from servicekit.parked import MAX_REASON, ParkedRow
from servicekit.service import Service


@dataclass(frozen=True)
class Redriven:
    """What became of one parked message; `reason` is None where it worked."""

    id: int
    consumer: str
    subject: str
    reason: str | None


async def redrive(
    service: Service,
    database: Database,
    *,
    ids: Collection[int] = (),
    consumer: str | None = None,
) -> list[Redriven]:
    """Redrive the parked messages with these ids, or all, or all of one consumer."""
    effects = {known.name: Effects(known, database) for known in service.consumers}
    wanted = select(ParkedRow).order_by(
        ParkedRow.aggregate, ParkedRow.version, ParkedRow.event_id, ParkedRow.id
    )
    if ids:
        wanted = wanted.where(ParkedRow.id.in_(ids))
    if consumer is not None:
        wanted = wanted.where(ParkedRow.consumer == consumer)
    async with database.read() as reading:
        rows = list(await reading.scalars(wanted))
    return [
        await _one(row, effects[row.consumer], database)
        if row.consumer in effects
        else Redriven(row.id, row.consumer, row.subject, "this version has no such consumer")
        for row in rows
    ]


async def _one(row: ParkedRow, effects: Effects, database: Database) -> Redriven:
    with span(
        f"redrive {row.subject}",
        kind=SpanKind.CONSUMER,
        parent=row.headers.get(HEADER),
        attributes={"messaging.consumer.group.name": row.consumer, "pydotorg.parked": row.id},
    ) as current:
        try:
            await effects.apply(read_event(row.body))
        except Exception as error:  # noqa: BLE001 - told to the operator, row by row
            failed(current, error)
            reason = f"{type(error).__name__}: {error}"
            async with database.write() as session:
                await session.execute(
                    update(ParkedRow)
                    .where(ParkedRow.id == row.id)
                    .values(
                        redrives=ParkedRow.redrives + 1,
                        reason=func.left(reason.replace("\x00", "?"), MAX_REASON),
                    )
                )
            return Redriven(row.id, row.consumer, row.subject, reason)
    return Redriven(row.id, row.consumer, row.subject, None)
