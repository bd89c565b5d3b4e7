"""Rebuild a consumer's copy from the service that owns the rows.

For what events cannot bring back: a copy that is wrong, a new consumer that is later than the
outbox keeps events, a stream that was lost with its outbox. Every row of the owner's export is
given to the consumer's handler as the event that would carry the same state; afterwards what the
owner has no more is removed.

It runs beside the consumer. A row that an event has made newer meanwhile stays as it is; a copy
that shows the export's version, or an older one, is written again, since rewriting is what a
resync is for. Tombstones stay. Each page is a transaction, so that readers never find the copy
empty and the consumer never waits for long. It may be run again at any time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

import httpx
from sqlalchemy import delete, func, select, update

from contracts.events import Event
from servicekit.database import Database, WriteSession
from servicekit.messaging.wire import kind_of
from servicekit.service import Consumer, Copy, Progress
from servicekit.telemetry import current_traceparent
from servicekit.versions import CopyVersion

_NAMESPACE: Final = UUID("0c9f0a3e-8f0e-5d0b-9d55-51c8e7b1a0f4")
_PAGE: Final = 500


class NotACopy(Exception):
    """The consumer keeps nothing that could be rebuilt."""


class ExportRefused(Exception):
    """The owner did not answer with its rows."""


@dataclass(frozen=True)
class Rebuilt:
    """How many rows were written, and how many removed because the owner has them no more."""

    written: int
    removed: int


async def resync(
    consumer: Consumer,
    database: Database,
    owner: httpx.AsyncClient,
    *,
    progress: Progress,
) -> Rebuilt:
    """Rebuild the copy of `consumer` from `owner`, a client of the owning service.

    Raises NotACopy, ExportRefused, and what the handler raises.
    """
    copy = consumer.copy
    if copy is None:
        raise NotACopy(f"{consumer.name} declares no copy")
    async with database.read() as reading:
        started: datetime = (await reading.scalars(select(func.clock_timestamp()))).one()
    written = 0
    async for page in _pages(owner, copy.entity):
        async with database.write() as session:
            for event in page:
                await _forget(session, copy, event)
                await consumer.handler(event, session)
        written += len(page)
        progress(written)
    return Rebuilt(written=written, removed=await _sweep(database, copy, started))


async def _pages(owner: httpx.AsyncClient, entity: str) -> AsyncIterator[list[Event]]:
    after: int | None = 0
    while after is not None:
        response = await owner.get(
            f"/internal/export/{entity}", params={"after": after, "limit": _PAGE}
        )
        if response.status_code != httpx.codes.OK:
            raise ExportRefused(f"{response.status_code}: {response.text[:500]}")
        page = response.json()
        yield [_event(item) for item in page["items"]]
        after = page["next"]


def _event(item: dict[str, Any]) -> Event:
    kind = kind_of(item["type"])
    if kind is None:
        raise ExportRefused(f"no contract of this service knows {item['type']}")
    subject = f"{kind.AGGREGATE}:{item['id']}"
    return Event(
        id=uuid5(_NAMESPACE, f"{item['type']} {subject} {item['version']}"),
        source=f"/{kind.context()}",
        type=item["type"],
        subject=subject,
        time=datetime.now(UTC),
        aggregateid=str(item["id"]),
        aggregateversion=item["version"],
        traceparent=current_traceparent(),
        data=item["data"],
    )


async def _forget(session: WriteSession, copy: Copy, event: Event) -> None:
    """Have the handler take the row for new, unless the copy shows a newer one or a deletion."""
    mine = (
        CopyVersion.copy == copy.name,
        CopyVersion.aggregate == event.subject,
        CopyVersion.deleted.is_(False),
    )
    await session.execute(
        delete(CopyVersion).where(*mine, CopyVersion.version <= event.aggregateversion)
    )
    # What is left is newer and stays: the owner has it, so it is not swept away.
    await session.execute(update(CopyVersion).where(*mine).values(updated=func.now()))


async def _sweep(database: Database, copy: Copy, started: datetime) -> int:
    """Remove what nobody has touched since the beginning: the owner has it no more."""
    stale = (CopyVersion.copy == copy.name, CopyVersion.deleted.is_(False))
    removed = 0
    while True:
        async with database.write() as session:
            gone = list(
                await session.scalars(
                    delete(CopyVersion)
                    .where(
                        *stale,
                        CopyVersion.aggregate.in_(
                            select(CopyVersion.aggregate)
                            .where(*stale, CopyVersion.updated < started)
                            .limit(_PAGE)
                        ),
                    )
                    .returning(CopyVersion.aggregate)
                )
            )
            for aggregate in gone:
                await copy.remove(session, aggregate.partition(":")[2])
        removed += len(gone)
        if len(gone) < _PAGE:
            return removed
