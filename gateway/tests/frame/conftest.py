"""What the frame is tested on: the content service with its seed, and two replicas before it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio

from contracts.permissions import GRANTABLE
from devstack.manifest import PROGRAMS
from devstack.ports import free_port
from devstack.programs import ProgramProcess
from devstack.testing import TokenFactory
from devstack.testing.databases import Databases
from devstack.testing.shared import Embedded, new_nats, new_valkey, start_somewhere
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started

#: Nobody listens there.
AWAY = "http://127.0.0.1:9"
_SERVICE = {"PYDOTORG_ENVIRONMENT": "test", "PYDOTORG_JWKS": '{"keys": []}'}


def seeded(url: str) -> None:
    """Migrate and seed a database of content; done once a run, and cloned."""
    variables = {**os.environ, **_SERVICE, "PYDOTORG_DATABASE_URL": url}
    for command in ("migrate", "seed"):
        done = subprocess.run(
            [sys.executable, "-m", "content", command],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


class Town:
    """The content service and what stands beside it; the service can be stopped and started."""

    def __init__(self, make: Callable[[], ProgramProcess], nats: str, valkey: str) -> None:
        self._make = make
        self.process = start_somewhere(make)
        self.url = self.process.url
        self.nats = nats
        self.valkey = valkey

    def kill(self) -> None:
        self.process.kill()

    def stop(self) -> None:
        self.process.stop()

    def start(self) -> None:
        self.process = self._make()
        self.process.start()


@pytest.fixture(scope="module")
def town(
    embedded: Embedded, _databases: Databases, jwks: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """The content service with its seed, on a NATS and a Valkey of its own."""
    database = _databases.create("content", seeded)
    nats = start_somewhere(lambda: new_nats(embedded.folder))
    valkey = start_somewhere(lambda: new_valkey(embedded.folder, keep=False))
    program = next(program for program in PROGRAMS if program.name == "content")
    log = tmp_path_factory.mktemp("frame") / "content.log"
    port = free_port()

    def make() -> ProgramProcess:
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

    made = Town(make, nats.url, valkey.url)
    yield made
    made.stop()
    valkey.kill()
    nats.kill()
    _databases.drop(database)


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


@pytest_asyncio.fixture(loop_scope="module")
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
