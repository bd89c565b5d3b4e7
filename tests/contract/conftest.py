"""A gateway over services that hold what python.org held when its answers were recorded."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from incumbent import FOLDER, IDENTITY, SERVICE, fill_content, fill_downloads, fill_identity
from litestar import Litestar

from devstack.manifest import PROGRAMS
from devstack.ports import free_port
from devstack.programs import ProgramProcess
from devstack.testing.databases import Databases
from devstack.testing.shared import Embedded, new_nats, start_somewhere
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started


@dataclass(frozen=True)
class Behind:
    """Addresses of what is behind the gateway."""

    downloads: str
    content: str
    identity: str
    nats: str
    valkey: str
    database: str


@contextlib.contextmanager
def services(embedded: Embedded, databases: Databases, jwks: str, folder: Path) -> Iterator[Behind]:
    """Run the services with the rows that python.org had."""
    nats = start_somewhere(lambda: new_nats(embedded.folder))
    urls = {
        "downloads": databases.create("downloads", fill_downloads),
        "content": databases.create("content", fill_content),
        "identity": databases.create("identity", fill_identity),
    }

    def start(name: str) -> ProgramProcess:
        program = next(program for program in PROGRAMS if program.name == name)

        def make() -> ProgramProcess:
            port = free_port()
            return ProgramProcess(
                program,
                name=name,
                port=port,
                log=folder / f"{name}.log",
                environment={
                    **(IDENTITY if name == "identity" else SERVICE),
                    "PYDOTORG_RELEASE_CYCLE_URL": "",
                    "PYDOTORG_PORT": str(port),
                    "PYDOTORG_DATABASE_URL": urls[name],
                    "PYDOTORG_NATS_URL": nats.url,
                    "PYDOTORG_JWKS": jwks,
                },
            )

        return start_somewhere(make)

    with ThreadPoolExecutor() as pool:
        running = dict(zip(urls, pool.map(start, urls), strict=True))
    yield Behind(
        running["downloads"].url,
        running["content"].url,
        running["identity"].url,
        nats.url,
        embedded.valkey_url,
        urls["downloads"],
    )
    for process in running.values():
        process.stop()
    nats.kill()
    for url in urls.values():
        databases.drop(url)


@pytest.fixture(scope="session")
def behind(
    embedded: Embedded,
    _databases: Databases,
    jwks: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Behind]:
    """All services; whoever changes something puts it right."""
    if not any(FOLDER.glob("*.jsonl")):
        pytest.skip(f"no recordings in {FOLDER}; RECORDED_API names a folder that has some")
    with services(embedded, _databases, jwks, tmp_path_factory.mktemp("recorded")) as found:
        yield found


@pytest.fixture
def spoiled(
    embedded: Embedded, _databases: Databases, jwks: str, tmp_path: Path
) -> Iterator[Behind]:
    """All services, for one test that leaves nothing as it was."""
    if not any(FOLDER.glob("*.jsonl")):
        pytest.skip(f"no recordings in {FOLDER}; RECORDED_API names a folder that has some")
    with services(embedded, _databases, jwks, tmp_path) as found:
        yield found


type Gateway = Callable[..., contextlib.AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(scope="session")
def gateway(request: pytest.FixtureRequest, signing_key: str) -> Gateway:
    """Start gateways: `async with gateway(api_limit="1/day") as client`.

    `over` are other services than those that everybody shares.
    """

    @contextlib.asynccontextmanager
    async def start(
        over: Behind | None = None, **values: object
    ) -> AsyncIterator[httpx.AsyncClient]:
        behind: Behind = over or request.getfixturevalue("behind")
        given: dict[str, object] = {
            "environment": "test",
            "public_url": "https://www.python.org",
            "downloads_url": behind.downloads,
            "content_url": behind.content,
            "identity_url": behind.identity,
            "nats_url": behind.nats,
            "signing_key": signing_key,
            "form_key": "k" * 32,
            "hsts": False,
            "api_limit": "1000000/hour",
            "api_limit_key": "1000000/hour",
            # What is tested is what is answered; how long that takes depends on who else tests.
            "page_timeout": 60,
            "backend_timeout": 30,
            "backend_connect_timeout": 10,
            "limits_timeout": 10,
        }
        app: Litestar = create_app(Settings.model_validate(given | values))
        transport = httpx.ASGITransport(app=cast("Any", app), client=("192.0.2.7", 50000))
        async with (
            started(app),
            httpx.AsyncClient(transport=transport, base_url="https://www.python.org") as client,
        ):
            await until(lambda: app.state.invalidation.heard)
            yield client

    return start


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests that share the services in one worker, so that they are started once."""
    if "gateway" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("recorded"))
