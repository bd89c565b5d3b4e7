"""The worker within the app: starts, answers and writes without NATS, and tells how it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import structlog
from faststream.nats import NatsMessage
from nats.js import JetStreamContext
from tally.app import TALLY, grow, service, until_settled

from servicekit.database import Database
from servicekit.messaging import topology, wire
from servicekit.messaging.wire import subscribe
from servicekit.testing import client_of

type Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]


async def test_writes_need_no_nats_and_catch_up_when_it_is_there(
    working: Any, rows: Rows, private_nats: Any, until: Any
) -> None:
    server = await asyncio.to_thread(private_nats)
    await asyncio.to_thread(server.kill)
    async with working(service, nats_url=server.url) as app, client_of(app) as client:
        database: Database = app.state.runtime.database
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        for _ in range(3):
            async with database.write() as session:
                await grow(session, 1)
        assert await rows("SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(3,)]

        async def depth() -> bool:
            return "outbox_depth 3.0" in (await client.get("/metrics")).text

        await until(depth)
        await asyncio.to_thread(server.start)
        await asyncio.wait_for(until_settled(database), 20)
        metrics = (await client.get("/metrics")).text
        assert "bus_ready 1.0" in metrics
        assert "relay_leads 1.0" in metrics
        assert "consumer_deliveries_done 3.0" in metrics
    assert await rows("SELECT version FROM effect ORDER BY id") == [(1,), (2,), (3,)]


async def test_a_worker_without_http_is_not_ready_without_nats(
    working: Any, free_port: Callable[[], int]
) -> None:
    url = f"nats://127.0.0.1:{free_port()}"
    async with working(service, role="worker", nats_url=url) as app, client_of(app) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["messages"] != "ok"


async def test_a_web_process_publishes_nothing(
    working: Any, database: Database, rows: Rows, make_bus: Any
) -> None:
    async with working(service, role="web"):
        async with database.write() as session:
            await grow(session, 1)
        bus = await make_bus()
        assert (await bus.connection.jetstream().stream_info("jobs")).state.messages == 0
    assert await rows("SELECT published_at FROM outbox") == [(None,)]


async def test_the_whole_store_is_wiped_and_everything_comes_back(
    working: Any, rows: Rows, private_nats: Any
) -> None:
    server = await asyncio.to_thread(private_nats)
    async with working(service, nats_url=server.url) as app:
        database: Database = app.state.runtime.database
        for counter in (1, 2):
            async with database.write() as session:
                await grow(session, counter)
        await until_settled(database)
        # Told, but its effect is lost with the message: as if the consumer had been down.
        await rows("DELETE FROM inbox")
        await rows("DELETE FROM effect")
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(_wipe, server.data_dir)
        async with database.write() as session:
            await grow(session, 1)
        await asyncio.to_thread(server.start)
        await asyncio.wait_for(until_settled(database), 30)
    assert sorted(await rows("SELECT counter_id, version FROM effect")) == [(1, 1), (1, 2), (2, 1)]


@pytest.mark.parametrize("trouble", ["nats is away", "the durable is missing"])
async def test_asking_for_messages_does_not_spin(
    trouble: str, make_bus: Any, private_nats: Any, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    """FastStream asks again at once whatever the answer; thousands of times a second otherwise."""
    asked = 0
    fetch = JetStreamContext.PullSubscription.fetch

    async def counting(self: Any, *args: Any, **more: Any) -> Any:
        nonlocal asked
        asked += 1
        return await fetch(self, *args, **more)

    monkeypatch.setattr(JetStreamContext.PullSubscription, "fetch", counting)
    server = await asyncio.to_thread(private_nats)
    durable = topology.consumer_durable(TALLY)
    needs = replace(topology.of_contexts(["jobs"]), durables=(durable,))
    had: list[bytes] = []

    async def have(message: NatsMessage) -> None:
        had.append(message.body)
        await message.ack()

    bus = await make_bus(needs, url=server.url, declare=lambda bus: subscribe(bus, durable, have))
    await until(lambda: asked)
    if trouble == "nats is away":
        await asyncio.to_thread(server.kill)
        await until(lambda: not bus.ready)
    else:
        await bus.connection.jetstream().delete_consumer("jobs", "jobs-tally")
    before = asked
    await asyncio.sleep(1)
    assert asked - before < 20
    if trouble == "nats is away":
        await asyncio.to_thread(server.start)
    await until(lambda: bus.ready)
    await bus.publish("jobs.counter.grown", b"hello", stream="jobs", headers={})
    await until(lambda: had == [b"hello"], timeout=20)


async def test_a_handler_that_cannot_answer_is_told_and_asked_again(
    make_bus: Any, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    monkeypatch.setattr(wire, "_AGAIN", 0.05)
    durable = topology.consumer_durable(TALLY)
    needs = replace(topology.of_contexts(["jobs"]), durables=(durable,))
    tries = 0

    async def fail_once(message: NatsMessage) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("no answer")
        await message.ack()

    bus = await make_bus(needs, declare=lambda bus: subscribe(bus, durable, fail_once))
    with structlog.testing.capture_logs() as logs:
        await bus.publish("jobs.counter.grown", b"hello", stream="jobs", headers={})
        await until(lambda: tries == 2)
    assert [line["durable"] for line in logs if line["log_level"] == "error"] == ["jobs-tally"]


def _wipe(folder: Any) -> None:
    import shutil

    shutil.rmtree(folder / "jetstream")
