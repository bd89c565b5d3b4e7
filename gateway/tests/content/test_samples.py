"""Code samples on the home page: the first five in the order of staff, and none is missed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from devstack.testing.backends import Services, migrated
from devstack.waiting import until

if TYPE_CHECKING:
    from written import Sites, Written


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def with_seed() -> bool:
    return True


async def test_the_home_page_shows_the_first_five(
    sites: Sites, written: Written, services: Services
) -> None:
    away = {"downloads_url": services.take("downloads", migrated).url}
    async with sites(**away) as site:

        async def titles() -> list[str]:
            text = (await site.get("/")).text
            return re.findall(r'id="sample-\d+">.*?<h2>(.*?)</h2>', text, re.DOTALL)

        first = await titles()
        assert len(first) == 5
        text = (await site.get("/")).text
        assert '<span class="gp">&gt;&gt;&gt; </span><span class="k">def</span>' in text
        assert 'href="https://docs.python.org/3/tutorial/' in text
        body = {"title": "New & <first>", "code": ">>> 1", "position": 0, "is_published": True}
        made = await written.change("POST", "/code-samples", body)
        path = f"/code-samples/{made['id']}"

        async def begins_with(*wanted: str) -> bool:
            return (await titles())[: len(wanted)] == list(wanted)

        await until(lambda: begins_with("New &amp; &lt;first&gt;", first[0]), 5)
        assert len(await titles()) == 5
        await written.change("PUT", path, {**body, "is_published": False})
        await until(lambda: begins_with(*first), 5)
        # While the service is away the page is as it was; where it was never heard, without them.
        written.process.kill()
        assert (await titles()) == first
    async with sites(**away) as site:
        answer = await site.get("/")
        assert answer.status_code == 200
        assert "samples__item" not in answer.text
