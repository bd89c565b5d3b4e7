"""The worker within the app: starts, answers and writes without NATS, and tells how it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tally.app import grow, service, until_settled

from servicekit.database import Database
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


def _wipe(folder: Any) -> None:
    import shutil

    shutil.rmtree(folder / "jetstream")
