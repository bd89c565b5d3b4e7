"""Ticks: run by one worker, never beside themselves, left as they are by a running service."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from nats.js import JetStreamContext
from tally.app import do_due, with_ticks

from servicekit.database import Database
from servicekit.messaging import topology
from servicekit.messaging.bus import Bus
from servicekit.schedules import Definition, Schedules, exclusively, following, times
from servicekit.service import TaskContext, Tick

type Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]

OFTEN = Tick(name="often", task="do-due", every="1s")
HOURLY = Tick(name="hourly", task="do-due", cron="0 0 * * * *", timezone="Europe/Berlin")


@pytest.fixture
async def js(make_bus: Any) -> JetStreamContext:
    bus: Bus = await make_bus(topology.of(with_ticks()))
    return bus.connection.jetstream(timeout=5)


async def test_a_tick_runs_once_however_many_workers_there_are(
    working: Any, rows: Rows, until: Any, make_bus: Any
) -> None:
    ticking = with_ticks(OFTEN)
    await rows("INSERT INTO due SELECT FROM generate_series(1, 5)")
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(working(ticking))
        await until(lambda: _at_least(rows, 3), timeout=20)
        bus = await make_bus()
        info = await bus.connection.jetstream().consumer_info("sched", "jobs-sched")
    fired = info.delivered.consumer_seq
    runs = (await rows("SELECT count(*) FROM run"))[0][0]
    assert fired - 1 <= runs <= fired
    assert await rows("SELECT DISTINCT times FROM due") == [(1,)]
    notes = await rows("SELECT count(*) FROM inbox WHERE consumer = 'jobs-sched'")
    assert notes == [(runs,)]


async def test_a_task_never_runs_beside_itself_and_keeps_its_message(
    working: Any, rows: Rows, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topology, "SCHEDULE_ACK_WAIT", 0.9)
    running = most = 0

    async def slowly(context: TaskContext) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(2.5)
        running -= 1
        return await do_due(context)

    ticking = with_ticks(OFTEN, run=slowly)
    async with working(ticking), working(ticking):
        await until(lambda: _at_least(rows, 2), timeout=30)
    assert most == 1


async def test_a_task_that_fails_is_tried_again_and_then_left_to_the_next_tick(
    working: Any, until: Any, make_bus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from servicekit import schedules

    monkeypatch.setattr(schedules, "_BACKOFF", (0.02,) * 4)
    tries = 0

    async def fail(_: TaskContext) -> str:
        nonlocal tries
        tries += 1
        raise RuntimeError("no luck")

    async with working(with_ticks(Tick(name="once", task="do-due", every="1h"), run=fail)):
        bus = await make_bus(topology.of(with_ticks()))
        js = bus.connection.jetstream()
        await until(lambda: _seeded(js, "once"))
        await js.publish("sched.run.jobs.once", b"", stream="sched")
        await until(lambda: tries == topology.SCHEDULE_MAX_DELIVER, timeout=20)
        await until(lambda: _empty(js, "sched.run.>"))
    assert tries == topology.SCHEDULE_MAX_DELIVER


async def test_a_tick_of_another_version_is_let_go(working: Any, until: Any, make_bus: Any) -> None:
    async with working(with_ticks()):
        bus = await make_bus(topology.of(with_ticks()))
        js = bus.connection.jetstream()
        await js.publish("sched.run.jobs.unheard-of", b"", stream="sched")
        await until(lambda: _empty(js, "sched.run.>"))


async def test_seeding_writes_what_is_missing_and_changes_nothing(js: JetStreamContext) -> None:
    assert await Schedules("jobs", (OFTEN, HOURLY)).seed(js) == ["hourly", "often"]
    written = await js.get_last_msg("sched", "sched.def.jobs.hourly")
    assert written.headers is not None
    assert written.headers["Nats-Schedule-Target"] == "sched.run.jobs.hourly"
    changed = Schedules("jobs", (OFTEN, Tick(name="hourly", task="do-due", cron="@daily")))
    assert await changed.seed(js) == []
    assert (await js.get_last_msg("sched", "sched.def.jobs.hourly")).seq == written.seq
    assert await changed.differences(js) == ["hourly"]
    assert await Schedules("jobs", (OFTEN, HOURLY)).differences(js) == []


async def test_several_replicas_seed_at_once(make_bus: Any) -> None:
    buses = [await make_bus(topology.of(with_ticks())) for _ in range(4)]
    made = await asyncio.gather(
        *(Schedules("jobs", (HOURLY,)).seed(bus.connection.jetstream()) for bus in buses)
    )
    assert sorted(name for names in made for name in names) == ["hourly"]


async def test_apply_changes_adds_and_removes_and_leaves_what_is_equal(
    js: JetStreamContext,
) -> None:
    await Schedules("content", (OFTEN,)).seed(js)
    old = Tick(name="old", task="do-due", cron="@daily")
    await Schedules("jobs", (OFTEN, HOURLY, old)).seed(js)
    kept = (await js.get_last_msg("sched", "sched.def.jobs.often")).seq
    daily = Tick(name="hourly", task="do-due", cron="@daily")
    declared = Schedules("jobs", (OFTEN, daily, Tick(name="new", task="do-due", every="5s")))
    assert await declared.apply(js) == ["hourly", "new", "old"]
    assert await declared.apply(js) == []
    assert (await js.get_last_msg("sched", "sched.def.jobs.often")).seq == kept
    assert [one.name for one in await declared.listing(js)] == ["hourly", "new", "often"]
    assert (await declared.listing(js))[0] == Definition(
        name="hourly", spec="@daily", target="sched.run.jobs.hourly", timezone=None
    )
    # Another context's ticks are none of its business.
    assert [one.name for one in await Schedules("content", ()).listing(js)] == ["often"]


async def test_a_wiped_server_gets_its_ticks_back(working: Any, until: Any, make_bus: Any) -> None:
    async with working(with_ticks(HOURLY)):
        bus = await make_bus(topology.of(with_ticks()))
        js = bus.connection.jetstream()
        await until(lambda: _seeded(js, "hourly"))
        await js.delete_stream("sched")
        await until(lambda: _seeded(js, "hourly"), timeout=20)


async def test_one_at_a_time_over_all_processes(database: Database) -> None:
    async with (
        exclusively(database, "work") as first,
        exclusively(database, "work") as second,
        exclusively(database, "other work") as other,
    ):
        assert (first, second, other) == (True, False, True)
    async with exclusively(database, "work") as again:
        assert again


async def _at_least(rows: Rows, runs: int) -> bool:
    return bool((await rows("SELECT count(*) >= $1 FROM run", runs))[0][0])


async def _seeded(js: JetStreamContext, name: str) -> bool:
    with contextlib.suppress(Exception):
        return bool(await js.get_last_msg("sched", f"sched.def.jobs.{name}"))
    return False


async def _empty(js: JetStreamContext, subject: str) -> bool:
    return not (await js.stream_info("sched", subjects_filter=subject)).state.subjects


@pytest.mark.parametrize(
    ("declared", "said", "due"),
    [
        ({"cron": "0 50 3 * * *"}, "At 03:50 every day, UTC", "2026-11-24 03:50"),
        (
            {"cron": "30 17 * * * *"},
            "At second 30 at minute 17 past every hour, UTC",
            "2026-11-23 14:17:30",
        ),
        ({"cron": "@daily"}, "At 00:00 every day, UTC", "2026-11-24 00:00"),
        (
            {"cron": "0 0 9 * * 1", "timezone": "America/New_York"},
            "At 09:00 on Monday, America/New_York",
            "2026-11-23 14:00",
        ),
        ({"every": "10s"}, "Every 10s", "within 10s"),
    ],
)
def test_when_a_tick_comes(declared: dict[str, Any], said: str, due: str) -> None:
    tick = Tick(name="t", task="t", **declared)
    assert times(tick) == said
    assert following(tick, datetime(2026, 11, 23, 13, 55, tzinfo=UTC)) == due
