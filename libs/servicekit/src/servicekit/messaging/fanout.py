"""Every event to every replica, with a report of what may have been missed.

For caches: each replica of the gateway hears every event, and hears of every gap, so that it can
drop what it has. Nothing is acknowledged and nothing parked; each replica reads for itself.

Guarantees, as long as a replica lives:

- each message of the sources reaches `on_event` once, in the order of its stream, or a gap that
  covers it reaches `on_gap`;
- a gap is reported where messages went before they were read (trimmed by age, deleted), where the
  stream was made anew, and where `on_event` failed or the message is no event;
- while `live` is false something may be under way that is not told yet: do not trust a cache then.

Why not the client's own ordered consumer: it replays the whole stream after a restart of the
server when it was idle, and it goes deaf without an error when the stream was made anew. And core
NATS loses what is published while a replica reconnects, without a sign. So this consumer keeps
the last sequence it has handled and the birth of the stream, compares both whenever it begins,
counts what it is given, and rests on the server's heartbeats for silence.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

from contracts.events import Event
from servicekit.messaging.bus import Bus
from servicekit.messaging.tracing import HEADER, failed, span

_log: Final = structlog.get_logger(__name__)

_RETRY: Final = 0.1
_INACTIVE: Final = 30.0
"""Seconds after which the server forgets the consumer of a replica that went away."""


@dataclass(frozen=True)
class Source:
    """What to hear: a stream, and a filter on its subjects (all of them unless told)."""

    stream: str
    subject: str = ""

    @property
    def filter(self) -> str:
        """Return the filter with its default."""
        return self.subject or f"{self.stream}.>"


@dataclass(frozen=True)
class Gap:
    """Messages after sequence `after` of a stream may have been missed, for a reason."""

    stream: str
    after: int
    reason: str


type OnEvent = Callable[[Event], Awaitable[None]]
type OnGap = Callable[[Gap], Awaitable[None]]


class Fanout:
    """Hears several streams over the connection of a bus.

    `on_event` runs within a span that continues the trace of the event's writer. A gap whose
    `on_gap` raises is reported again. `heartbeat` are the seconds between the server's signs of
    life; two and a half of them without one and the consumer is made anew.
    """

    def __init__(
        self,
        bus: Bus,
        sources: Iterable[Source],
        *,
        on_event: OnEvent,
        on_gap: OnGap,
        heartbeat: float = 1.0,
    ) -> None:
        self._bus = bus
        self._readers = [_Reader(bus, source, on_event, on_gap, heartbeat) for source in sources]

    @property
    def live(self) -> bool:
        """Whether every source is heard as it happens; if not, a cache may be stale."""
        return self._bus.ready and all(reader.up for reader in self._readers)

    @property
    def restarts(self) -> int:
        """Return how often consumers were made anew."""
        return sum(reader.restarts for reader in self._readers)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Fanout]:
        """Hear the sources in the background for the length of the block."""
        tasks = [
            asyncio.create_task(reader.run(), name=f"fanout-{reader.stream}")
            for reader in self._readers
        ]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)


class _Lost(Exception):
    """The consumer cannot be trusted any more and is made anew."""


class _Reader:
    """Hears one stream."""

    def __init__(
        self, bus: Bus, source: Source, on_event: OnEvent, on_gap: OnGap, heartbeat: float
    ) -> None:
        self._bus, self._source = bus, source
        self._on_event, self._on_gap = on_event, on_gap
        self._heartbeat = heartbeat
        self._last: int | None = None
        self._born: datetime | None = None
        self._queue: asyncio.Queue[Msg | None] = asyncio.Queue()
        self._connection = 0
        self.up = False
        self.restarts = 0
        bus.watch(self._look_at_connection)

    @property
    def stream(self) -> str:
        return self._source.stream

    def _look_at_connection(self) -> None:
        # The server may have been started anew, without the consumer: better make it again than
        # wait for its heartbeats to stay away.
        if self._bus.connections != self._connection:
            self._queue.put_nowait(None)

    async def run(self) -> None:
        while True:
            try:
                await self._read()
            except Exception as error:  # noqa: BLE001 - whatever it is, begin again
                self.restarts += 1
                _log.debug("fan-out begins again", stream=self.stream, reason=repr(error))
            finally:
                self.up = False
            await asyncio.sleep(_RETRY)

    async def _read(self) -> None:
        await self._bus.wait_ready()
        await self._check()
        client, js = self._bus.connection, self._bus.jetstream
        self._connection = self._bus.connections
        queue: asyncio.Queue[Msg | None] = asyncio.Queue()
        self._queue = queue
        inbox = client.new_inbox()
        subscription = await client.subscribe(inbox, cb=queue.put)
        name: str | None = None
        try:
            info = await js.add_consumer(
                self.stream,
                ConsumerConfig(
                    deliver_subject=inbox,
                    filter_subject=self._source.filter,
                    deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                    opt_start_seq=(self._last or 0) + 1,
                    ack_policy=AckPolicy.NONE,
                    max_deliver=1,
                    mem_storage=True,
                    num_replicas=1,
                    idle_heartbeat=self._heartbeat,
                    inactive_threshold=_INACTIVE,
                ),
            )
            name = info.name
            if not await self._check():
                raise _Lost("trimmed while subscribing")
            await self._follow(queue)
        finally:
            with contextlib.suppress(Exception):
                if client.is_connected:
                    await subscription.unsubscribe()
                    if name is not None:
                        await js.delete_consumer(self.stream, name)

    async def _follow(self, queue: asyncio.Queue[Msg | None]) -> None:
        """Hand over what comes, until something is amiss."""
        delivered = 0
        self.up = True
        while True:
            async with asyncio.timeout(self._heartbeat * 2.5):
                message = await queue.get()
            if message is None:
                raise _Lost("connected anew")
            headers = message.headers or {}
            status = headers.get("Status")
            if status == "100":
                if int(headers.get("Nats-Last-Consumer", delivered)) != delivered:
                    raise _Lost("something was lost before this heartbeat")
                continue
            if status is not None:
                raise _Lost(f"status {status}")
            sequence = message.metadata.sequence
            if sequence.consumer != delivered + 1:
                raise _Lost("something was lost before this message")
            await self._hand_over(message, sequence.stream)
            delivered += 1
            self._last = sequence.stream

    async def _hand_over(self, message: Msg, sequence: int) -> None:
        try:
            event = Event.model_validate_json(message.data)
        except ValidationError:
            await self._report(sequence - 1, f"no event at sequence {sequence}")
            return
        with span(
            f"hear {message.subject}",
            kind=SpanKind.CONSUMER,
            parent=(message.headers or {}).get(HEADER) or event.traceparent,
            attributes={
                "messaging.system": "nats",
                "messaging.operation.type": "process",
                "messaging.destination.name": message.subject,
                "messaging.message.id": str(event.id),
            },
        ) as current:
            try:
                await self._on_event(event)
            except Exception as error:  # noqa: BLE001 - whoever hears must not stop the hearing
                failed(current, error)
                _log.exception("an event could not be handled", stream=self.stream)
                await self._report(sequence - 1, f"{type(error).__name__} at sequence {sequence}")

    async def _check(self) -> bool:
        """Ask whether anything after the last handled message went; returns False for a gap."""
        info = await self._bus.jetstream.stream_info(self.stream)
        born, first, last = info.created, info.state.first_seq, info.state.last_seq
        if self._last is None:
            self._born, self._last = born, last
            return True
        reason = None
        if born != self._born:
            reason = "the stream was made anew"
        elif last < self._last:
            reason = "the stream lost its end"
        elif first > self._last + 1:
            reason = "messages were trimmed"
        if reason is None:
            return True
        await self._report(self._last, reason)
        self._born, self._last = born, last
        return False

    async def _report(self, after: int, reason: str) -> None:
        _log.warning("events may have been missed", stream=self.stream, after=after, reason=reason)
        await self._on_gap(Gap(stream=self.stream, after=after, reason=reason))
