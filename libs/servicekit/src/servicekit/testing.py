"""Running the app that ships inside of a test, and looking at what it wrote."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, cast

import httpx
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

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


class Api:
    """Calls a service's app in this process, as somebody.

    Args:
        client: Of the app (`client_of`).
        token: Signs tokens: the fixture `issue_token`.
        service: Whom the tokens are for.
        permissions: What the caller of `post`, `put` and `delete` holds.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        token: Callable[..., str],
        *,
        service: str,
        permissions: Sequence[str],
    ) -> None:
        self.client = client
        self.token = token
        self.service = service
        self.permissions = tuple(permissions)

    async def call(
        self,
        method: str,
        path: str,
        *,
        as_: Sequence[str] | None = None,
        match: int | str | None = None,
        headers: dict[str, str] | None = None,
        **kwargs: Any,  # noqa: ANN401 - what httpx takes
    ) -> httpx.Response:
        """Call as the holder of some permissions; `as_=None` is nobody.

        `match` is the version that If-Match asks for, or its whole text.
        """
        sent = dict(headers or {})
        if as_ is not None:
            token = self.token(self.service, permissions=as_, subject="user:7")
            sent["Authorization"] = f"Bearer {token}"
        if match is not None:
            sent["If-Match"] = match if isinstance(match, str) else f'"{match}"'
        return await self.client.request(method, path, headers=sent, **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:  # noqa: ANN401 - as above
        """Read as nobody, unless `as_` is given."""
        return await self.call("GET", path, **kwargs)

    async def post(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:  # noqa: ANN401 - as above
        """Send `body` as somebody who may do everything, unless `as_` is given."""
        return await self.call("POST", path, **{"as_": self.permissions, "json": body, **kwargs})

    async def put(
        self,
        path: str,
        body: Any,  # noqa: ANN401 - as above
        match: int | str | None = "*",
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> httpx.Response:
        """Replace by `body`, of whatever version, as somebody who may do everything."""
        sent = {"as_": self.permissions, "json": body, "match": match, **kwargs}
        return await self.call("PUT", path, **sent)

    async def delete(self, path: str, **kwargs: Any) -> httpx.Response:  # noqa: ANN401 - as above
        """Delete as somebody who may do everything, unless `as_` is given."""
        return await self.call("DELETE", path, **{"as_": self.permissions, **kwargs})

    async def read(self, path: str, *, status: int = 200, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """Return what a read answers; AssertionError where its status is another."""
        answer = await self.get(path, **kwargs)
        assert answer.status_code == status, answer.text  # noqa: S101 - for tests
        return answer.json()

    async def made(self, path: str, body: dict[str, Any], **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """Return what was made of `body`; AssertionError where it was not."""
        answer = await self.post(path, body, **kwargs)
        assert answer.status_code == 201, answer.text  # noqa: S101 - for tests
        return answer.json()


class Rows:
    """Looks into a service's database past the service."""

    def __init__(self, database: Database, *, context: str) -> None:
        self.database = database
        self._prefix = f"{context}."

    async def all(self, statement: str, **values: Any) -> list[RowMapping]:  # noqa: ANN401 - of columns
        """Return the rows of a statement."""
        async with self.database.engine.connect() as connection:
            return list((await connection.execute(text(statement), values)).mappings())

    async def one(self, statement: str, **values: Any) -> Any:  # noqa: ANN401 - of columns
        """Return the one value of a statement."""
        async with self.database.engine.connect() as connection:
            return (await connection.execute(text(statement), values)).scalar_one()

    async def do(self, statement: str, **values: Any) -> None:  # noqa: ANN401 - of columns
        """Change something past the service's rules."""
        async with self.database.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def events(self, after: int = 0) -> list[RowMapping]:
        """Return what was recorded to be published after a place in the outbox, in order."""
        return await self.all(
            "SELECT sequence, subject, aggregate_type, aggregate_id, aggregate_version, "
            "traceparent, event::jsonb AS event, event::jsonb -> 'data' AS data "
            "FROM outbox WHERE sequence > :after ORDER BY sequence",
            after=after,
        )

    async def told(self, after: int = 0) -> list[tuple[str, str, int]]:
        """Return subject without context, aggregate id and version of each event."""
        return [
            (
                row["subject"].removeprefix(self._prefix),
                row["aggregate_id"],
                row["aggregate_version"],
            )
            for row in await self.events(after)
        ]

    async def last(self) -> int:
        """Return the place of the last event."""
        found: int = await self.one("SELECT coalesce(max(sequence), 0) FROM outbox")
        return found

    async def audit(self) -> list[RowMapping]:
        """Return the audit trail, oldest first."""
        return await self.all("SELECT * FROM audit ORDER BY id")


class Kept[S]:
    """The app of a test, kept running for the tests after it that want the same settings.

    Making an app and migrating a database for it takes far longer than most tests do. What a test
    finds is as new all the same: no rows, and keys that begin at 1. All that use it must share one
    event loop, for connections belong to the loop they were opened in.
    """

    def __init__(self, create: Callable[[S], Litestar]) -> None:
        self._create = create
        self._settings: S | None = None
        self._app: Litestar | None = None
        self._stack = contextlib.AsyncExitStack()

    async def app(self, settings: S) -> Litestar:
        """Return the app with these settings, started, on a database without rows."""
        if self._app is None or settings != self._settings:
            await self.close()
            self._app = await self._stack.enter_async_context(started(self._create(settings)))
            self._settings = settings
        await emptied(self._app.state.runtime.database)
        return self._app

    async def close(self) -> None:
        """Stop the app that runs, if one does."""
        self._app = None
        await self._stack.aclose()


async def emptied(database: Database) -> None:
    """Take all rows out of a database, and begin its sequences anew."""
    async with database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        await connection.execute(text(_EMPTY))


_EMPTY = """
DO $$
DECLARE
    name text;
    filled boolean;
    names text[] := '{}';
BEGIN
    FOR name IN
        SELECT format('%I', tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
        IF filled THEN names := names || name; END IF;
    END LOOP;
    IF names <> '{}' THEN
        EXECUTE 'TRUNCATE ' || array_to_string(names, ', ') || ' CASCADE';
    END IF;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""
