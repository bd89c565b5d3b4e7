"""The service as it ships, on a migrated database that each test finds empty."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import structlog
from litestar import Litestar
from pydantic import SecretStr
from sqlalchemy import event

from contracts.permissions import GRANTABLE
from servicekit import log
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Api, Kept, Rows, client_of
from sponsors.app import create_app, service
from sponsors.settings import Settings

if TYPE_CHECKING:
    from devstack.testing import DatabaseFactory, TokenFactory

#: What a superuser holds, and what a worker does.
ALL = (*GRANTABLE, "system.export", "system.view_switches", "sponsors.serve_visitors")


@pytest.fixture(scope="session", autouse=True)
def _log() -> None:
    """Log as the service does, so that what is logged is rendered in the tests, too."""
    log.configure("sponsors", level="INFO", form="json")


@pytest.fixture(scope="session")
def _files(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a store; what one test leaves there, others do not mind."""
    return tmp_path_factory.mktemp("files").as_uri()


@pytest.fixture
def settings(kept_database: DatabaseFactory, jwks: str, _files: str) -> Settings:
    return Settings(
        environment="test",
        database_url=SecretStr(kept_database("sponsors", service)),
        jwks=jwks,
        role="web",
        files_url=_files,
        files_key=SecretStr("f" * 32),
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
        yield Api(client, issue_token, service="sponsors", permissions=ALL)


@pytest.fixture
def database(app: Litestar) -> Database:
    found: Database = app.state.runtime.database
    return found


@pytest.fixture
def statements(database: Database) -> Iterator[Callable[[], int]]:
    """Count the statements that read something, of the app and of the test."""
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield lambda: len(found)
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
def rows(database: Database) -> Rows:
    return Rows(database, context="sponsors")


@pytest.fixture
def context(database: Database, settings: Settings) -> TaskContext:
    return TaskContext(database=database, settings=settings, log=structlog.get_logger())
