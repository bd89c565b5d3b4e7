"""The one place that declares streams and durable consumers.

Services that declare streams as each sees fit overwrite one another's settings (nats-server#2661).
Here a stream has one declaration, whoever makes it. A running service calls `ensure`, which makes
what is missing and never changes what exists; `apply`, a step of a deployment, also changes.

- One stream for each context, named as the context, with the subjects `<context>.>`. Messages stay
  for a week whether they were consumed or not, so that a consumer may come late. There is no limit
  of bytes: a full disk makes NATS refuse a message, which then waits in its outbox, while a limit
  would drop the oldest one unread.
- `sched` holds schedules and the messages they fire (servicekit.schedules).
- `advisories` keeps the server's notes that a message was delivered for the last time and never
  acknowledged, so that a consumer killed on its last try loses nothing (servicekit.consumers).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import BadRequestError, NotFoundError

if TYPE_CHECKING:
    # What only reads and publishes, as the gateway does, need not load the database layer.
    from servicekit.service import Consumer, Service

CONTEXTS: Final = ("identity", "content", "downloads", "events", "jobs", "sponsors", "gateway")
"""Bounded contexts; each has a stream of its name."""

SCHEDULES: Final = "sched"
ADVISORIES: Final = "advisories"
_MAX_DELIVERIES: Final = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES"

_DAY: Final = 86_400.0
STREAM_DAYS: Final = 7
"""Days a message stays in the stream of its context."""

DUPLICATE_WINDOW: Final = 600.0
"""Seconds within which a stream drops a message whose Nats-Msg-Id it has seen."""

SCHEDULE_ACK_WAIT: Final = 10.0
SCHEDULE_MAX_DELIVER: Final = 5
ADVISORY_ACK_WAIT: Final = 10.0

_NAME_IN_USE: Final = 10058
"""The server's code for a stream that exists with another configuration."""


@dataclass(frozen=True)
class Durable:
    """A durable pull consumer and the stream it reads."""

    stream: str
    config: ConsumerConfig

    @property
    def name(self) -> str:
        """Return the durable's name."""
        return str(self.config.durable_name)


@dataclass(frozen=True)
class Topology:
    """What must be there before a process can do its work."""

    streams: tuple[StreamConfig, ...]
    durables: tuple[Durable, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What the server has otherwise than it is declared. `fields` is empty for what is missing."""

    kind: str
    name: str
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def missing(self) -> bool:
        """Whether the server has nothing of that name."""
        return not self.fields


def context_stream(context: str) -> StreamConfig:
    """Return the declaration of a context's stream; raises ValueError for an unknown context."""
    if context not in CONTEXTS:
        raise ValueError(f"no context is called {context}; there are {', '.join(CONTEXTS)}")
    return StreamConfig(
        name=context,
        description=f"Events of the {context} context",
        subjects=[f"{context}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_age=STREAM_DAYS * _DAY,
        duplicate_window=DUPLICATE_WINDOW,
    )


def schedule_stream() -> StreamConfig:
    """Return the declaration of the stream of schedules.

    Work queue: a fired message goes when it is acknowledged while its definition stays. No age
    limit, which would silently eat definitions too.
    """
    return StreamConfig(
        name=SCHEDULES,
        description="Message schedules and what they fire",
        subjects=["sched.def.>", "sched.run.>"],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        allow_msg_schedules=True,
        allow_msg_ttl=True,
        allow_rollup_hdrs=True,
        duplicate_window=120,
    )


def advisory_stream() -> StreamConfig:
    """Return the declaration of the stream that keeps the server's last-delivery notes."""
    return StreamConfig(
        name=ADVISORIES,
        description="Messages delivered for the last time and never acknowledged",
        subjects=[f"{_MAX_DELIVERIES}.>"],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        max_age=STREAM_DAYS * _DAY,
        max_bytes=64 << 20,
    )


def consumer_stream(consumer: Consumer) -> str:
    """Return the stream a consumer reads; raises ValueError where its subjects name several."""
    contexts = {subject.partition(".")[0] for subject in consumer.subjects}
    if len(contexts) != 1:
        raise ValueError(f"{consumer.name} must read one context, not {sorted(contexts)}")
    return context_stream(contexts.pop()).name or ""


def consumer_durable(consumer: Consumer) -> Durable:
    """Return the durable of a consumer.

    The waits between tries are given with each refusal (servicekit.consumers); `ack_wait` is only
    how long the server waits for a process that has died.
    """
    return Durable(
        stream=consumer_stream(consumer),
        config=ConsumerConfig(
            durable_name=consumer.name,
            filter_subjects=list(consumer.subjects),
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=consumer.ack_wait,
            max_deliver=consumer.max_deliver,
            max_ack_pending=consumer.max_ack_pending,
        ),
    )


def schedule_durable(context: str) -> Durable:
    """Return the durable through which one replica of a context gets each tick."""
    return Durable(
        stream=SCHEDULES,
        config=ConsumerConfig(
            durable_name=f"{context}-sched",
            filter_subjects=[f"sched.run.{context}.>"],
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=SCHEDULE_ACK_WAIT,
            max_deliver=SCHEDULE_MAX_DELIVER,
            max_ack_pending=64,
        ),
    )


def advisory_durable(durable: Durable) -> Durable:
    """Return the durable that hears of messages which `durable` gave up without a word.

    One for each durable, so that a new consumer never changes what exists. It never gives up:
    the note is kept until the message is parked.
    """
    return Durable(
        stream=ADVISORIES,
        config=ConsumerConfig(
            durable_name=f"{durable.name}-advisories",
            filter_subjects=[f"{_MAX_DELIVERIES}.{durable.stream}.{durable.name}"],
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ADVISORY_ACK_WAIT,
            max_deliver=-1,
            max_ack_pending=16,
        ),
    )


def of(service: Service) -> Topology:
    """Return what a service's worker needs: its own stream, if any, what it reads, its durables."""
    readers = [consumer_durable(consumer) for consumer in service.consumers]
    readers.append(schedule_durable(service.name))
    own = {service.name} if service.events else set()
    contexts = {*own, *(reader.stream for reader in readers)} - {SCHEDULES}
    return Topology(
        streams=(
            *(context_stream(context) for context in sorted(contexts)),
            schedule_stream(),
            advisory_stream(),
        ),
        durables=(*readers, *(advisory_durable(reader) for reader in readers)),
    )


def of_contexts(contexts: Iterable[str]) -> Topology:
    """Return the streams of some contexts, for a process that only reads or publishes."""
    return Topology(streams=tuple(context_stream(context) for context in sorted(set(contexts))))


@dataclass(frozen=True)
class Ensured:
    """What `ensure` found: names it had to make, and when each stream was born."""

    made: tuple[str, ...]
    born: dict[str, datetime]


async def ensure(js: JetStreamContext, topology: Topology) -> Ensured:
    """Make what is missing; what exists stays as it is, however it is configured."""
    made: list[str] = []
    born: dict[str, datetime] = {}
    for stream in topology.streams:
        name = str(stream.name)
        try:
            info = await js.stream_info(name)
        except NotFoundError:
            try:
                info = await js.add_stream(stream)
                made.append(name)
            except BadRequestError as error:
                if error.err_code != _NAME_IN_USE:
                    raise
                # Another process of another version was first.
                info = await js.stream_info(name)
        if info.created is not None:
            born[name] = info.created
    for durable in topology.durables:
        try:
            await js.consumer_info(durable.stream, durable.name)
        except NotFoundError:
            await js.add_consumer(durable.stream, durable.config)
            made.append(durable.name)
    return Ensured(made=tuple(made), born=born)


async def compare(js: JetStreamContext, topology: Topology) -> list[Difference]:
    """Return what the server has otherwise than declared, missing things first."""
    found: list[Difference] = []
    for stream in topology.streams:
        name = str(stream.name)
        try:
            info = await js.stream_info(name)
        except NotFoundError:
            found.append(Difference("stream", name))
            continue
        if fields := _differences(stream, info.config):
            found.append(Difference("stream", name, fields))
    for durable in topology.durables:
        try:
            consumer = await js.consumer_info(durable.stream, durable.name)
        except NotFoundError:
            found.append(Difference("durable", durable.name))
            continue
        if fields := _differences(durable.config, consumer.config):
            found.append(Difference("durable", durable.name, fields))
    return sorted(found, key=lambda difference: not difference.missing)


async def apply(js: JetStreamContext, topology: Topology) -> list[Difference]:
    """Make the server as declared; returns what was made or changed.

    Raises nats.js.errors.BadRequestError where NATS cannot change something in place, such as
    the retention of a stream.
    """
    differences = await compare(js, topology)
    changed = {(difference.kind, difference.name) for difference in differences}
    for stream in topology.streams:
        if ("stream", stream.name) in changed:
            missing = Difference("stream", str(stream.name)) in differences
            await (js.add_stream(stream) if missing else js.update_stream(stream))
    for durable in topology.durables:
        if ("durable", durable.name) in changed:
            await js.add_consumer(durable.stream, durable.config)
    return differences


def _differences[T: (StreamConfig, ConsumerConfig)](
    declared: T, actual: T
) -> dict[str, tuple[Any, Any]]:
    """Compare what a declaration sets; what it leaves open is the server's to choose."""
    result: dict[str, tuple[Any, Any]] = {}
    for name, wanted in vars(declared).items():
        if wanted is None or wanted == 0:
            continue
        has = getattr(actual, name)
        if name == "filter_subjects" and isinstance(actual, ConsumerConfig):
            # The server tells a single filter in the singular.
            has = has or [actual.filter_subject]
        if has != wanted:
            result[name] = (has, wanted)
    return result
