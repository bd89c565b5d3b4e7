"""The service as it ships, on a migrated database that each test finds empty."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from litestar import Litestar
from pydantic import SecretStr

from downloads.app import create_app, service
from downloads.settings import Settings
from servicekit import log, testing
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Kept, client_of, started

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


Rows = testing.Rows


class Api(testing.Api):
    """Calls the app in this process, as somebody."""

    ALL = ALL

    async def names(self, path: str, **kwargs: Any) -> list[str]:
        return [item["name"] for item in (await self.read(path, **kwargs))["items"]]

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


type Running = Callable[[Litestar], AbstractAsyncContextManager[Litestar]]


@pytest.fixture(name="running")
def _running() -> Running:
    """Run an app's lifespan: `async with running(app):`."""
    return started


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
    async with client_of(app) as client:
        yield Api(client, issue_token, service="downloads", permissions=ALL)


@pytest.fixture
def database(app: Litestar) -> Database:
    found: Database = app.state.runtime.database
    return found


@pytest.fixture
def rows(database: Database) -> Rows:
    return Rows(database, context="downloads")


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
