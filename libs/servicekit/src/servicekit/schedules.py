"""Ticks: recurring work of a service, run by one replica, surviving restarts.

A tick is a message schedule of JetStream, in the stream `sched`: the definition lies at
`sched.def.<context>.<tick>`, the server fires `sched.run.<context>.<tick>`, and the workers of the
context read what was fired through one durable. Ticks are declared in code (`Service.ticks`).

Guarantees:

- what is fired is given to one worker, and again to another if that one dies (at least once); a
  run that was finished is noted in the inbox and not repeated;
- a run may take as long as it needs: the acknowledgement is extended while it lasts. The next run
  of the same task does not begin beside it, in whichever replica: it is left out;
- what should have been fired while NATS was down is not fired later. So a task selects what is
  due by its own columns, and a missed tick costs delay, never work;
- what each run said that had something to do, or why it failed, is in the audit trail;
- a definition that exists is never changed by a running service, so that a recurring phase is not
  disturbed and two versions of a service do not fight; `topology apply` changes and removes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5
from zlib import crc32
from zoneinfo import ZoneInfo

import nats
import structlog
from cronsim import CronSim
from faststream.nats import NatsMessage
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import BadRequestError, NotFoundError
from opentelemetry.trace import SpanKind
from sqlalchemy import text

from servicekit import audit, crashpoints, inbox
from servicekit.access import Principal
from servicekit.consumers import is_away, patiently
from servicekit.database import Database, WriteSession
from servicekit.messaging import topology
from servicekit.messaging.bus import Bus
from servicekit.messaging.topology import SCHEDULES, Ensured
from servicekit.messaging.tracing import failed, span
from servicekit.messaging.wire import extended, incoming_of, subscribe
from servicekit.problems import Unavailable
from servicekit.service import Idle, NotDone, Service, Task, TaskContext, Tick
from servicekit.settings import ServiceSettings

_log: Final = structlog.get_logger(__name__)

_RUNS: Final = UUID("7c9d8a54-63a2-5be0-9a1c-3f0f9c1e77b1")
"""Namespace of the ids of runs."""
_LOCKS: Final = 0x70796F73
_EXISTS: Final = 10071
_MOST_SAID: Final = 500
_BACKOFF: Final = (5.0, 15.0, 60.0, 300.0)
ENTITY: Final = "task"
"""What the audit trail calls that which a tick runs."""
AT_ONCE: Final = 4
"""Tasks that one worker runs at the same time."""


_CALLED: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
"""What the server reads for a name."""


def times(tick: Tick) -> str:
    """Say in words when a tick comes, in UTC where it names no zone."""
    if tick.cron is None:
        return f"Every {tick.every}"
    said = CronSim(_CALLED.get(tick.cron, tick.cron), datetime.now(UTC)).explain()
    return f"{said}, {tick.timezone or 'UTC'}"


def following(tick: Tick, now: datetime) -> str:
    """Say when a tick is due next after a moment, in UTC.

    Of a duration that is not known to the second: the server counts from when it was written.
    """
    if tick.cron is None:
        return f"within {tick.every}"
    there = now.astimezone(ZoneInfo(tick.timezone or "UTC"))
    due = next(CronSim(_CALLED.get(tick.cron, tick.cron), there))
    return f"{due.astimezone(UTC):{'%Y-%m-%d %H:%M:%S' if due.second else '%Y-%m-%d %H:%M'}}"


@dataclass(frozen=True)
class Definition:
    """A schedule as it lies in NATS."""

    name: str
    spec: str
    target: str
    timezone: str | None

    @classmethod
    def of(cls, context: str, tick: Tick) -> Definition:
        """Return how a tick is written."""
        return cls(
            name=tick.name,
            spec=tick.cron if tick.cron is not None else f"@every {tick.every}",
            target=f"sched.run.{context}.{tick.name}",
            timezone=tick.timezone,
        )


class Schedules:
    """The definitions of one context."""

    def __init__(self, context: str, ticks: tuple[Tick, ...]) -> None:
        self._context = context
        self.declared = {tick.name: Definition.of(context, tick) for tick in ticks}

    async def seed(self, js: JetStreamContext) -> list[str]:
        """Write what is missing; returns the names written. What exists stays as it is."""
        missing = self.declared.keys() - await self._names(js)
        return [
            name
            for name in sorted(missing)
            if await self._put(js, self.declared[name], only_new=True)
        ]

    async def listing(self, js: JetStreamContext) -> list[Definition]:
        """Return the definitions of the context as they lie in NATS, by name."""
        found = [await self._get(js, name) for name in sorted(await self._names(js))]
        return [definition for definition in found if definition is not None]

    async def differences(self, js: JetStreamContext) -> list[str]:
        """Return names of ticks that are missing, declared otherwise, or declared no longer."""
        there = {definition.name: definition for definition in await self.listing(js)}
        return sorted(
            name
            for name in there.keys() | self.declared.keys()
            if there.get(name) != self.declared.get(name)
        )

    async def apply(self, js: JetStreamContext) -> list[str]:
        """Make the definitions as declared; returns the names that were changed.

        A definition that is equal keeps its phase.
        """
        names = await self.differences(js)
        for name in names:
            if name in self.declared:
                await self._put(js, self.declared[name], only_new=False)
            else:
                await js.purge_stream(SCHEDULES, subject=self._subject(name))
        return names

    def _subject(self, name: str) -> str:
        return f"sched.def.{self._context}.{name}"

    async def _names(self, js: JetStreamContext) -> set[str]:
        info = await js.stream_info(SCHEDULES, subjects_filter=self._subject(">"))
        return {subject.rpartition(".")[2] for subject in info.state.subjects or ()}

    async def _get(self, js: JetStreamContext, name: str) -> Definition | None:
        try:
            message = await js.get_last_msg(SCHEDULES, self._subject(name))
        except NotFoundError:
            return None
        headers = message.headers or {}
        return Definition(
            name=name,
            spec=headers.get("Nats-Schedule", ""),
            target=headers.get("Nats-Schedule-Target", ""),
            timezone=headers.get("Nats-Schedule-Time-Zone"),
        )

    async def _put(self, js: JetStreamContext, definition: Definition, *, only_new: bool) -> bool:
        headers = {
            "Nats-Schedule": definition.spec,
            "Nats-Schedule-Target": definition.target,
        }
        if definition.timezone is not None:
            headers["Nats-Schedule-Time-Zone"] = definition.timezone
        if only_new:
            headers["Nats-Expected-Last-Subject-Sequence"] = "0"
        try:
            await js.publish(self._subject(definition.name), b"", headers=headers, stream=SCHEDULES)
        except BadRequestError as error:
            if only_new and error.err_code == _EXISTS:
                return False  # another replica was first
            raise
        return True


async def fire(settings: ServiceSettings, context: str, ticks: Sequence[str]) -> None:
    """Have a worker of a context run ticks now, beside their times.

    For processes that have no connection to NATS of their own. Raises Unavailable.
    """
    try:
        client = await nats.connect(
            settings.nats_url, allow_reconnect=False, connect_timeout=3, max_reconnect_attempts=1
        )
        try:
            js = client.jetstream(timeout=5)
            for tick in ticks:
                await js.publish(f"sched.run.{context}.{tick}", b"", stream=SCHEDULES)
        finally:
            await client.close()
    except (NatsError, OSError) as error:
        raise Unavailable("No worker can be reached: NATS is away.") from error


class ScheduleRunner:
    """Runs the ticks of a service that come to this worker."""

    def __init__(
        self, service: Service, *, bus: Bus, database: Database, settings: ServiceSettings
    ) -> None:
        self._service = service
        self._bus = bus
        self._database = database
        self._settings = settings
        self._ticks = {tick.name: tick for tick in service.ticks}
        self._schedules = Schedules(service.name, tuple(service.ticks))
        self._durable = topology.schedule_durable(service.name)
        self._compared = False

    def subscribe(self) -> None:
        """Declare the subscribers on the bus, before it runs."""
        for _ in range(AT_ONCE):
            subscribe(self._bus, self._durable, self.on_fired)
        subscribe(self._bus, topology.advisory_durable(self._durable), self.on_advisory)
        self._bus.after_ensure(self._seed)

    async def on_fired(self, message: NatsMessage) -> None:
        """Run the task of a tick that was fired."""
        incoming = incoming_of(message)
        name = incoming.subject.rpartition(".")[2]
        log = _log.bind(tick=name, deliveries=incoming.deliveries)
        tick = self._ticks.get(name)
        if tick is None:
            log.warning("fired a tick that this version does not know")
            await message.ack()
            return
        task, run = self._service.task(tick.task), uuid5(_RUNS, incoming.place)
        async with extended(message, topology.SCHEDULE_ACK_WAIT):
            with span(f"run {task.name}", kind=SpanKind.CONSUMER, parent=None) as current:
                try:
                    await patiently(self._database, lambda: self._run(task, run))
                except Exception as error:
                    failed(current, error)
                    log.exception("a task failed", task=task.name)
                    if incoming.deliveries < topology.SCHEDULE_MAX_DELIVER:
                        await message.nack(delay=_BACKOFF[min(incoming.deliveries, 4) - 1])
                        return
                    log.error("a run is given up until the next tick", task=task.name)  # noqa: TRY400
        await message.ack()
        crashpoints.reach("schedule.after_ack")

    async def on_advisory(self, message: NatsMessage) -> None:
        """Forget a run whose worker died on every try; the next tick finds what is due."""
        sequence = int(json.loads(message.body)["stream_seq"])
        with contextlib.suppress(NotFoundError):
            await self._bus.jetstream.delete_msg(SCHEDULES, sequence)
        _log.error("a run was given up: its worker died or hung on every try")
        await message.ack()

    async def _run(self, task: Task, run: UUID) -> None:
        key = f"{self._service.name}-sched"
        async with self._database.read() as session:
            if await inbox.has(session, key, run):
                return
        async with exclusively(self._database, task.name) as alone:
            if not alone:
                _log.info("left out: the task is still running", task=task.name)
                return
            crashpoints.reach("schedule.before_run")
            log = _log.bind(task=task.name, run=str(run))
            try:
                said = await task.run(
                    TaskContext(database=self._database, settings=self._settings, log=log)
                )
            except Exception as error:
                if not is_away(error):
                    async with self._database.write() as session:
                        self._note(session, task, "failed", f"{type(error).__name__}: {error}")
                raise
            crashpoints.reach("schedule.after_run")
            async with self._database.write() as session:
                await inbox.claim(session, key, run)
                if not isinstance(said, Idle):
                    action = "not done" if isinstance(said, NotDone) else "done"
                    self._note(session, task, action, said)
            crashpoints.reach("schedule.after_done")
            log.info("task done", said=said)

    def _note(self, session: WriteSession, task: Task, action: str, said: str) -> None:
        """Tell the trail what became of a run."""
        worker = Principal(subject=f"service:{self._service.name}")
        told = {"said": said.replace("\x00", "?")[:_MOST_SAID]}
        audit.record(session, worker, action, ENTITY, task.name, label=task.summary, after=told)

    async def _seed(self, _: Ensured) -> None:
        js = self._bus.jetstream
        made = await self._schedules.seed(js)
        if made:
            _log.info("ticks written", ticks=made)
        if not self._compared:
            self._compared = True
            if names := await self._schedules.differences(js):
                _log.warning("ticks differ from their declaration: topology apply", ticks=names)


@contextlib.asynccontextmanager
async def exclusively(database: Database, name: str) -> AsyncIterator[bool]:
    """Say whether nobody else, in any process, is within a block of that name.

    The lock lives on a connection of its own and goes with it, so it is free again when the
    process dies.
    """
    key = {"space": _LOCKS, "key": crc32(name.encode()) - 2**31}
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        alone = await connection.scalar(text("SELECT pg_try_advisory_lock(:space, :key)"), key)
        try:
            yield bool(alone)
        finally:
            if alone:
                try:
                    await connection.execute(text("SELECT pg_advisory_unlock(:space, :key)"), key)
                except Exception as error:
                    # The connection is gone and the lock with it.
                    if not is_away(error):
                        raise
