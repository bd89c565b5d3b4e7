"""The served process: real sockets, real signals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

OPEN = """SELECT count(*)::int FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND state LIKE 'idle in transaction%'"""
CONNECTED = """SELECT count(*)::int FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = 'notes.web'"""


class Served:
    """A process that serves notes."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"

    async def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 30)


@pytest.fixture
async def serve(
    database_url: str, jwks: str, free_port: Callable[[], int], service_path: str, tmp_path: Path
) -> AsyncIterator[Callable[..., Any]]:
    """Start `python -m notes serve` and wait until it is ready."""
    running: list[Served] = []

    async def start(*, until: str | None = "readyz", **settings: str) -> Served:
        port = free_port()
        environment = {
            **os.environ,
            "PYTHONPATH": service_path,
            "PYTHONWARNINGS": "error",
            "PYDOTORG_ENVIRONMENT": "test",
            "PYDOTORG_ROLE": "web",
            "PYDOTORG_DATABASE_URL": database_url,
            "PYDOTORG_JWKS": jwks,
            "PYDOTORG_PORT": str(port),
            **{f"PYDOTORG_{name.upper()}": value for name, value in settings.items()},
        }
        log = tmp_path / f"log-{port}"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "notes", "serve", env=environment, stdout=out, stderr=out
            )
        served = Served(process, port, log)
        running.append(served)
        if until:
            async with httpx.AsyncClient() as client:
                while True:
                    assert process.returncode is None, log.read_text()
                    with contextlib.suppress(httpx.TransportError):
                        if (await client.get(f"{served.url}/{until}")).status_code == 200:
                            break
                    await asyncio.sleep(0.05)
        return served

    yield start
    for served in running:
        if served.process.returncode is None:
            served.process.kill()
            await served.process.wait()


async def ask(url: str, query: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


async def send(port: int, data: bytes) -> bytes:
    """Send raw bytes and return what comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    answer = b""
    with contextlib.suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_without_losing_a_request(
    serve: Callable[..., Any], database_url: str, number: int
) -> None:
    served = await serve(drain_delay="0.5")
    async with httpx.AsyncClient(base_url=served.url, timeout=20) as client:
        slow = asyncio.ensure_future(client.post("/wrong/sleep?seconds=1.5"))
        active = "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
        while not await ask(database_url, active + " AND state = 'active'"):
            pass
        stopping = asyncio.ensure_future(served.stop(number))
        # While it drains it says that it does not want more, and still answers.
        while (await client.get("/readyz")).status_code != 503:
            pass
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/notes")).status_code == 200
        assert (await slow).status_code == 201
        assert await stopping == 0, served.log.read_text()
    assert await ask(database_url, "SELECT count(*)::int FROM note") == 1
    assert await ask(database_url, CONNECTED) == 0


async def test_a_request_that_outlives_the_grace_is_rolled_back(
    serve: Callable[..., Any], database_url: str
) -> None:
    served = await serve(shutdown_grace="1")
    async with httpx.AsyncClient(base_url=served.url, timeout=20) as client:
        endless = asyncio.ensure_future(client.post("/wrong/sleep?seconds=8"))
        active = "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
        while not await ask(database_url, active + " AND state = 'active'"):
            pass
        assert await served.stop() == 0, served.log.read_text()
        await asyncio.gather(endless, return_exceptions=True)
    assert await ask(database_url, "SELECT count(*)::int FROM note") == 0
    assert "never awaited" not in served.log.read_text()
    assert "never retrieved" not in served.log.read_text()


async def test_clients_that_go_away_leave_nothing_open(
    serve: Callable[..., Any], database_url: str, until: Callable[..., Any]
) -> None:
    served = await serve(pool_size="4", pool_overflow="0")

    async def leave() -> None:
        _reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(
            b"POST /wrong/sleep?seconds=0.05 HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"
        )
        await writer.drain()
        writer.transport.abort()

    await asyncio.gather(*(leave() for _ in range(60)))
    async with httpx.AsyncClient(base_url=served.url, timeout=20) as client:

        async def all_back() -> bool:
            return "db_pool_in_use 0.0" in (await client.get("/metrics")).text

        await until(all_back, timeout=30)
        assert await ask(database_url, OPEN) == 0
        assert (await client.get("/notes")).status_code == 200, served.log.read_text()


async def test_hostile_bytes_never_make_a_5xx(serve: Callable[..., Any]) -> None:
    served = await serve()
    heads = [
        b"GET /notes/%00 HTTP/1.1",
        b"GET /notes?title=%00 HTTP/1.1",
        b"GET /notes?title=%ff%fe HTTP/1.1",
        b"GET /notes?title=\xff HTTP/1.1",
        b"GET /\xff\xfe HTTP/1.1",
        b"GET /%c0%af HTTP/1.1",
        b"GET /notes?limit=" + b"9" * 3000 + b" HTTP/1.1",
        b"GET /" + b"a" * 60_000 + b" HTTP/1.1",
        b"GET /notes?" + b"a=b&" * 10_000 + b" HTTP/1.1",
        b"GET notes HTTP/1.1",
        b"GET http://elsewhere/notes HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"PROPFIND /notes HTTP/1.1",
        b"get /notes HTTP/1.1",
        b"\x00\x01\x02",
        b"GET /notes HTTP/9.9",
    ]
    for head in heads:
        answer = await send(served.port, head + b"\r\nhost: x\r\nconnection: close\r\n\r\n")
        status = answer.partition(b"\r\n")[0].split(b" ")
        # A connection that is closed without an answer is a refusal, too.
        assert answer == b"" or status[1][:1] in {b"2", b"4"}, (head[:40], answer[:200])
    odd = [
        (b"traceparent", b"\xff\xff"),
        (b"if-match", b"\xff"),
        (b"authorization", b"Bearer \xff.\xff.\xff"),
        (b"idempotency-key", b"\xff"),
        (b"content-type", b"\xff"),
        (b"content-length", b"-1"),
        (b"host", b"\xff"),
        (b"accept", b"a" * 10_000),
        (b"range", b"bytes=9-1"),
        (b"cookie", b"=;=\xff"),
    ]
    for name, value in odd:
        head = b"GET /notes HTTP/1.1\r\nconnection: close\r\n" + name + b": " + value
        answer = await send(served.port, head + b"\r\n\r\n")
        assert answer == b"" or answer.split(b" ")[1][:1] in {b"2", b"4"}, (name, answer[:200])
    async with httpx.AsyncClient(base_url=served.url) as client:
        assert (await client.get("/notes")).status_code == 200
    assert "Traceback" not in served.log.read_text()


async def test_a_port_that_is_taken_is_an_error(serve: Callable[..., Any]) -> None:
    first = await serve()
    second = await serve(until=None, port=str(first.port))
    assert await asyncio.wait_for(second.process.wait(), 30) == 3
    assert "address already in use" in second.log.read_text()


async def test_it_starts_without_its_database_and_recovers_by_itself(
    serve: Callable[..., Any], private_postgres: Callable[[], Any], until: Callable[..., Any]
) -> None:
    server = private_postgres()
    server.kill()
    served = await serve(until="livez", database_url=server.admin_url)
    async with httpx.AsyncClient(base_url=served.url, timeout=20) as client:
        for _ in range(2):
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/livez")).status_code == 200
            answer = await client.get("/notes")
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            server.start()

            async def back() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await until(back, timeout=30)
            assert "db_pool_in_use 0.0" in (await client.get("/metrics")).text
            server.kill()

            async def away() -> bool:
                return (await client.get("/readyz")).status_code == 503

            await until(away, timeout=30)
