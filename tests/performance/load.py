"""Load from one process, and what it cost the server that took it."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Of one request: processor time of the server in µs, and answers a second."""

    cpu: float
    rate: float


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


async def load(
    address: str, pid: int, *, requests: int, connections: int = 8, header: str = ""
) -> Cost:
    """Ask `requests` times over kept-alive connections; every answer must be 200.

    `header` is one more line of each request.

    The client is as plain as can be: on few cores it must not be what is measured.
    """
    parts = urlsplit(address)
    more = f"{header}\r\n" if header else ""
    line = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Accept-Encoding: gzip, br\r\nUser-Agent: bench\r\n{more}\r\n"
    ).encode()

    async def client(count: int) -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        for _ in range(count):
            writer.write(line)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head[:200]
            lower = head.lower()
            at = lower.index(b"content-length:") + 15
            await reader.readexactly(int(lower[at : lower.index(b"\r", at)]))
        writer.close()

    before, began = cpu_seconds(pid), time.perf_counter()
    await asyncio.gather(*(client(requests // connections) for _ in range(connections)))
    seconds = time.perf_counter() - began
    done = requests // connections * connections
    return Cost((cpu_seconds(pid) - before) / done * 1e6, done / seconds)
