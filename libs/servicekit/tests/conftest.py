"""The notes service on a database of its own, as an app and as a client of it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from litestar import Litestar

SERVICE = str(Path(__file__).parent / "service")
if SERVICE not in sys.path:
    sys.path.insert(0, SERVICE)

if TYPE_CHECKING:
    from notes.routes import Waits

    from servicekit.service import Service
    from servicekit.settings import ServiceSettings


async def migrate_notes(url: str) -> None:
    """Make the tables of the notes service."""
    from notes.app import service

    from servicekit import migrations

    await migrations.upgrade(service, url)


@pytest.fixture(scope="session", autouse=True)
def _log() -> None:
    """Log as a service does, so that what is logged is rendered in the tests, too."""
    from servicekit import log

    log.configure("notes", level="INFO", form="console")


@pytest.fixture
def service_path() -> str:
    """Folder that has the package `notes`, for PYTHONPATH."""
    return SERVICE


@pytest.fixture
def database_url(database_factory: Callable[..., str]) -> str:
    """Address of a migrated database of the notes service."""
    return database_factory("notes", migrate_notes)


@pytest.fixture
def waits() -> Waits:
    from notes.routes import Waits

    return Waits()


@pytest.fixture
def notes(waits: Waits) -> Service:
    from notes.app import make_service

    return make_service(waits)


@pytest.fixture
def make_settings(database_url: str, jwks: str) -> Callable[..., ServiceSettings]:
    from servicekit.settings import ServiceSettings

    def make(**changes: Any) -> ServiceSettings:
        given = {
            "environment": "test",
            "role": "web",
            "database_url": database_url,
            "jwks": jwks,
            **changes,
        }
        return ServiceSettings(**given)

    return make


@pytest.fixture
def settings(make_settings: Callable[..., ServiceSettings]) -> ServiceSettings:
    return make_settings()


@pytest.fixture
async def app(notes: Service, settings: ServiceSettings) -> AsyncIterator[Litestar]:
    """The app that ships, started."""
    from servicekit.app import create_service
    from servicekit.testing import started

    async with started(create_service(notes, settings)) as made:
        yield made


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    from servicekit.testing import client_of

    async with client_of(app) as made:
        yield made


@pytest.fixture
def allowed(issue_token: Callable[..., str]) -> dict[str, str]:
    """Headers of a caller who may do all there is to do with notes."""
    names = ("notes.add_note", "notes.change_note", "notes.delete_note", "system.export")
    return {"Authorization": f"Bearer {issue_token('notes', permissions=names)}"}
