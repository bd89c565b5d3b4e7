"""Running the app that ships inside of a test, and looking at what it wrote."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
from litestar import Litestar
from sqlalchemy import text

from servicekit.database import Database


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


class Ledger:
    """Tells what was written since a moment, and in how many transactions.

    Rows carry the id of the transaction that wrote them last; what was deleted is not seen.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since = 0

    async def begin(self) -> None:
        """Look at what is written from now on."""
        self._since = int(await self._one("SELECT pg_current_xact_id()::text"))

    async def audited(self) -> int:
        """Return how many entries the audit trail got."""
        statement = f"SELECT count(*) FROM audit WHERE xmin::text::bigint > {self._since}"  # noqa: S608 - a number
        return int(await self._one(statement))

    async def transactions(self) -> dict[str, set[str]]:
        """Return the transactions that wrote to each table, of tables that were written to."""
        async with self._database.engine.connect() as connection:
            names = (
                await connection.scalars(
                    text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                )
            ).all()
            found = {}
            for name in names:
                statement = (
                    f'SELECT DISTINCT xmin::text FROM "{name}" '  # noqa: S608 - a table
                    f"WHERE xmin::text::bigint > {self._since}"
                )
                if ids := set(await connection.scalars(text(statement))):
                    found[name] = ids
            return found

    async def _one(self, statement: str) -> Any:  # noqa: ANN401 - what a statement answers
        async with self._database.engine.begin() as connection:
            return (await connection.execute(text(statement))).scalar_one()
