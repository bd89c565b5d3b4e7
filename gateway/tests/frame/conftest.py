"""What the frame is tested on: the content service with its seed, and two replicas before it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio

from contracts.permissions import GRANTABLE
from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services
from devstack.testing.shared import Embedded
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started

#: Nobody listens there.
AWAY = "http://127.0.0.1:9"


class Town:
    """The content service and what stands beside it; the service can be stopped and started."""

    def __init__(self, content: RunningService, valkey: str) -> None:
        self.process = content.process
        self.url = content.url
        self.nats = content.nats
        self.valkey = valkey

    def kill(self) -> None:
        self.process.kill()

    def start(self) -> None:
        self.process.start()


@pytest.fixture(scope="module")
def town(embedded: Embedded, services: Services) -> Town:
    """The content service with its seed, and a Valkey without a key."""
    embedded.empty_valkey()
    return Town(services.take("content"), embedded.valkey_url)


class Replicas:
    """Two gateways, and an editor who changes what they show."""

    def __init__(
        self, apps: list[Any], sites: list[httpx.AsyncClient], url: str, token: TokenFactory
    ) -> None:
        self.apps = apps
        self.sites = sites
        self.url = url
        self.token = token

    async def texts(self, path: str) -> list[str]:
        """Visit a page at each replica."""
        answers = [await site.get(path) for site in self.sites]
        for answer in answers:
            assert answer.status_code == 200, (path, answer.status_code)
        return [answer.text for answer in answers]

    async def says(self, path: str, words: str, *, gone: bool = False, seconds: float = 5) -> None:
        """Wait until both replicas show some words on a page, or do so no longer."""

        async def shown() -> bool:
            return all((words in text) is not gone for text in await self.texts(path))

        await until(shown, seconds, message=f"{path} {'without' if gone else 'with'} {words}")

    async def change(self, method: str, path: str, body: object = None) -> Any:
        """Call the content service as somebody who may do everything."""
        token = self.token("content", permissions=tuple(GRANTABLE))
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as client:
            answer = await client.request(method, path, headers=headers, json=body)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


def settings(town: Town, **values: object) -> Settings:
    return Settings.model_validate(
        {
            "environment": "test",
            "downloads_url": AWAY,
            "content_url": town.url,
            "nats_url": town.nats,
            "valkey_url": town.valkey,
            "valkey_timeout": 2.0,
            "page_timeout": 30,
            "block_timeout": 10,
            "backend_timeout": 10,
            **values,
        }
    )


@contextlib.asynccontextmanager
async def visiting(made: Settings) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    """Run a gateway, and visit it."""
    app = create_app(made)
    transport = httpx.ASGITransport(app=cast("Any", app))
    async with (
        started(app),
        httpx.AsyncClient(transport=transport, base_url="http://site.test") as site,
    ):
        yield app, site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replicas(town: Town, issue_token: TokenFactory) -> AsyncIterator[Replicas]:
    """Two replicas that hear what changes and have asked for the frame."""
    async with visiting(settings(town)) as one, visiting(settings(town)) as other:
        made = Replicas([one[0], other[0]], [one[1], other[1]], town.url, issue_token)
        for app in made.apps:
            await until(lambda app=app: app.state.invalidation.heard, 20)  # type: ignore[misc]
            await until(
                lambda app=app: app.state.furnishing.furniture.boxes,  # type: ignore[misc]
                20,
            )
        yield made
