"""Purges at Fastly: by key and by address, once for all replicas, tried again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.app import create_app
from gateway.cache.fastly import Fastly
from gateway.cache.memory import ALL, path_key

from .conftest import FaultServer, settings, visiting
from .test_replicas import PAGES, publishing


class Api:
    """Fastly's API as far as it is used: what it was asked, and answers as told."""

    def __init__(self, faults: FaultServer, answer: Any) -> None:
        self.faults = faults
        self.answer = answer
        faults.says(answer(b'{"status": "ok"}'))

    @property
    def asked(self) -> list[str]:
        return [text.split("\r\n")[0].removesuffix(" HTTP/1.1") for text in self.faults.requests]


@pytest.fixture
def api(faults: FaultServer, answer: Any) -> Api:
    return Api(faults, answer)


@contextlib.asynccontextmanager
async def fastly(api: Api, service: str | None = "svc") -> AsyncIterator[Fastly]:
    seen: set[str] = set()

    async def first(name: str) -> bool:
        new = name not in seen
        seen.add(name)
        return new

    client = Fastly(
        api.faults.url,
        service,
        "key",
        origin="https://www.python.org",
        first=first,
        pause=0.01,
    )
    async with client.running():
        yield client


async def test_by_key_and_by_address(api: Api, until: Any) -> None:
    async with fastly(api) as client:
        await client.purge({"downloads", path_key("/downloads/")}, "1")
        await until(lambda: len(api.asked) == 2)
        assert api.asked == [
            "POST /service/svc/purge",
            "POST /purge/www.python.org/downloads/",
        ]
        assert api.faults.headers()["fastly-key"] == "key"
        assert "fastly-soft-purge" not in api.faults.headers()
        await client.purge({path_key("/ftp/x")}, "2", soft=True)
        await until(lambda: len(api.asked) == 3)
        assert api.faults.headers()["fastly-soft-purge"] == "1"


async def test_one_event_is_one_purge(api: Api, until: Any) -> None:
    async with fastly(api) as client:
        for event in ("1", "1", "2"):
            await client.purge({"downloads"}, event)
        await until(lambda: len(api.asked) == 2)


async def test_everything_is_the_key_of_all_responses(api: Api, until: Any) -> None:
    async with fastly(api) as client:
        await client.purge({ALL, "downloads"}, "1")
        await until(lambda: api.asked)
        assert json.loads(api.faults.bodies[0]) == {"surrogate_keys": ["pydotorg-app"]}


async def test_without_a_service_only_addresses(api: Api, until: Any) -> None:
    async with fastly(api, service=None) as client:
        await client.purge({"downloads", path_key("/a/")}, "1")
        await until(lambda: api.asked)
        assert api.asked == ["POST /purge/www.python.org/a/"]


async def test_it_is_tried_again_until_it_is_done(api: Api, answer: Any, until: Any) -> None:
    bad = answer(b"{}", status="503 Unavailable")
    api.faults.says(bad, b"nonsense\r\n\r\n", bad, answer(b"{}"))
    async with fastly(api) as client:
        await client.purge({"downloads"}, "1")
        await until(lambda: len(api.asked) == 4)
        await client.purge({path_key("/next/")}, "2")
        await until(lambda: len(api.asked) == 5)
        assert api.asked[-1] == "POST /purge/www.python.org/next/"


async def test_a_refusal_is_not_tried_again(api: Api, answer: Any, until: Any) -> None:
    api.faults.says(answer(b"{}", status="401 Unauthorized"), answer(b"{}"))
    async with fastly(api) as client:
        await client.purge({"downloads"}, "1")
        await client.purge({path_key("/next/")}, "2")
        await until(lambda: len(api.asked) == 2)
        assert api.asked[-1] == "POST /purge/www.python.org/next/"


async def test_an_event_and_a_purge_reach_fastly_once_from_two_replicas(
    api: Api, nats_url: str, valkey_url: str, until: Any
) -> None:
    values = {
        "nats_url": nats_url,
        "valkey_url": valkey_url,
        "fastly_api_key": "key",
        "fastly_service_id": "svc",
        "fastly_url": api.faults.url,
        "public_url": "https://www.python.org",
    }
    apps = [create_app(settings(**values), PAGES) for _ in range(2)]
    async with (
        visiting(apps[0]) as one,
        visiting(apps[1]) as two,
        publishing(nats_url) as publish,
    ):
        await until(lambda: all(app.state.invalidation.heard for app in apps))
        page = await two.get("/downloads/")
        assert "stale-if-error" in page.headers["surrogate-control"]
        await publish()
        await until(lambda: "POST /service/svc/purge" in api.asked)
        await one.request("PURGE", "/ftp/python/3.15.0/")
        wanted = "POST /purge/www.python.org/ftp/python/3.15.0/"
        await until(lambda: wanted in api.asked)

        async def both_heard() -> bool:
            told = [(await site.get("/metrics")).text for site in (one, two)]
            return all("gateway_purges_total" in text for text in told)

        await until(both_heard)
        assert api.asked.count("POST /service/svc/purge") == 1
        assert api.asked.count(wanted) == 1
