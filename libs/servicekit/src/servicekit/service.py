"""What a service declares of itself: one value, read by the app, the worker and the command line.

Nothing here runs anything. `servicekit.app` builds the HTTP application from a `Service`,
`servicekit.cli` its commands; consumers, ticks and the outbox relay have modules of their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import sqlalchemy
from litestar.types import ControllerRouterHandler
from structlog.typing import FilteringBoundLogger

from contracts.events import Event, EventData
from servicekit.database import Database, ReadSession, WriteSession
from servicekit.settings import ServiceSettings

if TYPE_CHECKING:
    from servicekit.admin.declaration import Resource
    from servicekit.runtime import Runtime
    from servicekit.switches import SwitchDeclaration, UnknownTesters

type EventHandler = Callable[[Event, WriteSession], Awaitable[None]]
"""Applies one event. Its effect and the inbox row are one transaction."""


class Progress(Protocol):
    """Tells whoever started a task how far it is."""

    def __call__(self, done: int, total: int | None = None, note: str = "") -> None:
        """Report `done` of `total` units; `total` is None where nobody knows."""


def unheard(done: int, total: int | None = None, note: str = "") -> None:
    """Progress that nobody listens to."""


class NotDone(str):
    """What a task says that could not do its work now and left all as it was.

    The schedule waits for the next tick, as after any other run; the command fails.
    """

    __slots__ = ()


class Idle(str):
    """What a task says that found nothing to do: of its ticks, the audit trail is not told.

    For tasks that run every few seconds.
    """

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class TaskContext:
    """What a task, an import or a seed may use."""

    database: Database
    settings: ServiceSettings
    log: FilteringBoundLogger
    dry_run: bool = False
    progress: Progress = unheard

    @asynccontextmanager
    async def session(self) -> AsyncIterator[WriteSession]:
        """Open one unit of work. A dry run does the same work and rolls it back at the end."""
        if not self.dry_run:
            async with self.database.write() as session:
                yield session
            return
        async with self.database.rehearse() as session:
            yield session

    def reading(self) -> AbstractAsyncContextManager[ReadSession]:
        """Open a read-only snapshot."""
        return self.database.read()


type SeedContext = TaskContext
type Seed = Callable[[TaskContext], Awaitable[str]]
"""Fills an empty database with what a fresh run needs; running it twice changes nothing.

Returns one line that says what it did.
"""
type Importer = Callable[[TaskContext, Path], Awaitable[str]]
"""Reads one file into the database. Returns one line that says what it did."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A named piece of maintenance: run by a tick, by the command line, or both.

    `run` returns one line that says what it did. It must be safe to run again at any time,
    and pick what is due by itself (a missed tick costs delay, never work).
    """

    name: str
    summary: str
    run: Callable[[TaskContext], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Tick:
    """When a task runs by itself, once however many replicas there are.

    `cron` has six fields (seconds first) or is one of @hourly, @daily, …; `every` is a
    duration such as "30s" or "1h". Exactly one of the two. `timezone` is an IANA name and
    goes with `cron` only.
    """

    name: str
    task: str
    cron: str | None = None
    every: str | None = None
    timezone: str | None = None

    def __post_init__(self) -> None:
        """Refuse a tick that NATS would refuse at run time."""
        if (self.cron is None) == (self.every is None):
            raise ValueError(f"tick {self.name}: give either cron or every")
        if self.timezone is not None and self.cron is None:
            raise ValueError(f"tick {self.name}: a timezone goes with cron only")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What a consumer keeps of another service's rows.

    `name` is that of the copy in servicekit.versions, `entity` the export that has all rows, and
    `remove(session, aggregate_id)` deletes one row that the owner has no more.
    """

    name: str
    entity: str
    remove: Callable[[WriteSession, str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """A durable reader of events.

    A message that waits for its next try is overtaken by others, so a handler compares versions
    (servicekit.versions). A consumer that needs every step in order declares
    `max_ack_pending=1`: then all wait for the one. `backoff` are the seconds between tries; the
    last one repeats. After `max_deliver` tries the event is parked for an operator.

    `ack_wait` are the seconds until the message of a process that died is given to another;
    work that takes longer is no matter. `copy` says how `resync` rebuilds what the consumer keeps.
    """

    name: str
    subjects: tuple[str, ...]
    handler: EventHandler
    max_ack_pending: int = 64
    max_deliver: int = 5
    backoff: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0)
    ack_wait: float = 8.0
    copy: Copy | None = None


@dataclass(frozen=True, kw_only=True)
class ExportRow:
    """One aggregate as an export tells it.

    `data` is the payload of the event that would carry the same full state, so that a consumer
    rebuilds its copy with the code that reads events.
    """

    id: int
    version: int
    data: EventData


@dataclass(frozen=True, kw_only=True)
class Export:
    """`GET /internal/export/<entity>?after=&limit=`: every row, in the order of its id.

    `read(session, after, limit)` returns at most `limit` rows whose id is greater than `after`.
    """

    entity: str
    kind: type[EventData]
    read: Callable[[ReadSession, int, int], Awaitable[Sequence[ExportRow]]]


@dataclass(frozen=True, kw_only=True)
class Service:
    """One bounded context.

    `name` is the context: package, database, token audience and JetStream stream are called by
    it. `migrations` is the folder that has `versions/` in it; `kit_tables` are tables of servicekit
    that it has beside those that every service has, such as servicekit.mail.METADATA.
    `unknown_testers` lets the service that knows people refuse a switch for nobody.
    """

    name: str
    title: str
    version: str
    description: str
    metadata: sqlalchemy.MetaData
    migrations: Path
    kit_tables: Sequence[sqlalchemy.MetaData] = ()
    settings: type[ServiceSettings] = ServiceSettings
    routes: Sequence[ControllerRouterHandler] = ()
    events: Sequence[type[EventData]] = ()
    consumers: Sequence[Consumer] = ()
    ticks: Sequence[Tick] = ()
    tasks: Sequence[Task] = ()
    exports: Sequence[Export] = ()
    importers: Mapping[str, Importer] = field(default_factory=dict)
    seed: Seed | None = None
    admin: Sequence[Resource] = ()
    switches: Sequence[SwitchDeclaration] = ()
    unknown_testers: UnknownTesters | None = None
    lifespan: Sequence[Callable[[Runtime], AbstractAsyncContextManager[None]]] = ()

    def __post_init__(self) -> None:
        """Refuse a declaration that could only fail later."""
        names = [task.name for task in self.tasks]
        for what, found in (
            ("task", names),
            ("tick", [tick.name for tick in self.ticks]),
            ("consumer", [consumer.name for consumer in self.consumers]),
            ("export", [export.entity for export in self.exports]),
            ("admin resource", [resource.name for resource in self.admin]),
            ("switch", [switch.name for switch in self.switches]),
        ):
            twice = {name for name in found if found.count(name) > 1}
            if twice:
                raise ValueError(f"{self.name}: {what} declared twice: {', '.join(sorted(twice))}")
        for tick in self.ticks:
            if tick.task not in names:
                raise ValueError(f"{self.name}: tick {tick.name} runs no known task: {tick.task}")
        for kind in self.events:
            if kind.context() != self.name:
                raise ValueError(f"{self.name} cannot own the event {kind.SUBJECT}")

    def ticks_of(self, task: str) -> list[Tick]:
        """Return the ticks that run a task."""
        return [tick for tick in self.ticks if tick.task == task]

    def task(self, name: str) -> Task:
        """Return the task of that name; raises KeyError where there is none."""
        for task in self.tasks:
            if task.name == name:
                return task
        raise KeyError(name)
