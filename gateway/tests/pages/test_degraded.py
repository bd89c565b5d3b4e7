"""A part that cannot be had does not take the page along."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from devstack.waiting import until

type Site = Any
type Look = Callable[[], bool | Awaitable[bool]]

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACTIVE = 'id="active-releases"'
NOTICE = "could not be brought up to date"


@asynccontextmanager
async def without(site: Site, table: str) -> AsyncIterator[None]:
    """Take a table away, so that the service fails where it reads it."""
    await site.sql(f"ALTER TABLE {table} RENAME TO lost")
    try:
        yield
    finally:
        await site.sql(f"ALTER TABLE lost RENAME TO {table}")
    words = (f"{table}-{count}" for count in itertools.count())

    async def called() -> bool:
        # A page that asks for nothing of the release cycle, which one of the tests must not know.
        return bool((await site.get(f"/downloads/{next(words)}/")).status_code == 404)

    # Failures may have opened the breaker: wait until the service is called again.
    look: Look = called
    await until(look)


async def test_the_landing_page_is_there_without_the_release_cycle(site: Site) -> None:
    async with without(site, "release_cycle_branch"):
        text = await site.text("/downloads/", system="Windows")
        assert "python-3.15.0-amd64.exe" in text
        assert ACTIVE not in text
        assert NOTICE in text
        # A release needs none of it but itself.
        assert "Python 3.8.0" in await site.text("/downloads/release/python-380/")

    async def whole() -> bool:
        text = await site.text("/downloads/", system="Windows")
        return ACTIVE in text and NOTICE not in text

    look: Look = whole
    await until(look)

    async def banner() -> bool:
        return "end of its life" in await site.text("/downloads/release/python-380/")

    back: Look = banner
    await until(back)
    async with without(site, "release_cycle_branch"):
        # What was seen last stands in on a page that nobody asked for before.
        await site.purge("/getit/")
        text = await site.text("/getit/", system="Windows")
        assert ACTIVE in text
        assert NOTICE in text


@pytest.mark.parametrize("path", ["/doc/versions/", "/downloads/feed.rss"])
async def test_a_page_whose_subject_is_away_says_so(site: Site, path: str) -> None:
    async with without(site, "release"):
        answer = await site.get(path)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert 'href="https://donate.python.org/"' in answer.text
    assert (await site.get(path)).status_code == 200
