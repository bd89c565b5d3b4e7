"""What programs of publishers ask about sponsors, each as it does: PyPI's, and a conference's."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from recorded import staff

from devstack.testing.backends import RunningService, Services, command

type Gateway = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

LOGOS, ASSETS = "/api/v2/sponsors/logo-placement/", "/api/v2/sponsors/sponsorship-assets/"
#: Who may do nothing of the kind.
PLAIN = {"Authorization": f"Token {'b' * 40}"}
FIELDS = [
    "publisher", "flight", "sponsor", "sponsor_id", "sponsor_slug", "description", "logo",
    "white_logo", "start_date", "end_date", "sponsor_url", "level_name", "level_order", "contacts",
]  # fmt: skip


@pytest.fixture(scope="module")
def sponsors(services: Services, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The sponsors service with its samples."""
    folder: Path = tmp_path_factory.mktemp("files")

    def fill(url: str) -> None:
        command(url, "migrate")
        os.environ["PYDOTORG_FILES_URL"] = folder.as_uri()
        try:
            command(url, "seed")
        finally:
            del os.environ["PYDOTORG_FILES_URL"]

    return services.take("sponsors", fill, PYDOTORG_FILES_URL=folder.as_uri())


@pytest_asyncio.fixture
async def client(gateway: Gateway, sponsors: RunningService) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway(sponsors_url=sponsors.url) as found:
        yield found


async def rows(client: httpx.AsyncClient, path: str, **more: str) -> list[dict[str, Any]]:
    headers = {"Authorization": staff()["v2"], **more}
    answer = await client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    assert "no-cache" in answer.headers["cache-control"]
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_pypi(client: httpx.AsyncClient) -> None:
    """It makes a row of each sponsor, and takes what is missing for a failure."""
    found = await rows(client, f"{LOGOS}?publisher=pypi&flight=sponsors")
    assert found
    for row in found:
        assert list(row) == FIELDS
        assert (row["publisher"], row["flight"]) == ("pypi", "sponsors")
        assert row["logo"].startswith("https://www.python.org/media/")
        assert isinstance(row["level_order"], int)
        assert isinstance(row["sponsor_id"], str)
        assert row["contacts"], "staff are told whom to write to"


async def test_a_conference(client: httpx.AsyncClient) -> None:
    """It comes with a token, and where that is refused with the same as a bearer."""
    bad = {"Authorization": f"Token {'c' * 40}"}
    answer = await client.get(LOGOS, headers=bad)
    assert (answer.status_code, answer.json()) == (401, {"detail": "Invalid token."})
    bad = {"Authorization": f"Bearer {'c' * 40}"}
    assert (await client.get(LOGOS, headers=bad)).status_code == 401
    everything = await rows(client, LOGOS)
    places = {(row["publisher"], row["flight"]) for row in everything}
    assert {("psf", "sponsors"), ("psf", "download"), ("pypi", "sponsors")} <= places
    some = await rows(client, f"{LOGOS}?publisher=psf")
    assert 0 < len(some) < len(everything)
    year = everything[0]["start_date"][:4]
    assert await rows(client, f"{LOGOS}?year=2099") == []
    assert isinstance(await rows(client, f"{LOGOS}?year={year}"), list)


async def test_what_is_wrong_is_said_by_field(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": staff()["v2"]}
    answer = await client.get(f"{LOGOS}?publisher=acme&flight=moon&year=x", headers=headers)
    assert (answer.status_code, answer.json().keys()) == (400, {"publisher", "flight", "year"})
    assert answer.json()["flight"] == ['"moon" is not a valid choice.']
    for query, field in (("", "internal_name"), ("?internal_name=", "internal_name"),
                         ("?internal_name=a&list_empty=maybe", "list_empty")):  # fmt: skip
        answer = await client.get(ASSETS + query, headers=headers)
        assert (answer.status_code, list(answer.json())) == (400, [field])
    for path in (LOGOS, f"{ASSETS}?internal_name=a"):
        refused = await client.get(path, headers=PLAIN)
        assert refused.status_code == 403
        assert refused.json() == {"detail": "Must have publisher permission."}
        assert (await client.post(path, headers=headers)).status_code == 405
        assert (await client.get(path)).status_code == 401


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_publisher_that_is_no_staff(
    gateway: Gateway, sponsors: RunningService, behind: Any, *, trusted: bool
) -> None:
    """It is told the logos, and whom to write to only with a permission of its own."""
    names = ["sponsors.sponsor_publisher", *["sponsors.view_sponsorcontact"] * trusted]
    connection = await asyncpg.connect(behind.people)
    say = "UPDATE account SET permissions = $1 WHERE NOT is_staff"
    try:
        await connection.execute(say, names)
        # A gateway of its own: what a key may do is remembered for a while.
        async with gateway(sponsors_url=sponsors.url) as client:
            answer = await client.get(f"{LOGOS}?publisher=pypi", headers=PLAIN)
        assert answer.status_code == 200, answer.text
        assert {bool(row["contacts"]) for row in answer.json()} == {trusted}
    finally:
        await connection.execute(say, [])
        await connection.close()


async def test_without_a_level(client: httpx.AsyncClient, sponsors: RunningService) -> None:
    """A sponsorship without package has no level, and is no failure."""
    connection = await asyncpg.connect(sponsors.database)
    try:
        await connection.execute("UPDATE sponsorship SET package_id = NULL")
    finally:
        await connection.close()
    found = await rows(client, LOGOS)
    assert {(row["level_name"], row["level_order"]) for row in found} == {("", 0)}


async def test_assets(client: httpx.AsyncClient) -> None:
    assert await rows(client, f"{ASSETS}?internal_name=none&list_empty=true") == []
