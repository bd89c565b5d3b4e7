"""A process killed at every named step: nothing lost, nothing doubled, nothing out of order."""

from __future__ import annotations

import ast
import inspect
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest

from servicekit import consumers, crashpoints, outbox, relay, schedules
from servicekit.crashpoints import ALL_POINTS

type Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]

REPEATS = 2
KILLED = -signal.SIGKILL
EVENT_POINTS = [
    point
    for point in ALL_POINTS
    if point.startswith(("outbox.", "relay.", "consumer."))
    and point not in {"consumer.before_park", "consumer.after_park"}
]
#: Passed once for many events, so perhaps once in a life.
BATCHES = {"relay.after_select", "relay.before_mark", "relay.after_mark"}
SCHEDULE_POINTS = [point for point in ALL_POINTS if point.startswith("schedule.")]
PARK_POINTS = [point for point in ALL_POINTS if point.endswith("_park")]


async def nothing_amiss(rows: Rows) -> None:
    """Every committed write has its effect once and in order, and nothing else has one."""
    written: dict[int, int] = {
        row[0]: row[1] for row in await rows("SELECT id, version FROM counter")
    }
    told = await rows("SELECT counter_id, version FROM effect ORDER BY id")
    parked = await rows("SELECT aggregate, version FROM parked")
    for counter, version in written.items():
        had = [one for of, one in told if of == counter]
        kept = [one for aggregate, one in parked if aggregate == f"counter:{counter}"]
        assert [*had, *sorted(kept)] == list(range(1, version + 1)), f"counter {counter}"
    assert {of for of, _ in told} <= written.keys()
    ids = await rows("SELECT event_id FROM effect")
    assert Counter(ids) == Counter(
        await rows("SELECT event_id FROM inbox JOIN effect USING (event_id)")
    )
    assert await rows("SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(0,)]


@pytest.mark.parametrize("point", EVENT_POINTS)
async def test_killed_at_a_step_of_an_event(
    point: str, children: Any, database_url: str, nats_url: str, rows: Rows, pytestconfig: Any
) -> None:
    life = {"database_url": database_url, "nats_url": nats_url}
    repeats = 20 if pytestconfig.getoption("--full", default=False) else REPEATS
    for repeat in range(1, repeats + 1):
        # Each time at another moment of the work, with what the killed one before left behind.
        time = 1 if point in BATCHES else 1 + repeat % 4
        code = await children.live(**life, writes=4, crash_at=f"{point}:{time}")
        assert code == KILLED, f"{point} was not reached"
    assert await children.live(**life, writes=1) == 0
    await nothing_amiss(rows)


@pytest.mark.parametrize("point", SCHEDULE_POINTS)
async def test_killed_at_a_step_of_a_tick(
    point: str, children: Any, database_url: str, nats_url: str, rows: Rows
) -> None:
    life = {"database_url": database_url, "nats_url": nats_url}
    for _ in range(REPEATS - 1):
        assert await children.live(**life, due=2, crash_at=point) == KILLED
    assert await children.live(**life, due=2) == 0
    assert set(await rows("SELECT times FROM due")) == {(1,)}
    assert await rows("SELECT count(*) FROM due") == [(2 * REPEATS,)]
    if point in {"schedule.after_done", "schedule.after_ack"}:
        # A run that was noted is not done again.
        notes = "SELECT count(*) FROM inbox WHERE consumer = 'jobs-sched'"
        assert await rows("SELECT count(*) FROM run") == await rows(notes)


@pytest.mark.parametrize("point", PARK_POINTS)
async def test_killed_while_parking(
    point: str, children: Any, database_url: str, nats_url: str, rows: Rows
) -> None:
    life = {"database_url": database_url, "nats_url": nats_url, "max_deliver": 2}
    # The last try dies, and only the server's note is left of it.
    first = point if point.startswith("consumer.") else "consumer.before_park"
    assert await children.live(**life, poison=True, writes=1, crash_at=first) == KILLED
    if first != point:
        assert await children.live(**life, crash_at=point) == KILLED
    assert await children.live(**life, writes=1) == 0
    parked = await rows("SELECT consumer, aggregate, reason FROM parked")
    assert [one[:2] for one in parked] == [("jobs-tally", "counter:4")]
    assert "Poisoned" in parked[0][2] or "last try" in parked[0][2]
    await nothing_amiss(rows)


def test_a_step_that_does_not_exist_is_refused() -> None:
    with pytest.raises(crashpoints.UnknownPoint, match=r"relay\.never"):
        crashpoints.arm("relay.never")


def test_production_refuses_to_be_killed(make_settings: Any) -> None:
    with pytest.raises(ValueError, match="refused in production"):
        make_settings(environment="production", crash_at="relay.after_mark")


def _reached(module: ModuleType) -> set[str]:
    return {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "crashpoints.reach"
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_step_is_in_the_code() -> None:
    reached = set().union(*map(_reached, (outbox, relay, consumers, schedules)))
    assert reached == set(ALL_POINTS)


#: Awaits on the way of an event that need no step of their own, and why.
WITHOUT_STEP = {
    "relay.Relay._drain": {
        "self._adopt(connection)": "its own transaction; whether it was done is read again",
        "connection.fetch(_SELECT, _BATCH)": "relay.after_select follows",
        "self._publish(rows)": "has the steps of publishing within",
        "connection.execute(_MARK, published)": "between relay.before_mark and relay.after_mark",
    },
    "relay.Relay._publish_one": {
        "self._bus.publish(row['subject'], row['event'].encode(), stream=self._context, "
        "headers=headers)": "between relay.before_publish and relay.after_publish",
    },
    "consumers.Effects.apply": {
        "parked.unpark(session, name, str(event.id))": "rolled back with all before the effect",
        "inbox.claim(session, name, event.id)": "rolled back with all before the effect",
        "parked.holds_earlier(session, name, event)": "reads",
        "self.consumer.handler(event, session)": "between before_effect and after_effect",
        "session.flush()": "between before_effect and after_effect",
    },
    "consumers.ConsumerRunner.on_message": {
        "patiently(self._database, lambda: self._try(incoming, current))": "has steps within",
        "message.nack(delay=self._wait(incoming.deliveries))": "unanswered is the same, later",
        "message.ack()": "consumer.after_ack follows",
    },
    "consumers.ConsumerRunner.on_advisory": {
        "self._bus.jetstream.get_msg(stream, sequence)": "reads",
        "message.ack()": "follows advisory.after_park; unanswered it comes again",
        "patiently(self._database, lambda: self.effects.park(incoming, "
        "'the consumer died or hung on the last try'))": "between advisory.before and after_park",
    },
    "consumers.ConsumerRunner._give_up": {
        "self.effects.park(incoming, reason)": "between consumer.before_park and after_park",
    },
    "schedules.ScheduleRunner._run": {
        "inbox.has(session, key, run)": "reads",
        "task.run(TaskContext(database=self._database, settings=self._settings, log=log))": (
            "between schedule.before_run and after_run"
        ),
        "inbox.claim(session, key, run)": "between schedule.after_run and after_done",
    },
}


@pytest.mark.parametrize("name", WITHOUT_STEP)
def test_a_new_await_on_the_way_of_an_event_needs_a_step(name: str) -> None:
    module, *path = name.split(".")
    found: Any = {"relay": relay, "consumers": consumers, "schedules": schedules}[module]
    for part in path:
        found = getattr(found, part)
    source = inspect.getsource(found)
    tree = ast.parse(inspect.cleandoc(source) if source[0] != " " else "if True:\n" + source)
    awaits = {ast.unparse(node.value) for node in ast.walk(tree) if isinstance(node, ast.Await)}
    assert awaits == WITHOUT_STEP[name].keys()
