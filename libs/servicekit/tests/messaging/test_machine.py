"""Outbox, relay and inbox against a model, with faults between any two steps.

Real rows, real messages. The machine writes, publishes and consumes in whatever order Hypothesis
thinks of, and breaks each step where a process or a connection may break. After every step each
counter's effects must be a gapless beginning of its versions, and in the end all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
import tally.app
from faststream.nats import NatsMessage
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from nats.aio.msg import Msg
from pydantic import SecretStr
from tally.app import TALLY, grow, service

from servicekit import outbox, relay
from servicekit.consumers import ConsumerRunner, Outcome
from servicekit.database import Database
from servicekit.messaging import topology
from servicekit.messaging.bus import Bus
from servicekit.redrive import redrive
from servicekit.relay import Relay
from servicekit.settings import ServiceSettings

COUNTERS = st.integers(1, 3)
CONSUMER = replace(TALLY, max_deliver=3, backoff=())


#: One rule with every step in it: of several rules Hypothesis leaves some out of each run, and
#: a run that only writes, or only consumes, shows nothing.
STEPS = st.one_of(
    *[
        st.tuples(
            st.just("write"),
            st.lists(COUNTERS, min_size=1, max_size=6),
            st.sampled_from(["commits", "commits", "poison", "rolls back"]),
        ),
        st.tuples(
            st.just("publish"),
            st.sampled_from([None, "message", "answer", "mark", "two at once"]),
            st.integers(0, 4),
        ),
        st.tuples(
            st.just("consume"),
            st.integers(1, 8),
            st.sampled_from([None, None, "ack lost", "before the effect", "after the effect"]),
        ),
    ]
    * 2,
    st.tuples(
        st.just("disturb"),
        st.sampled_from(["redrive", "redrive cured", "replay", "wipe"]),
        st.floats(0, 1),
    ),
)


class Fault(Exception):
    """The connection broke, or the process died: who called knows no more."""


class BrokenBus(Bus):
    """Loses what is published, or the answer to it, at the publishing that is chosen."""

    lose: str | None = None
    after = 0

    async def publish(self, *args: Any, **more: Any) -> Any:
        if self.lose is None or self.after > 0:
            self.after -= 1
            return await super().publish(*args, **more)
        how, self.lose = self.lose, None
        if how == "answer":
            await super().publish(*args, **more)
        raise Fault(how)


class BrokenConnection:
    """A database connection that breaks before rows are marked."""

    def __init__(self, connection: asyncpg.Connection[Any], *, breaks: bool) -> None:
        self._connection = connection
        self._breaks = breaks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def execute(self, query: str, *args: Any, **more: Any) -> str:
        if self._breaks and query == relay._MARK:
            raise Fault("before the mark")
        return str(await self._connection.execute(query, *args, **more))


class Message(NatsMessage):
    """A message whose acknowledgement may be lost, so that it is given again."""

    lost = False

    async def ack(self) -> None:
        # After the last try the server gives it no more, answered or not (see test_crashes).
        again = self.lost and self.raw_message.metadata.num_delivered < CONSUMER.max_deliver
        await (self.raw_message.nak() if again else self.raw_message.ack())


class World:
    """What outlives one run of the machine: the servers, and the connections to them."""

    def __init__(self, database_url: str, nats_url: str) -> None:
        self.runner = asyncio.Runner()
        self.url = database_url
        self.database = Database(
            ServiceSettings(
                environment="test",
                database_url=SecretStr(database_url),
                nats_url=nats_url,
                jwks="{}",
            ),
            application="machine",
        )
        self.stack = contextlib.AsyncExitStack()
        self.nats_url = nats_url
        self.outcomes: Counter[Outcome] = Counter()

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def open(self) -> None:
        needs = replace(
            topology.of_contexts(["jobs"]), durables=(topology.consumer_durable(CONSUMER),)
        )
        self.buses = [BrokenBus(self.nats_url, name="machine", needs=needs) for _ in range(2)]
        for bus in self.buses:
            await self.stack.enter_async_context(bus.running())
            await bus.wait_ready()
        self.connections = [await asyncpg.connect(self.url) for _ in range(2)]

    async def reset(self) -> None:
        await self.connections[0].execute(
            "TRUNCATE outbox, outbox_stream, inbox, parked, effect, counter RESTART IDENTITY"
        )
        await self.wipe()

    async def wipe(self) -> None:
        """Lose the stream with its consumer; the buses make both anew."""
        await self.buses[0].jetstream.delete_stream("jobs")
        for bus in self.buses:
            await bus._ensure()
        self.subscription = await self.buses[0].jetstream.pull_subscribe_bind(
            durable=CONSUMER.name, stream="jobs"
        )

    async def close(self) -> None:
        for connection in self.connections:
            await connection.close()
        await self.stack.aclose()
        await self.database.dispose()


class Machine(RuleBasedStateMachine):
    """Written, published and consumed in any order, with any fault."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[int, int] = {}
        self.runner: ConsumerRunner | None = None

    @initialize()
    def begin(self) -> None:
        tally.app.cured = False
        self.world.run(self.world.reset())
        self.relays = [Relay(self.world.url, bus, context="jobs") for bus in self.world.buses]
        self.runner = ConsumerRunner(
            CONSUMER, bus=self.world.buses[0], database=self.world.database
        )

    @rule(step=STEPS)
    def step(self, step: tuple[str, Any, Any]) -> None:
        what, *more = step
        getattr(self, what)(*more)

    def write(self, counters: list[int], how: str) -> None:
        self.world.run(self._write(counters, how))

    def publish(self, fault: str | None, after: int) -> None:
        bus = self.world.buses[0]
        bus.lose, bus.after = (fault if fault in {"message", "answer"} else None), after

        async def drain() -> None:
            ends = await asyncio.gather(
                self._drain(0, breaks=fault == "mark"),
                *([self._drain(1, breaks=False)] if fault == "two at once" else []),
                return_exceptions=True,
            )
            for end in ends:
                if end is not None:
                    raise end

        self.world.run(drain())
        bus.lose = None

    def consume(self, times: int, fault: str | None) -> None:
        for _ in range(times):
            if not self.world.run(self._consume(fault)):
                break
            fault = None

    def disturb(self, what: str, share: float) -> None:
        if what == "replay":
            self.world.run(self._replay(1 + int(share * sum(self.versions.values()))))
        elif what == "wipe":
            self.world.run(self.world.wipe())
        else:
            tally.app.cured = what == "redrive cured"
            self.world.run(redrive(replace(service, consumers=(CONSUMER,)), self.world.database))
            tally.app.cured = False

    @invariant()
    def effects_are_a_gapless_beginning(self) -> None:
        for counter, versions in self.world.run(self._effects()).items():
            assert versions == list(range(1, len(versions) + 1)), f"counter {counter}"
            assert len(versions) <= self.versions[counter]

    def teardown(self) -> None:
        if self.runner is not None:
            self.world.run(self._finish())
            self.world.outcomes.update(self.runner.outcomes)

    async def _finish(self) -> None:
        tally.app.cured = True
        await self._drain(0, breaks=False)
        while await self._consume(None):
            pass
        await redrive(replace(service, consumers=(CONSUMER,)), self.world.database)
        tally.app.cured = False
        expected = {
            counter: list(range(1, version + 1)) for counter, version in self.versions.items()
        }
        assert await self._effects() == expected
        left = await self.world.connections[0].fetchrow(
            "SELECT (SELECT count(*) FROM parked), "
            "(SELECT count(*) FROM outbox WHERE published_at IS NULL)"
        )
        assert tuple(left) == (0, 0)

    async def _write(self, counters: list[int], how: str) -> None:
        with contextlib.suppress(Fault):
            async with self.world.database.write() as session:
                for place, counter in enumerate(counters):
                    await grow(session, counter, poison=how == "poison" and place == 0)
                if how == "rolls back":
                    raise Fault(how)
            for counter in counters:
                self.versions[counter] = self.versions.get(counter, 0) + 1

    async def _drain(self, which: int, *, breaks: bool) -> None:
        connection: Any = BrokenConnection(self.world.connections[which], breaks=breaks)
        with contextlib.suppress(Fault):
            await self.relays[which]._drain(connection)

    async def _consume(self, fault: str | None) -> bool:
        """Have one message; returns False where there is none."""
        assert self.runner is not None
        raw = await self._fetch()
        if raw is None:
            return False
        message = Message(raw_message=raw, body=raw.data, headers=raw.headers or {})
        message.lost = fault == "ack lost"
        handler = CONSUMER.handler

        async def dying(event: Any, session: Any) -> None:
            if fault == "before the effect":
                raise Fault(fault)
            await handler(event, session)
            if fault == "after the effect":
                raise Fault(fault)

        self.runner.effects.consumer = replace(CONSUMER, handler=dying)
        await self.runner.on_message(message)
        return True

    async def _fetch(self) -> Msg | None:
        for _ in range(30):
            # An acknowledgement is under way for a moment, and counted as pending until then.
            info = await self.world.subscription.consumer_info()
            if not info.num_pending and not info.num_ack_pending:
                return None
            with contextlib.suppress(TimeoutError):
                return (await self.world.subscription.fetch(1, timeout=0.3))[0]
        raise AssertionError("a message that is there is not given")

    async def _replay(self, sequence: int) -> None:
        async with self.world.database.write() as session:
            await outbox.replay(session, sequence=sequence)

    async def _effects(self) -> dict[int, list[int]]:
        found = await self.world.connections[0].fetch(
            "SELECT counter_id, array_agg(version ORDER BY id) FROM effect GROUP BY 1"
        )
        return {row[0]: row[1] for row in found}


@pytest.mark.timeout(1800)
def test_whatever_breaks_each_effect_is_had_once_and_in_order(
    database_url: str, nats_url: str, pytestconfig: pytest.Config
) -> None:
    full = pytestconfig.getoption("--full", default=False)
    world = World(database_url, nats_url)
    world.run(world.open())
    Machine.world = world
    try:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=2000 if full else 12,
                stateful_step_count=100 if full else 80,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        # Else it would have shown nothing.
        assert all(world.outcomes[outcome] for outcome in Outcome), world.outcomes
    finally:
        world.run(world.close())
        world.runner.close()
