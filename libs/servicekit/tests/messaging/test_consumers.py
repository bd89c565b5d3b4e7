"""Deliveries: had once, tried again, parked, redriven; others flow meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import tally.app
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from sqlalchemy import text
from tally.app import SHOWN, TALLY, CounterGrown, drop, grow, service, until_settled

from contracts.events import Event
from servicekit import migrations, outbox, versions
from servicekit.database import Database, WriteSession
from servicekit.ids import uuid7
from servicekit.redrive import redrive
from servicekit.service import Service

type Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]

OVERTAKING = replace(TALLY, max_ack_pending=32, max_deliver=3)


def consuming(*consumers: Any) -> Service:
    return replace(service, consumers=consumers)


@pytest.fixture
def cured(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make poison harmless."""
    return lambda: monkeypatch.setattr(tally.app, "cured", True)


async def test_poison_is_parked_and_redriven_while_others_flow(
    working: Any, database: Database, rows: Rows, cured: Callable[[], None]
) -> None:
    async with working(consuming(OVERTAKING)):
        async with database.write() as session:
            poison = await grow(session, 1, poison=True)
        for _ in range(5):
            async with database.write() as session:
                await grow(session, 2)
        await until_settled(database)
    assert await rows("SELECT version FROM effect WHERE counter_id = 2 ORDER BY id") == [
        (version,) for version in range(1, 6)
    ]
    parked = await rows(
        "SELECT consumer, event_id, aggregate, version, subject, deliveries, reason, body"
        " FROM parked"
    )
    assert [row[:6] for row in parked] == [
        ("jobs-tally", poison.id, "counter:1", 1, "jobs.counter.grown", 3)
    ]
    assert parked[0][6].startswith("Poisoned: counter:1")
    assert Event.model_validate_json(parked[0][7]) == poison

    failed = await redrive(consuming(OVERTAKING), database)
    assert [one.reason for one in failed] == ["Poisoned: counter:1 at version 1"]
    assert await rows("SELECT redrives FROM parked") == [(1,)]
    cured()
    done = await redrive(consuming(OVERTAKING), database, consumer="jobs-tally")
    assert [one.reason for one in done] == [None]
    assert await rows("SELECT * FROM parked") == []
    assert await rows("SELECT version FROM effect WHERE counter_id = 1") == [(1,)]
    assert await redrive(consuming(OVERTAKING), database) == []


async def test_in_order_later_events_of_an_aggregate_are_parked_behind(
    working: Any, database: Database, rows: Rows, cured: Callable[[], None]
) -> None:
    ordered = replace(TALLY, max_deliver=2)
    async with working(consuming(ordered)):
        async with database.write() as session:
            await grow(session, 1)
        async with database.write() as session:
            await grow(session, 1, poison=True)
        for counter in (1, 2, 1):
            async with database.write() as session:
                await grow(session, counter)
        await until_settled(database)
        assert await rows("SELECT counter_id, version FROM effect ORDER BY id") == [(1, 1), (2, 1)]
        reasons = await rows("SELECT reason FROM parked ORDER BY version")
        assert [reason.partition(":")[0] for (reason,) in reasons] == [
            "Poisoned",
            "Behind",
            "Behind",
        ]
        # While the first still hurts, the others stay behind it.
        assert len(await redrive(consuming(ordered), database)) == 3
        assert await rows("SELECT count(*) FROM parked") == [(3,)]
        cured()
        done = await redrive(consuming(ordered), database)
    assert [one.reason for one in done] == [None, None, None]
    assert await rows("SELECT version FROM effect WHERE counter_id = 1 ORDER BY id") == [
        (1,),
        (2,),
        (3,),
        (4,),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\x00 nonsense", "not an event"),
        (b"{}", "not an event"),
        (b'{"specversion": "1.0", "id": 7}', "not an event"),
        ("v9", "unknown version: jobs.counter.grown.v9"),
        ("misfit", "does not fit its contract: version"),
    ],
)
async def test_what_no_try_could_help_is_parked_at_once(
    body: Any, reason: str, working: Any, database: Database, rows: Rows, make_bus: Any, until: Any
) -> None:
    if isinstance(body, str):
        async with database.write() as session:
            event = await grow(session, 1)
        wrong = (
            {"type": "jobs.counter.grown.v9"}
            if body == "v9"
            else {"data": {"id": 1, "version": "many"}}
        )
        body = event.model_copy(update=wrong).model_dump_json().encode()
        await rows("DELETE FROM outbox")
    async with working(consuming(TALLY)):
        bus = await make_bus()
        await bus.publish("jobs.counter.grown", body, stream="jobs", headers={"strange": "caf\xe9"})
        await until(lambda: rows("SELECT true FROM parked"))
        found = await rows("SELECT reason, deliveries, body FROM parked")
        assert reason in found[0][0]
        assert found[0][1:] == (1, body)
        # The consumer goes on.
        async with database.write() as session:
            await grow(session, 2)
        await until(lambda: rows("SELECT true FROM effect WHERE counter_id = 2"))


async def test_an_event_that_comes_twice_has_its_effect_once(
    working: Any, database: Database, rows: Rows, until: Any
) -> None:
    async with working(consuming(TALLY)):
        for _ in range(3):
            async with database.write() as session:
                await grow(session, 1)
        await until_settled(database)
        async with database.write() as session:
            assert await outbox.replay(session) == 3
        async with database.write() as session:
            await grow(session, 1)
        # What is published last is had last: the replayed ones came before it.
        await until(lambda: rows("SELECT true FROM effect WHERE version = 4"))
    assert await rows("SELECT version FROM effect ORDER BY id") == [(1,), (2,), (3,), (4,)]


async def test_a_database_that_is_away_uses_up_no_tries(
    working: Any, make_bus: Any, until: Any, private_postgres: Any
) -> None:
    server = await asyncio.to_thread(private_postgres, durable=True)
    await migrations.upgrade(service, server.admin_url)
    # Long enough that a busy machine does not miss the signs of life that hold a message.
    impatient = replace(TALLY, max_deliver=2, ack_wait=2)
    bus = await make_bus()
    js = bus.connection.jetstream()
    async with working(consuming(impatient), database_url=server.admin_url) as app:
        await until(lambda: _there(js))
        await asyncio.to_thread(server.kill)
        event = Event(
            id=uuid7(),
            source="/jobs",
            type=CounterGrown.type_name(),
            subject="counter:1",
            time=datetime.now(UTC),
            aggregateid="1",
            aggregateversion=1,
            data={"id": 1, "version": 1},
        )
        body = event.model_dump_json().encode()
        await bus.publish("jobs.counter.grown", body, stream="jobs", headers={})
        taken = time.monotonic()

        async def held() -> bool:
            """Whether it was given once, and is held for longer than all tries would last."""
            info = await js.consumer_info("jobs", "jobs-tally")
            return bool(info.num_ack_pending == 1) and time.monotonic() - taken > 4.5

        await until(held)
        assert (await js.consumer_info("jobs", "jobs-tally")).num_redelivered == 0
        await asyncio.to_thread(server.start)

        async def had() -> bool:
            return not (await js.consumer_info("jobs", "jobs-tally")).num_ack_pending

        await until(had, timeout=20)
        own: Database = app.state.runtime.database
        async with own.read() as reading:
            assert await reading.scalar(text("SELECT event_id FROM effect")) == event.id
            assert await reading.scalar(text("SELECT count(*) FROM parked")) == 0


async def _there(js: JetStreamContext) -> bool:
    """Whether the consumer asks for messages."""
    try:
        return bool((await js.consumer_info("jobs", "jobs-tally")).num_waiting)
    except NotFoundError:
        return False


async def test_a_copy_shows_the_newest_version_and_no_deleted_row(
    database: Database, rows: Rows
) -> None:
    events = []
    async with database.write() as session:
        events += [await grow(session, 1) for _ in range(3)]
        events.append(await drop(session, 1))
        events.append(await grow(session, 2))

    async def have(event: Event) -> None:
        async with database.write() as session:
            await SHOWN.handler(event, session)

    await have(events[1])
    await have(events[0])
    assert await rows("SELECT id, version FROM shown") == [(1, 2)]
    await have(events[3])
    await have(events[2])  # late, after the deletion
    await have(events[4])
    assert await rows("SELECT id, version FROM shown") == [(2, 1)]
    assert await rows("SELECT aggregate, version, deleted FROM copy_version ORDER BY 1") == [
        ("counter:1", 4, True),
        ("counter:2", 1, False),
    ]


async def test_two_events_of_one_aggregate_at_the_same_time_leave_the_newer(
    database: Database,
) -> None:
    async with database.write() as session:
        older, newer = await grow(session, 1), await grow(session, 1)
    async with database.write() as first:
        assert await versions.newer(first, "copy", newer)
        second = asyncio.create_task(_newer(database, older))
        done, _ = await asyncio.wait([second], timeout=0.2)
        assert not done  # waits for the row of the first
    assert await second is False


async def _newer(database: Database, event: Event) -> bool:
    async with database.write() as session:
        return await versions.newer(session, "copy", event)


async def test_a_slow_handler_keeps_its_message(
    working: Any, database: Database, rows: Rows
) -> None:
    """Work that takes longer than ack_wait is not given to anybody else meanwhile."""
    begun = 0

    async def slowly(event: Event, session: WriteSession) -> None:
        nonlocal begun
        begun += 1
        await asyncio.sleep(1.2)
        await TALLY.handler(event, session)

    async with working(consuming(replace(TALLY, handler=slowly, ack_wait=0.6))):
        async with database.write() as session:
            await grow(session, 1)
        await until_settled(database)
    assert begun == 1
    assert await rows("SELECT version FROM effect") == [(1,)]


async def test_two_workers_share_the_work(working: Any, database: Database, rows: Rows) -> None:
    async with working(consuming(OVERTAKING)), working(consuming(OVERTAKING)):
        for _ in range(10):
            async with database.write() as session:
                for counter in range(4):
                    await grow(session, counter)
        await until_settled(database)
    had = await rows("SELECT counter_id, version FROM effect")
    assert len(had) == len(set(had)) == 40
