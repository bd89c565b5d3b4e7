"""What lies in a message, and how a durable's messages reach a handler."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsMessage, PullSub
from pydantic import ValidationError

from contracts.events import Event, EventData
from servicekit.messaging.bus import Bus
from servicekit.messaging.topology import Durable
from servicekit.messaging.tracing import HEADER

_PULL: Final = PullSub(batch_size=1, timeout=2.0)
"""One message at a time: a larger batch runs concurrently and loses the order. A question waits
for a message; the seconds say how long one may be lost on a server that went away, and how often
each durable asks while nothing happens."""

_AGAIN: Final = 5.0
"""Seconds until a message comes again whose handler failed to answer for it."""

_log: Final = structlog.get_logger(__name__)

type Handler = Callable[[NatsMessage], Awaitable[None]]


class Unreadable(Exception):
    """No try could help: not an event, or of a version this process does not know."""


@dataclass(frozen=True)
class Incoming:
    """A message as it came: `place` says where it lies, `deliveries` how often it was given."""

    subject: str
    body: bytes
    headers: Mapping[str, str]
    place: str
    deliveries: int

    @property
    def traceparent(self) -> str | None:
        """Return the trace context the message carries."""
        return self.headers.get(HEADER)


def incoming_of(message: NatsMessage) -> Incoming:
    """Return a delivery as it came."""
    raw = message.raw_message
    metadata = raw.metadata
    return Incoming(
        subject=raw.subject,
        body=raw.data,
        headers=raw.headers or {},
        place=place_of(metadata.stream, metadata.sequence.stream, metadata.timestamp),
        deliveries=metadata.num_delivered or 1,
    )


def place_of(stream: str, sequence: int, stored: datetime | None) -> str:
    """Return where a message lies, with its time: a stream made anew counts from 1 again."""
    return f"{stream}:{sequence}@{stored.isoformat() if stored else ''}"


def read_event(body: bytes) -> Event:
    """Return the event in a message; raises Unreadable.

    An event that this process has a contract for must fit it; others are passed on as they are.
    """
    try:
        event = Event.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(f"not an event: {_first(error)}") from error
    subject, _, version = event.type.rpartition(".v")
    versions = known_kinds().get(subject)
    if versions is None:
        return event
    if version not in versions:
        raise Unreadable(f"unknown version: {event.type}")
    try:
        versions[version].model_validate(event.data)
    except ValidationError as error:
        raise Unreadable(f"{event.type} does not fit its contract: {_first(error)}") from error
    return event


def kind_of(type_name: str) -> type[EventData] | None:
    """Return the contract of a CloudEvents type such as `downloads.release.updated.v1`."""
    subject, _, version = type_name.rpartition(".v")
    return known_kinds().get(subject, {}).get(version)


def event_or_none(body: bytes) -> Event | None:
    """Return the event in a message, whatever its version, or None where there is none."""
    try:
        return Event.model_validate_json(body)
    except ValidationError:
        return None


def subscribe(bus: Bus, durable: Durable, handler: Handler) -> None:
    """Have `handler` called for each message of a durable, one at a time.

    The handler answers for the message itself; if it raises, the server gives the message again
    a little later. FastStream's default would reject it, which drops it for ever.
    """

    async def handle(message: NatsMessage) -> None:
        try:
            await handler(message)
        except Exception:  # noqa: BLE001 - FastStream would swallow it without a word
            _log.exception("a message could not be handled", durable=durable.name)
            with contextlib.suppress(Exception):  # unanswered it comes again too
                await message.nack(delay=_AGAIN)

    bus.broker.subscriber(
        stream=JStream(durable.stream, declare=False),
        durable=durable.name,
        config=durable.config,
        pull_sub=_PULL,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        decoder=_as_it_came,
        no_reply=True,
    )(handle)


@contextlib.asynccontextmanager
async def extended(message: NatsMessage, ack_wait: float) -> AsyncIterator[None]:
    """Tell the server, for the length of the block, that the message is being worked on."""

    async def extend() -> None:
        while True:
            await asyncio.sleep(ack_wait / 3)
            with contextlib.suppress(Exception):  # NATS is away: it will be given again
                await message.in_progress()

    task = asyncio.create_task(extend())
    try:
        yield
    finally:
        task.cancel()


async def _as_it_came(message: NatsMessage) -> NatsMessage:
    return message


def known_kinds() -> dict[str, dict[str, type[EventData]]]:
    """Return every event that this process has a contract for, by subject and version."""
    known: dict[str, dict[str, type[EventData]]] = {}
    ahead = list(EventData.__subclasses__())
    while ahead:
        kind = ahead.pop()
        ahead += kind.__subclasses__()
        if subject := getattr(kind, "SUBJECT", None):
            known.setdefault(subject, {})[str(kind.VERSION)] = kind
    return known


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in detail["loc"])
    return f"{where}: {detail['msg']}" if where else detail["msg"]
