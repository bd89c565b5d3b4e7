"""The site before a real content service; the other services are away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar.types import HTTPScope
from written import Site, Sites, Written

from devstack.testing import TokenFactory
from devstack.testing.backends import Services, migrated, seeded
from devstack.waiting import until
from gateway.app import create_app
from gateway.auth.visitor import NOBODY, Visitor
from gateway.settings import Settings
from servicekit.testing import started

NOWHERE = "http://127.0.0.1:9"
STAFF = Visitor(
    id=5,
    username="ada",
    staff=True,
    permissions=frozenset({"content.view_page", "content.view_minutes", "content.view_story"}),
)


@pytest.fixture(scope="module")
def with_seed() -> bool:
    """Whether the service has its seed; a module that needs it says yes."""
    return False


@pytest.fixture(scope="module")
def written(services: Services, issue_token: TokenFactory, *, with_seed: bool) -> Written:
    """The content service."""
    service = services.take("content", seeded if with_seed else migrated)
    return Written(service.url, service.nats, issue_token, service.process)


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
