"""From a committed row to the stream: complete, in order, without waiting, whatever dies."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tally.app import CounterGrown, grow

from contracts.events import Event
from servicekit import outbox
from servicekit.database import Database
from servicekit.messaging.bus import Bus
from servicekit.messaging.wire import read_event
from servicekit.relay import Relay

type Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]
WAITING = "SELECT count(*) FROM outbox WHERE published_at IS NULL"


async def in_stream(bus: Bus) -> list[Event]:
    """Return every event of the stream, in its order."""
    js = bus.connection.jetstream(timeout=5)
    last = (await js.stream_info("jobs")).state.last_seq
    found = []
    for sequence in range(1, last + 1):
        message = await js.get_msg("jobs", sequence)
        found.append(read_event(message.data or b""))
    return found


def in_order(events: list[Event]) -> bool:
    """Whether the first copies of each counter's events have its versions without a gap."""
    versions: defaultdict[str, list[int]] = defaultdict(list)
    seen: set[UUID] = set()
    for event in events:
        if event.id not in seen:
            versions[event.subject].append(event.aggregateversion)
            seen.add(event.id)
    return all(found == list(range(1, len(found) + 1)) for found in versions.values())


async def write(database: Database, counter: int, times: int = 1) -> None:
    for _ in range(times):
        async with database.write() as session:
            await grow(session, counter)


async def test_a_committed_event_is_published_as_it_was_recorded(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    bus = await make_bus()
    relaying(bus)
    async with database.write() as session:
        event = await grow(session, 7)
    await until(lambda: _none(rows, WAITING))
    message = await bus.connection.jetstream().get_msg("jobs", 1)
    assert message.subject == "jobs.counter.grown"
    assert message.headers["Nats-Msg-Id"] == str(event.id)
    assert message.headers["content-type"] == "application/cloudevents+json"
    assert Event.model_validate_json(message.data) == event
    assert json.loads(message.data)["type"] == "jobs.counter.grown.v1"
    assert event.read(CounterGrown) == CounterGrown(id=7, version=1)


async def test_a_rolled_back_event_never_was(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    bus = await make_bus()
    relaying(bus)
    with contextlib.suppress(ZeroDivisionError):
        async with database.write() as session:
            await grow(session, 1)
            await session.flush()
            raise ZeroDivisionError
    async with database.write() as session:
        await grow(session, 2)
        nested = await session.begin_nested()
        await grow(session, 3)
        await nested.rollback()
    await until(lambda: _none(rows, WAITING))
    assert [event.subject for event in await in_stream(bus)] == ["counter:2"]


async def test_many_writers_keep_the_order_of_each_aggregate(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    bus = await make_bus()
    relaying(bus)
    # Several writers on each counter: sequences interleave with commits in any order.
    await asyncio.gather(*(write(database, counter % 4, 12) for counter in range(8)))
    await until(lambda: _none(rows, WAITING))
    events = await in_stream(bus)
    assert len(events) == 96
    assert in_order(events)


async def test_a_smaller_sequence_that_commits_later_is_not_forgotten(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    bus = await make_bus()
    relaying(bus)
    async with database.write() as slow:
        await grow(slow, 1)
        await slow.flush()  # has its sequence, and is not committed
        await write(database, 2)
        await until(lambda: _is(rows, "SELECT count(published_at) FROM outbox", 1))
    await until(lambda: _is(rows, "SELECT count(published_at) FROM outbox", 2))
    sequences = await rows("SELECT sequence FROM outbox ORDER BY published_at")
    assert sequences == [(2,), (1,)]


async def test_one_of_two_relays_leads_and_the_other_takes_over(
    database: Database, make_bus: Any, database_url: str, until: Any, rows: Rows
) -> None:
    relays, tasks = [], []
    for _ in range(2):
        relays.append(Relay(database_url, await make_bus(), context="jobs", sweep=0.05))
        tasks.append(asyncio.create_task(relays[-1].run()))
    for counter in range(3):
        await until(lambda: any(relay.leading for relay in relays))
        await write(database, counter, 5)
        await until(lambda: _none(rows, WAITING))
        assert sum(relay.leading for relay in relays) == 1
    leader = 0 if relays[0].leading else 1
    tasks[leader].cancel()
    await until(lambda: relays[1 - leader].leading)
    await write(database, 4)
    await until(lambda: _none(rows, WAITING))
    tasks[1 - leader].cancel()
    await asyncio.wait(tasks)


async def test_relays_whose_connections_are_killed_keep_the_order(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    buses = [await make_bus(), await make_bus()]
    for bus in buses:
        relaying(bus, sweep=0.05)
    led: set[int] = set()

    async def kill_the_leader() -> None:
        for pid, _ in await rows(
            """SELECT pid, pg_terminate_backend(pid) FROM pg_locks
               WHERE locktype = 'advisory' AND granted AND objid = 1 AND database =
                   (SELECT oid FROM pg_database WHERE datname = current_database())"""
        ):
            led.add(pid)

    for _ in range(20):
        await asyncio.gather(
            *(write(database, counter, 3) for counter in range(4)), kill_the_leader()
        )
    await until(lambda: _none(rows, WAITING), timeout=30)
    assert len(led) > 1
    events = await in_stream(buses[0])
    assert {event.id for event in events} == {one for (one,) in await rows("SELECT id FROM outbox")}
    assert in_order(events)


async def test_two_relays_that_both_believe_they_lead_keep_the_order(
    database: Database, make_bus: Any, database_url: str, rows: Rows
) -> None:
    """The lock is lost with a connection that its relay still trusts: order must not rest on it."""
    import asyncpg

    bus, other = await make_bus(), await make_bus()
    await asyncio.gather(*(write(database, counter, 30) for counter in range(3)))
    connections = [await asyncpg.connect(database_url) for _ in range(2)]
    relays = [Relay(database_url, one, context="jobs") for one in (bus, other)]
    await asyncio.gather(
        *(relay._drain(connection) for relay, connection in zip(relays, connections, strict=True))
    )
    for connection in connections:
        await connection.close()
    assert in_order(await in_stream(bus))
    assert await rows(WAITING) == [(0,)]


async def test_the_listening_connection_heals(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    # Sweeps are far apart: what is published in time was published because of a notification.
    bus = await make_bus()
    relay = relaying(bus, sweep=3600.0)
    for counter in range(3):
        await until(lambda: relay.leading)
        await write(database, counter)
        await until(lambda: _none(rows, WAITING))
        killed = await rows(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'jobs.relay' AND datname = current_database()"""
        )
        assert killed == [(True,)]
        await until(lambda: not relay.leading)


async def test_a_lost_notification_costs_a_sweep(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    bus = await make_bus()
    relay = relaying(bus, sweep=0.2)
    await until(lambda: relay.leading)
    await write(database, 1)
    await until(lambda: _none(rows, WAITING))
    # Unmarked by hand, without a notification.
    await rows("UPDATE outbox SET published_at = NULL")
    await until(lambda: _none(rows, WAITING))


async def test_nats_killed_during_writes_loses_nothing(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows, private_nats: Any
) -> None:
    server = await asyncio.to_thread(private_nats)
    bus = await make_bus(url=server.url)
    relay = relaying(bus)
    for _ in range(3):
        writing = asyncio.gather(*(write(database, counter, 10) for counter in range(4)))
        await asyncio.to_thread(server.kill)
        await writing  # writes need no NATS
        await until(lambda: not bus.ready)
        await write(database, 5)
        await until(lambda: not relay.leading)
        assert await rows(WAITING) != [(0,)]
        await asyncio.to_thread(server.start)
    await until(lambda: _none(rows, WAITING), timeout=30)
    events = await in_stream(bus)
    assert {event.id for event in events} == {one for (one,) in await rows("SELECT id FROM outbox")}
    assert in_order(events)


async def test_a_wiped_stream_is_filled_again(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows, private_nats: Any
) -> None:
    server = await asyncio.to_thread(private_nats)
    bus = await make_bus(url=server.url)
    relaying(bus)
    await asyncio.gather(*(write(database, counter, 5) for counter in range(3)))
    await until(lambda: _none(rows, WAITING))
    before = [event.id for event in await in_stream(bus)]
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(_wipe, server.data_dir)
    await asyncio.to_thread(server.start)
    await write(database, 1)

    async def filled() -> bool:
        with contextlib.suppress(Exception):
            return {event.id for event in await in_stream(bus)} > set(before)
        return False

    await until(filled, timeout=30)
    events = await in_stream(bus)
    assert len(events) == len(before) + 1
    assert in_order(events)


async def test_a_stream_deleted_under_a_running_bus_is_made_and_filled(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    bus = await make_bus()
    relaying(bus)
    await write(database, 1, 3)
    await until(lambda: _none(rows, WAITING))
    await bus.connection.jetstream().delete_stream("jobs")

    async def filled() -> bool:
        with contextlib.suppress(Exception):
            return len(await in_stream(bus)) == 3
        return False

    await until(filled, timeout=20)


async def test_replay_publishes_again_with_the_same_ids(
    database: Database, make_bus: Any, relaying: Any, until: Any, rows: Rows
) -> None:
    bus = await make_bus()
    relaying(bus)
    await write(database, 1, 3)
    await until(lambda: _none(rows, WAITING))
    middle = (await rows("SELECT sequence FROM outbox ORDER BY sequence"))[1][0]
    async with database.write() as session:
        assert await outbox.replay(session, sequence=middle) == 2
    await until(lambda: _none(rows, WAITING))
    async with database.write() as session:
        assert await outbox.replay(session, since=datetime.now(UTC) + timedelta(hours=1)) == 0
        assert await outbox.replay(session, since=datetime.now(UTC) - timedelta(hours=1)) == 3
    await until(lambda: _none(rows, WAITING))
    versions = [event.aggregateversion for event in await in_stream(bus)]
    assert versions == [1, 2, 3, 2, 3, 1, 2, 3]
    assert len({event.id for event in await in_stream(bus)}) == 3


async def test_published_events_are_kept_for_days_and_then_pruned(
    database: Database, rows: Rows
) -> None:
    await write(database, 1, 4)
    await rows("UPDATE outbox SET published_at = now() - interval '8 days' WHERE sequence < 3")
    await rows("UPDATE outbox SET published_at = now() - interval '6 days' WHERE sequence = 3")
    async with database.write() as session:
        assert await outbox.prune(session, keep_days=7) == 2
    assert await rows("SELECT sequence FROM outbox ORDER BY 1") == [(3,), (4,)]


async def test_an_event_that_nats_would_refuse_fails_its_write(
    database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_EVENT", 100)
    with pytest.raises(outbox.EventTooLarge):
        await write(database, 1)
    assert await rows("SELECT count(*) FROM counter") == [(0,)]


async def test_lag_is_told_while_nats_is_away(
    database: Database, make_bus: Any, relaying: Any, until: Any, free_port: Callable[[], int]
) -> None:
    bus = await make_bus(url=f"nats://127.0.0.1:{free_port()}", ready=False)
    await write(database, 1, 3)
    relay = relaying(bus, sweep=0.05)
    await until(lambda: relay.lag.depth == 3)
    assert relay.lag.oldest > 0
    assert not relay.leading
    assert not bus.ready


async def _none(rows: Rows, query: str) -> bool:
    return await rows(query) == [(0,)]


async def _is(rows: Rows, query: str, number: int) -> bool:
    return await rows(query) == [(number,)]


def _wipe(folder: Any) -> None:
    import shutil

    shutil.rmtree(folder / "jetstream")
