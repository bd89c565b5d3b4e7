"""A TCP proxy that can misbehave: in front of a service it plays each way of being ill."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from urllib.parse import urlsplit

#: well: passes everything. refuse: closes at once. hang: takes the request and never answers.
#: slow: answers 2 s late. The rest answer nonsense, whatever was asked.
type Mood = Literal["well", "refuse", "hang", "slow", "error", "truncated", "html", "huge", "noise"]

_HEAD = "HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n\r\n"


class Proxy:
    """One proxy; change `mood` at any time. Connections that are open are cut by the change."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._mood: Mood = "well"
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mood(self) -> Mood:
        """How it behaves."""
        return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        self._mood = mood
        for writer in self._open:
            writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        """Listen for the length of the block."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.mood = "refuse"
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if self._mood in {"well", "slow"}:
                await self._pass(reader, writer)
            elif self._mood == "hang":
                while await reader.read(65536):
                    pass
            elif self._mood != "refuse":
                await reader.readuntil(b"\r\n\r\n")
                await self._nonsense(writer)
        self._open.discard(writer)
        writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        self._open.add(back)

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                if self._mood == "slow" and source is there:
                    await asyncio.sleep(2)
                sink.write(data)
                await sink.drain()
            sink.close()

        try:
            await asyncio.gather(pump(reader, back), pump(there, writer))
        finally:
            self._open.discard(back)
            back.close()

    async def _nonsense(self, writer: asyncio.StreamWriter) -> None:
        status, kind, body, length = "200 OK", "application/json", b"", None
        match self._mood:
            case "error":
                status, body = "500 Internal Server Error", b'{"boom": true}'
            case "truncated":
                body, length = b'{"items": [{"id": 1, "na', 4096
            case "html":
                kind, body = "text/html", b"<!doctype html><title>not what you asked for</title>"
            case "huge":
                body = b"[" + b"1," * 5_000_000 + b"1]"
            case _:
                body = b'{"items": "nonsense", "total": "x"'
        head = _HEAD.format(status=status, type=kind, length=length or len(body))
        writer.write(head.encode() + body)
        await writer.drain()
