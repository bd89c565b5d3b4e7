"""A gateway over services that hold what python.org held when its answers were recorded."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
from incumbent import FOLDER, fill_content, fill_downloads, fill_identity
from litestar import Litestar

from devstack.testing.backends import Services
from devstack.testing.shared import Embedded
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started


@dataclass(frozen=True)
class Behind:
    """Addresses of what is behind the gateway; `people` is the database of identity."""

    downloads: str
    content: str
    identity: str
    nats: str
    valkey: str
    database: str
    people: str


def _filled(services: Services, embedded: Embedded) -> Behind:
    """Return the services with the rows that python.org had."""
    if not any(FOLDER.glob("*.jsonl")):
        pytest.skip(f"no recordings in {FOLDER}; RECORDED_API names a folder that has some")
    downloads = services.take("downloads", fill_downloads)
    content = services.take("content", fill_content)
    identity = services.take("identity", fill_identity)
    return Behind(
        downloads=downloads.url,
        content=content.url,
        identity=identity.url,
        nats=downloads.nats,
        valkey=embedded.valkey_url,
        database=downloads.database,
        people=identity.database,
    )


@pytest.fixture(scope="module")
def behind(services: Services, embedded: Embedded) -> Behind:
    """All services; whoever changes something puts it right."""
    return _filled(services, embedded)


@pytest.fixture
def spoiled(behind: Behind, services: Services, embedded: Embedded) -> Iterator[Behind]:
    """All services, for one test that leaves nothing as it was."""
    yield behind
    _filled(services, embedded)


type Gateway = Callable[..., contextlib.AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(scope="module")
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
