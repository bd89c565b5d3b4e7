"""The relay: publishes what the outbox holds, in order, and marks it.

Guarantees:

- every committed row is published at least once; a crash between publishing and marking publishes
  it again with the same event id, which the stream drops within its duplicate window and every
  consumer's inbox drops for good;
- within one aggregate the first copies of events reach the stream in the order of their versions,
  however many relays run. Why: rows are read in the order of `sequence`, which grows with the
  version (servicekit.outbox); the next row of an aggregate is published only after the former was
  acknowledged; and a relay that fails to publish a row stops that aggregate there. So each relay
  publishes a gapless beginning of what an aggregate still has to tell, in order;
- one relay publishes at a time: it holds a session-level advisory lock on the very connection it
  reads from. The lock goes with the connection, so a relay that dies hands over at once. A relay
  that lost its connection without noticing can still publish the rows it had read: each of them
  after its predecessor, while the new relay does the same from the first unmarked row on. Of two
  writers that both go in order, the first copies are in order; the second copies are duplicates.

It is woken by NOTIFY, which PostgreSQL sends at commit, and looks by itself every second in case
a notification was lost with a connection. Connections are made anew for ever.

Where the stream was born anew since rows were published, their messages are gone with the old
one: the relay publishes all rows that are still kept again, before anything else.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog
from opentelemetry.trace import SpanKind

from servicekit import crashpoints
from servicekit.messaging.bus import Bus
from servicekit.messaging.tracing import HEADER, span
from servicekit.outbox import CHANNEL
from servicekit.telemetry import current_traceparent

_log: Final = structlog.get_logger(__name__)

CONTENT_TYPE: Final = "application/cloudevents+json"

_LOCK: Final = (0x70796F72, 1)
"""Key of the advisory lock; locks belong to a database, so each service has its own."""
_BATCH: Final = 200
_AT_ONCE: Final = 16
"""Aggregates published at the same time."""
_MEASURE: Final = 2.0
"""Seconds between looks at the lag."""
_STEP_TIMEOUT: Final = 10.0
_REFILL_TIMEOUT: Final = 600.0

_SELECT: Final = """
    SELECT id, sequence, subject, aggregate_type, aggregate_id, aggregate_version,
           event, traceparent, replays
      FROM outbox WHERE published_at IS NULL ORDER BY sequence LIMIT $1
"""
_MARK: Final = "UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY($1::uuid[])"
_DEPTH: Final = """
    SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created)), 0)::float8
      FROM outbox WHERE published_at IS NULL
"""


@dataclass
class Lag:
    """How far publishing is behind: rows that wait, and seconds the oldest has waited."""

    depth: int = 0
    oldest: float = 0.0


class Relay:
    """Publishes the outbox of one database to the stream of its context.

    `sweep` is the longest time in seconds that a row waits if its notification was lost; it is
    also how soon a waiting relay takes over.
    """

    def __init__(self, dsn: str, bus: Bus, *, context: str, sweep: float = 1.0) -> None:
        self._dsn = dsn
        self._bus = bus
        self._context = context
        self._sweep = sweep
        self._wake = asyncio.Event()
        self._born: datetime | None = None
        self._measured = 0.0
        self.leading = False
        self.lag = Lag()
        bus.watch(self._wake.set)

    async def run(self) -> None:
        """Relay for ever; ends only by cancellation."""
        wait = 0.1
        while True:
            try:
                async with self._connection() as connection:
                    wait = 0.1
                    await self._serve(connection)
            except Exception as error:  # noqa: BLE001 - whatever it is, connect anew
                _log.warning("relay lost its database", reason=repr(error))
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection[Any]]:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=5,
            command_timeout=_STEP_TIMEOUT,
            server_settings={
                "application_name": f"{self._context}.relay",
                "timezone": "UTC",
                # A machine that vanished must not hold the lock for two hours.
                "tcp_keepalives_idle": "10",
                "tcp_keepalives_interval": "5",
                "tcp_keepalives_count": "3",
            },
        )
        try:
            connection.add_termination_listener(self._woken)
            await connection.add_listener(CHANNEL, self._woken)
            yield connection
        finally:
            self.leading, self._born = False, None
            # Closing waits for the server; a connection that is broken is dropped instead.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(1):
                    await connection.close()
            connection.terminate()

    def _woken(self, *_: object) -> None:
        self._wake.set()

    async def _serve(self, connection: asyncpg.Connection[Any]) -> None:
        while True:
            self._wake.clear()
            if connection.is_closed():
                raise ConnectionError("the connection was closed")
            await self._lead(connection)
            published = True
            if self.leading:
                published = await self._drain(connection)
            await self._measure(connection)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._sweep if published else 0.25):
                    await (self._wake.wait() if published else asyncio.Event().wait())

    async def _lead(self, connection: asyncpg.Connection[Any]) -> None:
        """Take the lock where messages flow; leave it to another relay where they do not."""
        if self._bus.ready and not self.leading:
            self.leading = await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", *_LOCK)
            if self.leading:
                _log.info("relay leads", context=self._context)
        elif not self._bus.ready and self.leading:
            await connection.fetchval("SELECT pg_advisory_unlock($1, $2)", *_LOCK)
            self.leading = False

    async def _drain(self, connection: asyncpg.Connection[Any]) -> bool:
        """Publish until nothing is left; returns False where something could not be published."""
        while self._bus.ready:
            await self._adopt(connection)
            rows = await connection.fetch(_SELECT, _BATCH)
            if not rows:
                return True
            crashpoints.reach("relay.after_select")
            published, error = await self._publish(rows)
            if published:
                crashpoints.reach("relay.before_mark")
                await connection.execute(_MARK, published)
                crashpoints.reach("relay.after_mark")
            if error is not None:
                _log.warning("relay could not publish", reason=repr(error))
                return False
        return True

    async def _adopt(self, connection: asyncpg.Connection[Any]) -> None:
        """Begin with a stream, and have everything published again if it is another one."""
        born = self._bus.born(self._context)
        if born is None or born == self._born:
            return
        async with connection.transaction():
            known = await connection.fetchval(
                "SELECT born FROM outbox_stream WHERE stream = $1", self._context
            )
            if known is not None and known != born:
                again = await connection.execute(
                    "UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL",
                    timeout=_REFILL_TIMEOUT,
                )
                _log.warning("the stream is a new one, filling it again", rows=again)
            if known != born:
                await connection.execute(
                    "INSERT INTO outbox_stream (stream, born) VALUES ($1, $2)"
                    " ON CONFLICT (stream) DO UPDATE SET born = excluded.born",
                    self._context,
                    born,
                )
        self._born = born

    async def _publish(
        self, rows: Sequence[asyncpg.Record]
    ) -> tuple[list[UUID], BaseException | None]:
        """Publish rows, aggregates beside one another and each one's rows one by one.

        Returns the ids that were acknowledged, and the first error.
        """
        aggregates: defaultdict[tuple[str, str], list[asyncpg.Record]] = defaultdict(list)
        for row in rows:
            aggregates[row["aggregate_type"], row["aggregate_id"]].append(row)
        published: list[UUID] = []
        errors: list[BaseException] = []
        slots = asyncio.Semaphore(_AT_ONCE)

        async def tell(events: list[asyncpg.Record]) -> None:
            async with slots:
                try:
                    for row in events:
                        await self._publish_one(row)
                        published.append(row["id"])
                except Exception as error:  # noqa: BLE001 - the aggregate waits, others go on
                    errors.append(error)

        await asyncio.gather(*(tell(events) for events in aggregates.values()))
        return published, errors[0] if errors else None

    async def _publish_one(self, row: asyncpg.Record) -> None:
        event_id, replays = str(row["id"]), row["replays"]
        with span(
            f"publish {row['subject']}",
            kind=SpanKind.PRODUCER,
            parent=row["traceparent"],
            attributes={
                "messaging.system": "nats",
                "messaging.operation.type": "send",
                "messaging.destination.name": row["subject"],
                "messaging.message.id": event_id,
                "pydotorg.aggregate": f"{row['aggregate_type']}:{row['aggregate_id']}",
                "pydotorg.aggregate.version": row["aggregate_version"],
            },
        ):
            headers = {
                "Nats-Msg-Id": f"{event_id}.{replays}" if replays else event_id,
                "content-type": CONTENT_TYPE,
            }
            if traceparent := current_traceparent():
                headers[HEADER] = traceparent
            crashpoints.reach("relay.before_publish")
            await self._bus.publish(
                row["subject"], row["event"].encode(), stream=self._context, headers=headers
            )
            crashpoints.reach("relay.after_publish")

    async def _measure(self, connection: asyncpg.Connection[Any]) -> None:
        """Look how far behind publishing is, every relay for itself: NATS may be away."""
        now = time.monotonic()
        if now - self._measured < _MEASURE:
            return
        self._measured = now
        depth, oldest = await connection.fetchrow(_DEPTH) or (0, 0.0)
        self.lag = Lag(depth=depth, oldest=oldest)
