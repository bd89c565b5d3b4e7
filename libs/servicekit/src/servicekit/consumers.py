"""Durable consumers: retried with growing waits, parked after the last try, never doubled.

Guarantees for every event on a consumer's subjects:

- its effect is had exactly once within the service's database: effect and inbox note are one
  transaction, acknowledged after the commit (servicekit.inbox);
- a handler that raises is tried again after `backoff`, up to `max_deliver` tries, and then the
  message is parked with the reason and the trace id (servicekit.parked). What no try could help,
  bytes that are no event or an unknown version, is parked at once. Others go on meanwhile;
- a process killed during the last try loses nothing: the server notes that it gave up, the note
  waits in the stream of advisories, and the service's worker parks the message from it;
- a database that is away uses up no tries: the delivery is held, and its acknowledgement
  extended, until the database answers;
- with `max_ack_pending=1` a consumer gets every event of its subjects in the order of the stream,
  one at a time. Where an event of an aggregate is parked, later events of that aggregate are
  parked behind it, so that a redrive brings them in order; other aggregates go on.

The span of a delivery continues the trace of the event's writer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

import structlog
from faststream.nats import NatsMessage
from nats.js.errors import NotFoundError
from opentelemetry.trace import Span, SpanKind
from sqlalchemy.exc import DBAPIError

from contracts.events import Event
from servicekit import crashpoints, inbox, parked
from servicekit.database import Database, DatabaseAway
from servicekit.messaging import topology
from servicekit.messaging.bus import Bus
from servicekit.messaging.tracing import failed, span, trace_id
from servicekit.messaging.wire import (
    Incoming,
    Unreadable,
    event_or_none,
    extended,
    incoming_of,
    place_of,
    read_event,
    subscribe,
)
from servicekit.parked import ParkedRow
from servicekit.service import Consumer

_log: Final = structlog.get_logger(__name__)

_AWAY_WAIT: Final = 0.5
"""Seconds between looks at a database that is away."""


class Outcome(StrEnum):
    """What became of a delivery."""

    DONE = "done"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    RETRIED = "retried"


class Behind(Exception):
    """An earlier event of the same aggregate is parked."""


class Effects:
    """What a consumer does in its database, however the event got there."""

    def __init__(self, consumer: Consumer, database: Database) -> None:
        self.consumer = consumer
        self.database = database
        self.ordered = consumer.max_ack_pending == 1

    async def apply(self, event: Event) -> bool:
        """Have the effect of `event`, once; returns False where it was had before.

        A parked row that stands for the event goes in the same transaction: the event may be
        redriven or replayed, or come from a slow handler that the server stopped waiting for,
        which was parked from the advisory and succeeds after all. Raises what the handler
        raises, and Behind.
        """
        name = self.consumer.name
        async with self.database.write() as session:
            await parked.unpark(session, name, str(event.id))
            if not await inbox.claim(session, name, event.id):
                return False
            if self.ordered and await parked.holds_earlier(session, name, event):
                raise Behind(f"an earlier event of {event.subject} is parked")
            crashpoints.reach("consumer.before_effect")
            await self.consumer.handler(event, session)
            await session.flush()
            crashpoints.reach("consumer.after_effect")
        crashpoints.reach("consumer.after_commit")
        return True

    async def park(self, incoming: Incoming, reason: str) -> bool:
        """Park a message; returns False where its effect has been had after all."""
        event = event_or_none(incoming.body)
        traceparent = incoming.traceparent or (event.traceparent if event else None)
        async with self.database.write() as session:
            if event and await inbox.has(session, self.consumer.name, event.id):
                return False
            await parked.park(
                session,
                ParkedRow(
                    consumer=self.consumer.name,
                    message_id=str(event.id) if event else incoming.place,
                    event_id=event.id if event else None,
                    subject=incoming.subject,
                    aggregate=event.subject if event else None,
                    version=event.aggregateversion if event else None,
                    reason=reason,
                    trace_id=trace_id(traceparent),
                    headers=dict(incoming.headers),
                    body=incoming.body,
                    deliveries=incoming.deliveries,
                ),
            )
        return True


class ConsumerRunner:
    """Runs one consumer on one bus and one database."""

    def __init__(self, consumer: Consumer, *, bus: Bus, database: Database) -> None:
        self.consumer = consumer
        self.effects = Effects(consumer, database)
        self.outcomes: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
        self._bus = bus
        self._database = database

    def subscribe(self) -> None:
        """Declare the subscribers of this consumer on the bus, before it runs."""
        durable = topology.consumer_durable(self.consumer)
        subscribe(self._bus, durable, self.on_message)
        subscribe(self._bus, topology.advisory_durable(durable), self.on_advisory)

    async def on_message(self, message: NatsMessage) -> None:
        """Take one delivery and answer for it."""
        incoming = incoming_of(message)
        async with extended(message, self.consumer.ack_wait):
            with self._span(incoming) as current:
                outcome = await patiently(self._database, lambda: self._try(incoming, current))
                current.set_attribute("pydotorg.outcome", outcome)
        self.outcomes[outcome] += 1
        if outcome is Outcome.RETRIED:
            await message.nack(delay=self._wait(incoming.deliveries))
            return
        await message.ack()
        crashpoints.reach("consumer.after_ack")

    async def on_advisory(self, message: NatsMessage) -> None:
        """Park a message that was given for the last time and never answered for."""
        advisory = json.loads(message.body)
        stream, sequence = advisory["stream"], int(advisory["stream_seq"])
        try:
            original = await self._bus.jetstream.get_msg(stream, sequence)
        except NotFoundError:
            await message.ack()  # it is gone from the stream, nothing can be parked any more
            return
        incoming = Incoming(
            subject=original.subject or "",
            body=original.data or b"",
            headers=original.headers or {},
            place=place_of(stream, sequence, original.time),
            deliveries=int(advisory["deliveries"]),
        )
        crashpoints.reach("advisory.before_park")
        async with extended(message, topology.ADVISORY_ACK_WAIT):
            if await patiently(
                self._database,
                lambda: self.effects.park(incoming, "the consumer died or hung on the last try"),
            ):
                self.outcomes[Outcome.PARKED] += 1
        crashpoints.reach("advisory.after_park")
        await message.ack()

    async def _try(self, incoming: Incoming, current: Span) -> Outcome:
        last = incoming.deliveries >= self.consumer.max_deliver
        try:
            had = await self.effects.apply(read_event(incoming.body))
        except Exception as error:
            if is_away(error):
                raise
            failed(current, error)
            if last or isinstance(error, Unreadable | Behind):
                await self._give_up(incoming, error)
                return Outcome.PARKED
            _log.warning(
                "an event will be tried again",
                consumer=self.consumer.name,
                subject=incoming.subject,
                place=incoming.place,
                deliveries=incoming.deliveries,
                exc_info=error,
            )
            return Outcome.RETRIED
        return Outcome.DONE if had else Outcome.DUPLICATE

    async def _give_up(self, incoming: Incoming, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        _log.error(
            "an event is parked",
            consumer=self.consumer.name,
            subject=incoming.subject,
            place=incoming.place,
            reason=reason,
            exc_info=None if isinstance(error, Unreadable | Behind) else error,
        )
        crashpoints.reach("consumer.before_park")
        await self.effects.park(incoming, reason)
        crashpoints.reach("consumer.after_park")

    def _wait(self, deliveries: int) -> float:
        backoff = self.consumer.backoff
        return backoff[min(deliveries, len(backoff)) - 1] if backoff else 0.0

    def _span(self, incoming: Incoming) -> contextlib.AbstractContextManager[Span]:
        return span(
            f"process {incoming.subject}",
            kind=SpanKind.CONSUMER,
            parent=incoming.traceparent,
            attributes={
                "messaging.system": "nats",
                "messaging.operation.type": "process",
                "messaging.destination.name": incoming.subject,
                "messaging.consumer.group.name": self.consumer.name,
                "messaging.message.id": incoming.headers.get("Nats-Msg-Id", incoming.place),
                "pydotorg.deliveries": incoming.deliveries,
            },
        )


async def patiently[T](database: Database, work: Callable[[], Awaitable[T]]) -> T:
    """Do `work`, and again from the start when the database was away and is back.

    A commit whose answer was lost with the connection is answered by the inbox the second time.
    """
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_away(error):
                raise
            _log.warning("waiting for the database", reason=str(error))
        await _until_back(database)


def is_away(error: BaseException) -> bool:
    """Return whether an error means that the database is away, rather than that work failed."""
    if isinstance(error, DatabaseAway):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlstate", None) or ""
    # 08 connection exception, 57P shutdown and crash, 53 out of resources such as connections.
    return error.connection_invalidated or code.startswith(("08", "57P", "53"))


async def _until_back(database: Database) -> None:
    while True:
        await asyncio.sleep(_AWAY_WAIT)
        with contextlib.suppress(DatabaseAway):
            await database.ping()
            return
