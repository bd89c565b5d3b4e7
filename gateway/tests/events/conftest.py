"""Two gateways before a real events service; the other services are away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

from contracts.permissions import GRANTABLE
from devstack.programs import ProgramProcess
from devstack.testing import TokenFactory
from devstack.testing.backends import Services, migrated
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started

_NOWHERE = "http://127.0.0.1:9"

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
TODAY = NOW.date()
#: A conference of three days, ten days from now.
SOON = TODAY + timedelta(days=10)


@dataclass
class World:
    """The events service as its staff use it, with something on."""

    url: str
    nats: str
    token: TokenFactory
    process: ProgramProcess
    ids: dict[str, int] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the service with all permissions, on whatever version there is."""
        token = self.token("events", permissions=tuple(GRANTABLE))
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        async with httpx.AsyncClient(base_url=self.url, timeout=60) as client:
            answer = await client.request(method, path, headers=headers, json=body)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def make(self, known: str, path: str, **body: object) -> int:
        """Make something that tests know by a name; returns its id."""
        made = int((await self.call("POST", path, body))["id"])
        self.ids[known] = made
        return made

    def body(self, title: str, **more: object) -> dict[str, object]:
        """Return an event of whole days in the first calendar."""
        return {
            "title": title,
            "calendar_id": self.ids["python-events"],
            "all_day": True,
            "start": f"{SOON}T00:00",
            "end": f"{SOON + timedelta(days=3)}T00:00",
            "kind": "conference",
            **more,
        }

    async def event(self, name: str, **more: object) -> int:
        """Make an event."""
        return await self.make(name, "/events", **self.body(name, **more))

    def path(self, name: str, calendar: str = "python-events") -> str:
        """Return the address of an event."""
        return f"/events/{calendar}/{self.ids[name]}/"

    async def fill(self) -> None:
        """Put two calendars there, with something on in each."""
        for position, (slug, called) in enumerate(
            (("python-events", "Python Events"), ("python-user-group", "User Group Events"))
        ):
            await self.make(slug, "/calendars", name=called, slug=slug, position=position)
        own = self.ids["python-events"]
        await self.make("pycon", "/categories", name="PyCon", slug="pycon")
        await self.make(
            "other", "/categories", name="Only there", slug="other",
            calendar_id=self.ids["python-user-group"],
        )  # fmt: skip
        await self.make(
            "Berlin", "/locations", name="Berlin <Mitte>", address="Alexanderplatz 1",
            country="DE", latitude=52.52, longitude=13.41, calendar_id=own,
        )  # fmt: skip
        await self.make("Lima", "/locations", name="Lima", country="PE",
                        latitude=-12.05, longitude=-77.04)  # fmt: skip
        await self.make("Online", "/locations", name="Online", online=True)
        await self.event(
            "PyCon Soon & <b>Loud</b>",
            location_id=self.ids["Berlin"], category_ids=[self.ids["pycon"]], featured=True,
            link="https://soon.example/", description="Come & **meet**.",
        )  # fmt: skip
        begun = NOW - timedelta(hours=1)
        await self.event(
            "Sprint Now", all_day=False, kind="sprint", zone="UTC",
            start=f"{begun:%Y-%m-%dT%H:%M}", end=f"{NOW + timedelta(days=1):%Y-%m-%dT%H:%M}",
            location_id=self.ids["Online"],
        )  # fmt: skip
        gone = TODAY - timedelta(days=40)
        await self.event("PyCon Gone", start=f"{gone}T00:00", end=f"{gone}T00:00")
        await self.event("PyCon Off", status="cancelled", location_id=self.ids["Lima"])
        first = TODAY - timedelta(days=60)
        await self.event(
            "Meetup", calendar_id=self.ids["python-user-group"], all_day=False,
            kind="user-group", zone="Europe/Berlin", start=f"{first}T19:00",
            end=f"{first}T21:00", rules=["FREQ=WEEKLY"], location_id=self.ids["Lima"],
        )  # fmt: skip


@pytest.fixture(scope="module")
def world(services: Services, issue_token: TokenFactory) -> World:
    """The events service."""
    service = services.take("events", migrated)
    return World(service.url, service.nats, issue_token, service.process)


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
async def sites(world: World, signing_key: str) -> AsyncIterator[tuple[Site, Site]]:
    """Two replicas, with something on in the calendars."""
    await world.fill()
    settings = Settings.model_validate(
        {
            "environment": "test",
            "public_url": "https://www.python.org",
            "downloads_url": _NOWHERE,
            "events_url": world.url,
            "nats_url": world.nats,
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
