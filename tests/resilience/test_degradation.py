"""A service that is away, hangs, is slow or talks nonsense costs no page that was seen before."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import get_args

import httpx
import pytest
import pytest_asyncio
from proxy import Mood, Proxy
from running import Site

from devstack.ports import free_port
from devstack.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SYSTEMS = ("windows", "macos", "android", "ios", "source", "other")
SERIES = ("3.15", "3.14", "3.13", "3.12", "3.11", "3.10", "3.9", "3.8", "2.7")
RELEASES = (
    *("3150", "3150rc3", "3148", "3147", "3140", "31316", "31215", "31117", "31022", "3100"),
    *("3146", "3145", "3144", "3143", "3142", "3141"),
    *("390", "380", "370", "360", "350", "340", "2718", "270"),
)

#: What visitors had before the trouble: every kind of page there is.
SEEN = (
    "/",
    "/downloads/",
    "/getit/",
    *(f"/downloads/?series={series}" for series in SERIES),
    *(f"/downloads/?os={system}" for system in ("windows", "macos", "source")),
    "/downloads/operating-systems/",
    *(f"/downloads/{system}/" for system in SYSTEMS),
    *(f"/downloads/release/python-{number}/" for number in RELEASES),
    *(f"/downloads/latest/{which}/" for which in ("python3", "python2", "python3.14")),
    "/downloads/latest/",
    "/downloads/feed.rss",
    "/getit/feed.rss",
    "/doc/",
    "/doc/versions/",
    "/box/supernav-python-downloads/",
    "/box/homepage-downloads/",
    "/box/download-sources/",
    "/search/?q=3.14",
    "/download/releases/3.9.0/",
    "/sitemap.xml",
    "/robots.txt",
    "/humans.txt",
    "/inner/",
)
#: What nobody asked for before; filled with the mood, so that no case has seen another's.
UNSEEN = ("/downloads/release/python-{mood}/", "/downloads/{mood}/")


@dataclass
class Watched:
    """A gateway whose downloads service is behind a proxy."""

    url: str
    proxy: Proxy
    visitor: httpx.AsyncClient
    patience: float = 0.8
    deadline: float = 3.0

    async def get(self, path: str) -> httpx.Response:
        return await self.visitor.get(self.url + path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(site: Site) -> AsyncIterator[Watched]:
    async with _gateway(site) as gateway:
        yield gateway


@asynccontextmanager
async def _gateway(site: Site) -> AsyncIterator[Watched]:
    port = free_port()
    async with Proxy(site.downloads).running() as proxy, httpx.AsyncClient(timeout=20) as visitor:
        environment = {
            **os.environ,
            **site.environment("gateway"),
            "PYDOTORG_PORT": str(port),
            "PYDOTORG_DOWNLOADS_URL": proxy.url,
            "PYDOTORG_PURGE_LIMIT": "100000/minute",
            "PYDOTORG_LOG_LEVEL": "WARNING",
        }
        process = subprocess.Popen([sys.executable, "-m", "gateway", "serve"], env=environment)
        gateway = Watched(f"http://127.0.0.1:{port}", proxy, visitor)
        try:
            await until(lambda: _ready(gateway), timeout=60, message="the gateway is ready")
            yield gateway
        finally:
            process.terminate()
            process.wait(timeout=20)


async def _ready(gateway: Watched) -> bool:
    try:
        return (await gateway.get("/readyz")).status_code == 200
    except httpx.HTTPError:
        return False


async def _at_once(visit: Callable[[str], Awaitable[None]], visitors: int = 4) -> None:
    """Have some visitors look at all pages, each at another one."""
    left = iter(SEEN)

    async def visitor() -> None:
        for path in left:
            await visit(path)

    async with asyncio.TaskGroup() as group:
        for _ in range(visitors):
            group.create_task(visitor())


async def _see_all(gateway: Watched) -> dict[str, int]:
    """Visit every page until it is whole; return what each answers in good times."""
    assert len(set(SEEN)) >= 60
    known: dict[str, int] = {}

    async def see(path: str) -> None:
        async def whole() -> int:
            answer = await gateway.get(path)
            degraded = "could not be brought up to date" in answer.text
            return 0 if degraded or answer.status_code >= 500 else answer.status_code

        known[path] = await until(whole, timeout=30, message=path)

    await _at_once(see)
    assert all(status < 400 for status in known.values()), known
    return known


#: A short run leaves out what fails in the way that another of them does.
MOODS = [
    pytest.param(mood, marks=pytest.mark.full if mood in {"noise", "html", "refuse"} else ())
    for mood in get_args(Mood.__value__)
    if mood != "well"
]


@pytest.mark.parametrize("mood", MOODS)
async def test_pages_that_were_seen_answer_from_their_copies(watched: Watched, mood: Mood) -> None:
    watched.proxy.mood = "well"
    known = await _see_all(watched)
    watched.proxy.mood = mood
    # Everything is dropped, so that each page would have to be composed anew.
    for path in SEEN:
        purged = await watched.visitor.request("PURGE", watched.url + path)
        assert purged.status_code == 200
    late: dict[str, float] = {}

    async def look(path: str) -> None:
        began = time.monotonic()
        answer = await watched.get(path)
        taken = time.monotonic() - began
        assert answer.status_code == known[path], f"{path} while the service is in mood {mood}"
        if taken > watched.deadline * 1.2:
            late[path] = taken

    await _at_once(look)
    assert late == {}, "later than the deadline of a page"
    if mood != "slow":
        for path in (unseen.format(mood=mood) for unseen in UNSEEN):
            answer = await watched.get(path)
            assert answer.status_code == 503, path
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["x-trace-id"] in answer.text
            assert "Traceback" not in answer.text
    watched.proxy.mood = "well"

    async def fresh() -> bool:
        return (await watched.get(f"/downloads/release/after-{mood}/")).status_code == 404

    await until(fresh, timeout=15, message="back to fresh pages")


@pytest.mark.parametrize("name", ["nats", "valkey"])
@pytest.mark.parametrize("how", ["hangs", "is killed"])
async def test_pages_answer_without_nats_or_valkey(site: Site, name: str, how: str) -> None:
    async with httpx.AsyncClient(timeout=20) as visitor:

        async def all_answer(rounds: int) -> None:
            for _ in range(rounds):
                for gateway in site.gateways:
                    for path in ("/", "/downloads/", "/downloads/windows/", "/doc/versions/"):
                        answer = await visitor.get(gateway + path)
                        assert answer.status_code == 200, f"{path} while {name} {how}"

        await all_answer(1)
        if how == "hangs":
            site.signal(name, signal.SIGSTOP)
            try:
                await all_answer(3)
            finally:
                site.signal(name, signal.SIGCONT)
        else:
            site.signal(name, signal.SIGKILL)
            await all_answer(3)
        await asyncio.to_thread(site.wait_healthy)
        await all_answer(1)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_the_service_itself_is_killed_or_stopped(site: Site, number: signal.Signals) -> None:
    async with httpx.AsyncClient(timeout=20) as visitor:
        for gateway in site.gateways:
            for path in ("/", "/downloads/", "/downloads/release/python-3150/"):
                assert (await visitor.get(gateway + path)).status_code == 200
        site.signal("downloads", number)
        try:
            for gateway in site.gateways:
                for path in ("/", "/downloads/", "/downloads/release/python-3150/"):
                    await visitor.request("PURGE", gateway + path)
                    began = time.monotonic()
                    answer = await visitor.get(gateway + path)
                    assert answer.status_code == 200
                    assert time.monotonic() - began < 3.6
        finally:
            if number == signal.SIGSTOP:
                site.signal("downloads", signal.SIGCONT)
        await asyncio.to_thread(site.wait_healthy)
