"""The counting service on a database and a NATS server of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

SERVICE = str(Path(__file__).parent / "service")
if SERVICE not in sys.path:
    sys.path.insert(0, SERVICE)

if TYPE_CHECKING:
    from servicekit.database import Database
    from servicekit.messaging.bus import Bus
    from servicekit.messaging.topology import Topology
    from servicekit.service import Service
    from servicekit.settings import ServiceSettings


async def migrate_tally(url: str) -> None:
    """Make the tables of the counting service."""
    from tally.app import service

    from servicekit import migrations

    await migrations.upgrade(service, url)


@pytest.fixture
def database_url(database_factory: Callable[..., str]) -> str:
    return database_factory("jobs", migrate_tally)


@pytest.fixture
def make_settings(database_url: str, nats_url: str, jwks: str) -> Callable[..., ServiceSettings]:
    from servicekit.settings import ServiceSettings

    def make(**changes: Any) -> ServiceSettings:
        given = {
            "environment": "test",
            "database_url": database_url,
            "nats_url": nats_url,
            "jwks": jwks,
            **changes,
        }
        return ServiceSettings(**given)

    return make


@pytest.fixture
async def database(make_settings: Callable[..., ServiceSettings]) -> AsyncIterator[Database]:
    from servicekit.database import Database

    made = Database(make_settings(), application="test")
    yield made
    await made.dispose()


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[Callable[..., Awaitable[list[tuple[Any, ...]]]]]:
    """Ask the database directly: `await rows("SELECT …")`."""
    connections: list[asyncpg.Connection[Any]] = []

    async def ask(query: str, *arguments: object) -> list[tuple[Any, ...]]:
        if not connections or connections[0].is_closed():
            connections[:] = [await asyncpg.connect(database_url)]
        return [tuple(row) for row in await connections[0].fetch(query, *arguments)]

    yield ask
    for connection in connections:
        await connection.close()


@pytest.fixture
async def make_bus(nats_url: str) -> AsyncIterator[Callable[..., Awaitable[Bus]]]:
    """Start buses that live as long as the test."""
    from servicekit.messaging import topology
    from servicekit.messaging.bus import Bus

    async with contextlib.AsyncExitStack() as stack:

        async def make(
            needs: Topology | None = None,
            *,
            url: str = nats_url,
            declare: Callable[[Bus], None] = lambda _: None,
            ready: bool = True,
        ) -> Bus:
            bus = Bus(url, name="test", needs=needs or topology.of_contexts(["jobs"]))
            declare(bus)
            await stack.enter_async_context(bus.running())
            if ready:
                async with asyncio.timeout(20):
                    await bus.wait_ready()
            return bus

        yield make


@pytest.fixture
async def relaying(database_url: str) -> AsyncIterator[Callable[..., Any]]:
    """Start relays that live as long as the test."""
    from servicekit.relay import Relay

    tasks: list[asyncio.Task[None]] = []

    def start(bus: Bus, **more: Any) -> Relay:
        relay = Relay(database_url, bus, context="jobs", **more)
        tasks.append(asyncio.create_task(relay.run()))
        return relay

    yield start
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


@pytest.fixture
def working(make_settings: Callable[..., ServiceSettings]) -> Callable[..., Any]:
    """Run the app of a service with its worker: `async with working(service) as app`."""
    from servicekit.app import create_service
    from servicekit.testing import started

    def work(service: Service, **settings: Any) -> Any:
        return started(create_service(service, make_settings(**settings)))

    return work


class Children:
    """Children that may be killed (tally.__main__)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    async def live(self, **life: Any) -> int:
        """Have one child live; returns its exit code, -9 where it was killed."""
        return await asyncio.to_thread(self._live, json.dumps(life))

    def _live(self, life: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{life}\n")
        self._process.stdin.flush()
        return int(json.loads(self._process.stdout.readline())["code"])


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    with subprocess.Popen(
        [sys.executable, "-m", "tally"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": SERVICE},
    ) as process:
        yield Children(process)
        assert process.stdin is not None
        process.stdin.close()
