"""The site before a real content service; the other services are away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar.types import HTTPScope
from written import Site, Sites, Written

from devstack.manifest import PROGRAMS
from devstack.ports import free_port
from devstack.programs import ProgramProcess
from devstack.testing import TokenFactory
from devstack.testing.databases import Databases
from devstack.testing.shared import Embedded, new_nats, start_somewhere
from devstack.waiting import until
from gateway.app import create_app
from gateway.auth.visitor import NOBODY, Visitor
from gateway.settings import Settings
from servicekit.testing import started

_SERVICE = {"PYDOTORG_ENVIRONMENT": "test", "PYDOTORG_JWKS": '{"keys": []}'}
NOWHERE = "http://127.0.0.1:9"
STAFF = Visitor(id=5, username="ada", staff=True, permissions=frozenset({"content.view_page"}))


def migrated(url: str) -> None:
    """Migrate a database of content; done once a run, and cloned."""
    _run(url, "migrate")


def seeded(url: str) -> None:
    """Migrate and seed a database of content; done once a run, and cloned."""
    _run(url, "migrate", "seed")


def _run(url: str, *commands: str) -> None:
    variables = {**os.environ, **_SERVICE, "PYDOTORG_DATABASE_URL": url}
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "content", command],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def with_seed() -> bool:
    """Whether the service has its seed; a module that needs it says yes."""
    return False


@pytest.fixture(scope="module")
def written(
    embedded: Embedded,
    _databases: Databases,
    jwks: str,
    issue_token: TokenFactory,
    tmp_path_factory: pytest.TempPathFactory,
    *,
    with_seed: bool,
) -> Iterator[Written]:
    """Run the content service."""
    database = _databases.create("content", seeded if with_seed else migrated)
    nats = start_somewhere(lambda: new_nats(embedded.folder))
    program = next(program for program in PROGRAMS if program.name == "content")
    log = tmp_path_factory.mktemp("content") / "content.log"

    def make() -> ProgramProcess:
        port = free_port()
        return ProgramProcess(
            program,
            name="content",
            port=port,
            log=log,
            environment={
                **_SERVICE,
                "PYDOTORG_PORT": str(port),
                "PYDOTORG_DATABASE_URL": database,
                "PYDOTORG_NATS_URL": nats.url,
                "PYDOTORG_JWKS": jwks,
            },
        )

    process = start_somewhere(make)
    yield Written(process.url, nats.url, issue_token, process)
    process.stop()
    nats.kill()
    _databases.drop(database)


async def _visitor(scope: HTTPScope) -> Visitor:
    return STAFF if (b"x-staff", b"yes") in scope["headers"] else NOBODY


@pytest.fixture(scope="module")
def sites(written: Written, signing_key: str) -> Sites:
    """Start gateways before the service."""

    @asynccontextmanager
    async def start(**values: object) -> AsyncIterator[Site]:
        given: dict[str, object] = {
            "environment": "test",
            "public_url": "https://www.python.org",
            "downloads_url": NOWHERE,
            "content_url": written.url,
            "nats_url": written.nats,
            "signing_key": signing_key,
            "hsts": False,
            # What is tested is what is answered; how long that takes depends on who else tests.
            "page_timeout": 60,
            "backend_timeout": 30,
            "backend_connect_timeout": 10,
        }
        app = create_app(Settings.model_validate(given | values), visitors=_visitor)
        transport = httpx.ASGITransport(app=cast("Any", app))
        async with (
            started(app),
            httpx.AsyncClient(transport=transport, base_url="http://site.test") as client,
        ):
            await until(lambda: app.state.invalidation.heard)
            yield Site(app, client)

    return start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(sites: Sites) -> AsyncIterator[Site]:
    """One gateway for the module."""
    async with sites() as found:
        yield found
