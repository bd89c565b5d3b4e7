"""A unit of work is committed before its answer exists, or it never happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InvalidRequestError, StatementError

from servicekit.app import create_service
from servicekit.database import Database, finish
from servicekit.service import Service
from servicekit.settings import ServiceSettings
from servicekit.testing import client_of, started

if TYPE_CHECKING:
    from notes.routes import Waits


async def rows(url: str, query: str = "SELECT title FROM note ORDER BY id") -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()


def in_use(app: Litestar) -> int:
    return int(app.state.runtime.database.engine.pool.checkedout())


OPEN = """SELECT count(*)::int FROM pg_stat_activity
          WHERE datname = current_database() AND state LIKE 'idle in transaction%'"""


async def test_what_was_answered_is_in_the_database(
    client: httpx.AsyncClient, allowed: dict[str, str], database_url: str
) -> None:
    seen: list[list[Any]] = []

    async def look(message: Any) -> None:
        if message["type"] == "http.response.start":
            seen.append(await rows(database_url))

    app = client._transport.app  # type: ignore[attr-defined]

    async def spying(scope: Any, receive: Any, send: Any) -> None:
        async def spy(message: Any) -> None:
            await look(message)
            await send(message)

        await app(scope, receive, spy)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=spying), base_url="http://notes"
    ) as spied:
        answer = await spied.post("/notes", json={"title": "a"}, headers=allowed)
    assert answer.status_code == 201
    assert seen == [["a"]], "the row is committed when the first byte of the answer is sent"


async def test_a_commit_that_fails_is_an_error(
    client: httpx.AsyncClient, allowed: dict[str, str], database_url: str, app: Litestar
) -> None:
    first = await client.post("/notes", json={"title": "a", "place": 7}, headers=allowed)
    assert first.status_code == 201
    # The constraint is deferred: the INSERT succeeds, the COMMIT does not.
    second = await client.post("/notes", json={"title": "b", "place": 7}, headers=allowed)
    assert second.status_code == 409, second.text
    assert second.json()["errors"][0]["loc"] == ["body", "place"]
    assert second.json()["errors"][0]["code"] == "unique"
    assert await rows(database_url) == ["a"]
    assert in_use(app) == 0


async def test_a_commit_fails_beside_another_session(
    client: httpx.AsyncClient, database_url: str, app: Litestar
) -> None:
    # Litestar ends two generator dependencies in a task group, which wraps the error.
    answer = await client.post("/wrong/both")
    assert answer.status_code == 409, answer.text
    assert answer.json()["errors"][0]["loc"] == ["body", "place"]
    assert await rows(database_url) == []
    assert in_use(app) == 0


@pytest.mark.parametrize(("path", "status"), [("/wrong/raise", 409), ("/wrong/crash", 500)])
async def test_a_handler_that_raises_rolls_back(
    client: httpx.AsyncClient, database_url: str, app: Litestar, path: str, status: int
) -> None:
    answer = await client.post(path)
    assert answer.status_code == status
    assert "secret detail" not in answer.text
    assert await rows(database_url) == []
    assert await rows(database_url, OPEN) == [0]
    assert in_use(app) == 0


async def test_a_read_session_cannot_write(
    client: httpx.AsyncClient, database_url: str, app: Litestar
) -> None:
    answer = await client.get("/wrong/write-in-read")
    assert answer.status_code == 500
    assert await rows(database_url) == []
    assert in_use(app) == 0


async def test_postgresql_refuses_to_write_in_a_read_session(app: Litestar) -> None:
    database: Database = app.state.runtime.database
    async with database.read() as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text("INSERT INTO shelf (name, slug) VALUES ('a', 'a')"))
    assert caught.value.driver_exception.sqlstate == "25006"  # type: ignore[attr-defined]


async def test_a_connection_that_read_can_write_again(make_settings: Callable[..., Any]) -> None:
    database = Database(make_settings(pool_size=1, pool_overflow=0), application="test")
    try:
        async with database.read() as session:
            assert await session.scalar(text("SHOW transaction_read_only")) == "on"
            assert await session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        async with database.write() as session:
            assert await session.scalar(text("SHOW transaction_read_only")) == "off"
            assert await session.scalar(text("SHOW transaction_isolation")) == "read committed"
            await session.execute(text("INSERT INTO shelf (name, slug) VALUES ('a', 'a')"))
        async with database.read() as session:
            assert await session.scalar(text("SELECT count(*) FROM shelf")) == 1
    finally:
        await database.dispose()


async def test_a_list_and_its_count_are_one_snapshot(app: Litestar) -> None:
    database: Database = app.state.runtime.database
    async with database.read() as reader:
        before = await reader.scalar(text("SELECT count(*) FROM shelf"))
        async with database.write() as writer:
            await writer.execute(text("INSERT INTO shelf (name, slug) VALUES ('a', 'a')"))
        assert await reader.scalar(text("SELECT count(*) FROM shelf")) == before


async def test_a_cancelled_request_gives_its_connection_back(
    client: httpx.AsyncClient, app: Litestar, waits: Waits, database_url: str
) -> None:
    request = asyncio.ensure_future(client.post("/wrong/hang"))
    await asyncio.wait_for(waits.reached.wait(), 10)
    assert in_use(app) == 1
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert in_use(app) == 0
    assert await rows(database_url, OPEN) == [0]
    assert await rows(database_url) == []


async def test_a_request_cancelled_inside_of_a_statement_gives_its_connection_back(
    client: httpx.AsyncClient, app: Litestar, database_url: str, until: Callable[..., Any]
) -> None:
    asleep = "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
    requests = [asyncio.ensure_future(client.post("/wrong/sleep")) for _ in range(5)]

    async def all_asleep() -> bool:
        return await rows(database_url, asleep + " AND state = 'active'") == [5]

    await until(all_asleep, timeout=20)
    for request in requests:
        request.cancel()
    ended = await asyncio.gather(*requests, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended)
    assert in_use(app) == 0

    async def nothing_open() -> bool:
        return await rows(database_url, OPEN) == [0]

    await until(nothing_open, timeout=20)
    assert await rows(database_url) == []
    assert (await client.get("/notes")).status_code == 200


async def test_a_dependency_that_fails_leaves_no_connection_behind(
    client: httpx.AsyncClient, app: Litestar, database_url: str
) -> None:
    for _ in range(30):  # twice the pool and its overflow
        assert (await client.get("/notes/1/found")).status_code == 404
        # Litestar never ends the generator of read_session here: `window` fails beside it.
        assert (await client.get("/notes?limit=x")).status_code == 400
        assert in_use(app) == 0
    assert await rows(database_url, OPEN) == [0]


async def test_finish_ends_the_work_before_it_lets_a_cancellation_through() -> None:
    steps: list[str] = []
    started, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()
        await go_on.wait()
        steps.append("committed")

    async def caller() -> None:
        try:
            await finish(work())
        finally:
            steps.append("left")

    task = asyncio.ensure_future(caller())
    await started.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["committed", "left"]


async def test_finish_raises_what_the_work_raised() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await finish(work())


async def test_a_rehearsal_checks_like_a_commit_and_keeps_nothing(
    app: Litestar, database_url: str
) -> None:
    from notes.models import Note

    database: Database = app.state.runtime.database
    async with database.rehearse() as session:
        session.add(Note(title="tried"))
    assert await rows(database_url) == []
    with pytest.raises(DBAPIError):
        async with database.rehearse() as session:
            session.add_all([Note(title="a", place=1), Note(title="b", place=1)])
    assert await rows(database_url) == []


async def test_relations_are_never_loaded_by_themselves(
    client: httpx.AsyncClient, app: Litestar
) -> None:
    from notes.models import Shelf

    async with app.state.runtime.database.write() as session:
        session.add(Shelf(name="a", slug="a"))
        await session.flush()
        with pytest.raises((InvalidRequestError, StatementError)):
            _ = (await session.get_one(Shelf, 1, populate_existing=True)).notes
    assert (await client.get("/wrong/lazy")).status_code == 500


async def test_a_lost_connection_during_a_read_is_tried_again(
    client: httpx.AsyncClient, database_url: str
) -> None:
    assert (await client.get("/notes")).status_code == 200
    killed = await rows(
        database_url,
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'notes.web'""",
    )
    assert killed
    assert (await client.get("/notes")).status_code == 200


async def test_a_stale_plan_is_made_anew(
    client: httpx.AsyncClient, allowed: dict[str, str], database_url: str
) -> None:
    assert (await client.post("/notes", json={"title": "a"}, headers=allowed)).status_code == 201
    for _ in range(3):
        assert (await client.get("/notes/1")).status_code == 200
    await rows(database_url, "ALTER TABLE note ALTER COLUMN title TYPE varchar(300)")
    assert (await client.get("/notes/1")).status_code == 200
    # The same for a write, whose transaction was rolled back and is done again whole.
    await rows(database_url, "ALTER TABLE note ALTER COLUMN title TYPE varchar(250)")
    changed = await client.put(
        "/notes/1", json={"title": "b"}, headers={**allowed, "If-Match": '"1"'}
    )
    assert changed.status_code == 200, changed.text
    assert await rows(database_url) == ["b"]


async def test_no_database_is_503_with_retry_after(
    notes: Service, make_settings: Callable[..., ServiceSettings], free_port: Callable[[], int]
) -> None:
    url = f"postgresql://notes:notes@127.0.0.1:{free_port()}/notes"
    app = create_service(notes, make_settings(database_url=url))
    async with started(app), client_of(app) as c:
        answer = await c.get("/notes")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["content-type"] == "application/problem+json"
        assert (await c.get("/livez")).status_code == 200
        ready = await c.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"] == {"database": "is away"}


async def test_an_exhausted_pool_is_503(
    notes: Service, waits: Waits, make_settings: Callable[..., ServiceSettings]
) -> None:
    app = create_service(notes, make_settings(pool_size=1, pool_overflow=0, pool_timeout=0.05))
    async with started(app), client_of(app) as c:
        held = asyncio.ensure_future(c.post("/wrong/hang"))
        await asyncio.wait_for(waits.reached.wait(), 10)
        answer = await c.get("/notes")
        waits.go_on.set()
        await held
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
