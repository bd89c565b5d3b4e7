"""Running the app that ships inside of a test, on the test's own event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
from litestar import Litestar


@contextlib.asynccontextmanager
async def started(app: Litestar) -> AsyncIterator[Litestar]:
    """Run the app's lifespan for the length of the block; raises what the start raised.

    The lifespan has a task of its own: it must end in the task it began in, and a fixture's
    parts before and after its yield may be two.
    """
    up, down = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            up.set()
            await down.wait()

    task = asyncio.create_task(live(), name="lifespan")
    waiting = asyncio.ensure_future(up.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield app
    finally:
        waiting.cancel()
        down.set()
        await task


def client_of(app: Litestar, *, host: str = "service") -> httpx.AsyncClient:
    """Return a client that calls the app directly; an unhandled error is a 500, as on a port."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(
            # Litestar types the same protocol more narrowly.
            app=cast("Any", app),
            raise_app_exceptions=False,
        ),
        base_url=f"http://{host}",
    )
