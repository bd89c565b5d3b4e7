"""The service as it ships, on a migrated database that each test finds empty."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
import structlog
from litestar import Litestar
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from downloads.app import create_app, service
from downloads.settings import Settings
from servicekit import log
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Kept

if TYPE_CHECKING:
    from devstack.testing import DatabaseFactory, TokenFactory

VERBS = ("add", "change", "delete", "view")
ALL = (
    *(f"downloads.{verb}_{what}" for verb in VERBS for what in ("release", "releasefile", "os")),
    "downloads.can_publish_releases",
    "downloads.view_audit",
    "system.export",
    "system.operate",
)
FTP = "https://www.python.org/ftp/python"


class Api:
    """Calls the app in this process, as somebody."""

    ALL = ALL

    def __init__(self, client: httpx.AsyncClient, token: Callable[..., str]) -> None:
        self.client = client
        self.token = token

    async def call(
        self,
        method: str,
        path: str,
        *,
        as_: Sequence[str] | None = None,
        match: int | str | None = None,
        headers: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> httpx.Response:
        """Call as the holder of some permissions; `as_=None` is nobody."""
        sent = dict(headers or {})
        if as_ is not None:
            token = self.token("downloads", permissions=as_, subject="user:7")
            sent["Authorization"] = f"Bearer {token}"
        if match is not None:
            sent["If-Match"] = match if isinstance(match, str) else f'"{match}"'
        return await self.client.request(method, path, headers=sent, **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.call("GET", path, **kwargs)

    async def post(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.call("POST", path, as_=ALL, json=body, **kwargs)

    async def put(self, path: str, body: Any, match: int | str | None = "*") -> httpx.Response:
        return await self.call("PUT", path, as_=ALL, json=body, match=match)

    async def delete(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.call("DELETE", path, as_=ALL, **kwargs)

    async def read(self, path: str, *, status: int = 200, **kwargs: Any) -> Any:
        answer = await self.get(path, **kwargs)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def names(self, path: str, **kwargs: Any) -> list[str]:
        return [item["name"] for item in (await self.read(path, **kwargs))["items"]]

    async def made(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.post(path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def release(self, name: str, **fields: Any) -> Any:
        """Make a release, public unless told otherwise."""
        return await self.made("/releases", {"name": name, "is_published": True, **fields})

    async def file(self, release: int, os: int, file: str, **fields: Any) -> Any:
        """Make a file called `file`."""
        return await self.made("/release-files", self.file_body(release, os, file, **fields))

    @staticmethod
    def file_body(release: int, os: int, file: str, **fields: Any) -> dict[str, Any]:
        return {
            "name": file,
            "slug": file.replace(".", "-"),
            "os_id": os,
            "release_id": release,
            "url": f"{FTP}/{file}",
            **fields,
        }


class Rows:
    """Looks into the database past the service."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def all(self, statement: str, **values: Any) -> list[RowMapping]:
        async with self.database.engine.connect() as connection:
            return list((await connection.execute(text(statement), values)).mappings())

    async def one(self, statement: str, **values: Any) -> Any:
        async with self.database.engine.connect() as connection:
            return (await connection.execute(text(statement), values)).scalar_one()

    async def do(self, statement: str, **values: Any) -> None:
        async with self.database.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def events(self, after: int = 0) -> list[RowMapping]:
        """Return what was recorded to be published, in order."""
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
                row["subject"].removeprefix("downloads."),
                row["aggregate_id"],
                row["aggregate_version"],
            )
            for row in await self.events(after)
        ]

    async def last(self) -> int:
        found: int = await self.one("SELECT coalesce(max(sequence), 0) FROM outbox")
        return found

    async def audit(self) -> list[RowMapping]:
        return await self.all("SELECT * FROM audit ORDER BY id")


type Running = Callable[[Litestar], AbstractAsyncContextManager[None]]


@pytest.fixture(name="running")
def _running() -> Running:
    """Run an app's lifespan: `async with running(app):`."""
    return running


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Run the app's lifespan in a task of its own, as a server does."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    task = asyncio.create_task(live())
    ready = asyncio.create_task(started.wait())
    await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    try:
        if task.done():
            await task
        yield
    finally:
        stop.set()
        await task


@pytest.fixture(scope="session", autouse=True)
def _log() -> None:
    """Log as the service does, so that what is logged is rendered in the tests, too."""
    log.configure("downloads", level="INFO", form="json")


@pytest.fixture
def settings(kept_database: DatabaseFactory, jwks: str) -> Settings:
    return Settings(
        environment="test",
        database_url=SecretStr(kept_database("downloads", service)),
        jwks=jwks,
        role="web",
        release_cycle_url="",
    )


@pytest.fixture(scope="session")
async def _kept() -> AsyncIterator[Kept[Settings]]:
    kept: Kept[Settings] = Kept(create_app)
    yield kept
    await kept.close()


@pytest.fixture
async def app(_kept: Kept[Settings], settings: Settings) -> Litestar:
    return await _kept.app(settings)


@pytest.fixture
async def api(app: Litestar, issue_token: TokenFactory) -> AsyncIterator[Api]:
    transport = httpx.ASGITransport(app=cast("Any", app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://downloads") as client:
        yield Api(client, issue_token)


@pytest.fixture
def database(app: Litestar) -> Database:
    found: Database = app.state.runtime.database
    return found


@pytest.fixture
def rows(database: Database) -> Rows:
    return Rows(database)


@pytest.fixture
def context(database: Database, settings: Settings) -> TaskContext:
    return TaskContext(database=database, settings=settings, log=structlog.get_logger())


@pytest.fixture
async def systems(rows: Rows) -> dict[str, int]:
    """Three systems, under the ids that clients know."""
    found = {"windows": (1, "Windows"), "macos": (2, "macOS"), "source": (3, "Source release")}
    for slug, (number, name) in found.items():
        await rows.do(
            "INSERT INTO operating_system (id, name, slug) VALUES (:id, :name, :slug)",
            id=number,
            name=name,
            slug=slug,
        )
    await rows.do("SELECT setval(pg_get_serial_sequence('operating_system', 'id'), 3)")
    return {slug: number for slug, (number, _) in found.items()}
