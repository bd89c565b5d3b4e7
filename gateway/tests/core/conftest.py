"""What the core is tested on: a server that misbehaves as told, and the app that ships."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

from gateway.app import create_app
from gateway.settings import Settings
from servicekit import log

type Behaviour = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]

DEAD = "http://127.0.0.1:9"


def response(
    body: bytes,
    *,
    status: str = "200 OK",
    media: str = "application/json",
    length: int | None = None,
    extra: str = "",
) -> bytes:
    """A whole HTTP answer; a wrong `length` makes it a cut-off one."""
    said = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {said}\r\n{extra}"
    return f"{head}\r\n".encode() + body


def _length(head: bytes) -> int:
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return int(found[1]) if found else 0


class FaultServer:
    """Answers each request with the next behaviour of `script`, and with the last one for ever."""

    def __init__(self) -> None:
        self.script: list[Behaviour] = []
        self.requests: list[str] = []
        self.bodies: list[bytes] = []
        self.port = 0
        self._hung: set[asyncio.Task[Any]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def headers(self, at: int = -1) -> dict[str, str]:
        lines = self.requests[at].split("\r\n")[1:]
        return {k.lower(): v for k, _, v in (line.partition(": ") for line in lines if line)}

    def says(self, *answers: bytes) -> None:
        """Send these bytes, one answer a request."""

        def send(answer: bytes) -> Behaviour:
            async def behave(_: bytes, writer: asyncio.StreamWriter) -> None:
                writer.write(answer)
                await writer.drain()

            return behave

        self.script = [send(answer) for answer in answers]

    def says_json(self, value: object) -> None:
        self.says(response(json.dumps(value).encode()))

    def says_only(self, path: str, value: object) -> None:
        """Answer with JSON what asks for addresses with `path` in them, and 404 all else."""

        async def behave(head: bytes, writer: asyncio.StreamWriter) -> None:
            known = path.encode() in head.split(b"\r\n")[0]
            writer.write(
                response(json.dumps(value).encode())
                if known
                else response(b"{}", status="404 Not Found")
            )
            await writer.drain()

        self.script = [behave]

    def hangs(self) -> None:
        """Take the request and never answer."""

        async def behave(_: bytes, __: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        self.script = [behave]

    def drips(self, body: bytes, pause: float) -> None:
        """Send a byte at a time: never silent for long, never done."""

        async def behave(_: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(response(b"", length=len(body)))
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(pause)

        self.script = [behave]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._hung.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head.decode("latin-1").rstrip("\r\n"))
                self.bodies.append(await reader.readexactly(_length(head)))
                behave = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                await behave(head, writer)
        except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            pass
        finally:
            self._hung.discard(task)
            writer.close()

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[FaultServer]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in list(self._hung):
                task.cancel()
            await asyncio.gather(*self._hung, return_exceptions=True)


@pytest_asyncio.fixture
async def faults() -> AsyncIterator[FaultServer]:
    """A server that misbehaves as told."""
    async with FaultServer().running() as server:
        yield server


def settings(**values: object) -> Settings:
    """Settings with every dependency away, and what is given."""
    away: dict[str, object] = {
        "environment": "test",
        "downloads_url": DEAD,
        "nats_url": "nats://127.0.0.1:9",
        "hsts": True,
        # Generous: what is tested is not how long Valkey takes on a busy machine.
        "valkey_timeout": 2.0,
    }
    return Settings.model_validate({**away, **values})


@contextlib.asynccontextmanager
async def visiting(app: Litestar, host: str = "site.test") -> AsyncIterator[httpx.AsyncClient]:
    """Run the app that ships as a server would, and give a client that visits it."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    transport = httpx.ASGITransport(app=cast("Any", app), client=("127.0.0.1", 50000))
    try:
        if task.done():
            await task
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            yield client
    finally:
        stop.set()
        await task


type Start = Callable[..., Awaitable[tuple[httpx.AsyncClient, Litestar]]]


@pytest_asyncio.fixture
async def start() -> AsyncIterator[Start]:
    """Start gateways: `client, app = await start(pages, **settings)`."""
    async with contextlib.AsyncExitStack() as stack:

        async def begin(pages: Any = None, **values: object) -> tuple[httpx.AsyncClient, Litestar]:
            given = settings(**values)
            app = create_app(given) if pages is None else create_app(given, pages)
            return await stack.enter_async_context(visiting(app)), app

        yield begin


@pytest.fixture(name="answer")
def _answer() -> Callable[..., bytes]:
    return response


@pytest.fixture(autouse=True, scope="session")
def _logs() -> None:
    """Log as the server does."""
    log.configure("gateway", form="json")
