"""Two gateways before a real jobs service; the other services are away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final, cast

import asyncpg
import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

from contracts.permissions import GRANTABLE
from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services, migrated
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started

_NOWHERE: Final = "http://127.0.0.1:9"


@dataclass
class Board:
    """The jobs service as posters and reviewers use it."""

    service: RunningService
    token: TokenFactory
    ids: dict[str, int] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, body: object = None, *, subject: str = "user:7"
    ) -> Any:
        """Call the service with all permissions, on whatever version there is."""
        token = self.token("jobs", permissions=tuple(GRANTABLE), subject=subject)
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        async with httpx.AsyncClient(base_url=self.service.url, timeout=60) as client:
            answer = await client.request(method, path, headers=headers, json=body)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Look into its database, or change it behind its back."""
        connection = await asyncpg.connect(self.service.database)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    def body(self, title: str, **more: object) -> dict[str, object]:
        """Return a job in Berlin."""
        return {
            "title": title,
            "company_name": "Blue <Heron> & Co",
            "category_id": self.ids["developer"],
            "type_ids": [self.ids["web"]],
            "city": "Berlin",
            "country": "Germany",
            "description": "You write *Python* for herons.",
            "requirements": "Rubber boots.",
            "email": "heron@example.org",
            "url": "https://heron.example/jobs/1",
            **more,
        }

    async def draft(self, title: str, **more: object) -> int:
        """Make a draft that tests know by its title."""
        made = int((await self.call("POST", "/own/jobs", self.body(title, **more)))["id"])
        self.ids[title] = made
        return made

    async def submit(self, title: str, **more: object) -> int:
        """Make a job that waits for review."""
        number = await self.draft(title, **more)
        await self.call("POST", f"/own/jobs/{number}/submit", {})
        return number

    async def post(self, title: str, **more: object) -> int:
        """Make a job that is on the board."""
        number = await self.submit(title, **more)
        await self.decide(number, "approve")
        return number

    async def decide(self, number: int, move: str, text: str = "") -> None:
        """Decide as a reviewer."""
        body = {"move": move, "text": text}
        await self.call("POST", f"/review/jobs/{number}/decide", body, subject="user:9")

    async def names(self) -> None:
        """Make two categories and two types."""
        for known, path, name in (
            ("developer", "/categories", "Software Developer"),
            ("teacher", "/categories", "Education"),
            ("web", "/types", "Web"),
            ("data", "/types", "Big Data"),
        ):
            self.ids[known] = (await self.call("POST", path, {"name": name}))["id"]

    async def fill(self) -> None:
        """Put jobs there: some on the board, and one in each state that is not."""
        await self.names()
        education = {"category_id": self.ids["teacher"], "type_ids": [self.ids["data"]]}
        await self.post("Teacher of Snakes", **education, country="Peru", city="Lima", remote=True)
        await self.post("Herder <b>of</b> Herons", contact="Ada", email_public=True)
        await self.post("Herder of Geese", remote=True, region="Brandenburg")
        await self.draft("Only a Draft")
        await self.submit("Waiting in Line")
        await self.decide(await self.submit("Turned Down"), "reject", "Not about Python.")
        removed = await self.post("Taken Off")
        await self.call("POST", f"/own/jobs/{removed}/withdraw", {})


@pytest.fixture(scope="module")
def board(services: Services, issue_token: TokenFactory) -> Board:
    """The jobs service."""
    return Board(services.take("jobs", migrated), issue_token)


@dataclass
class Site:
    """A gateway and its visitors."""

    app: Litestar
    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Visit an address."""
        return await self.client.get(path, headers=headers)

    async def text(self, path: str) -> str:
        """Return a page that must be there."""
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-2000:])
        return answer.text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sites(board: Board, signing_key: str) -> AsyncIterator[tuple[Site, Site]]:
    """Two replicas, with jobs on the board."""
    await board.fill()
    settings = Settings.model_validate(
        {
            "environment": "test",
            "public_url": "https://www.python.org",
            "downloads_url": _NOWHERE,
            "jobs_url": board.service.url,
            "nats_url": board.service.nats,
            "signing_key": signing_key,
            "hsts": False,
            # What is tested is what is answered; how long that takes depends on who else tests.
            "page_timeout": 60,
            "block_timeout": 30,
            "backend_timeout": 30,
            "backend_connect_timeout": 10,
            "cache_degraded": 0.1,
        }
    )
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(2):
            app = create_app(settings)
            await stack.enter_async_context(started(app))
            transport = httpx.ASGITransport(app=cast("Any", app))
            client = httpx.AsyncClient(transport=transport, base_url="http://site.test")
            found.append(Site(app, await stack.enter_async_context(client)))
        await until(lambda: all(site.app.state.invalidation.heard for site in found))
        yield found[0], found[1]


@pytest.fixture(scope="module")
def site(sites: tuple[Site, Site]) -> Site:
    """One of them."""
    return sites[0]
