"""A read ends when its caller stops waiting; a write does not."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from litestar.types import ASGIApp, Receive, Scope, Send

from servicekit.edge import Edge
from servicekit.metrics import Metrics


def slow(done: list[str]) -> ASGIApp:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await asyncio.sleep(0.5)
        done.append("done")
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return app


@pytest.mark.parametrize(
    ("method", "header", "status"),
    [
        ("GET", "30", 503),
        ("HEAD", "30", 503),
        ("GET", "60000", 204),
        ("GET", "soon", 204),
        ("POST", "30", 204),
    ],
)
async def test_the_deadline_of_the_caller(method: str, header: str, status: int) -> None:
    done: list[str] = []
    transport = httpx.ASGITransport(app=Edge(slow(done), Metrics("test")))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.request(method, "/", headers={"X-Deadline-Ms": header})
    assert answer.status_code == status
    assert done == ([] if status == 503 else ["done"])
    if status == 503:
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["content-type"] == "application/problem+json"
