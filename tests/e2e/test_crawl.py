"""A visitor who follows every link from the home page on: whatever the site leads to is there.

Of pages that differ by a number only, such as releases, months and events, a short run takes some.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx
import pytest
from running import Site, say

from devstack.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Visitors at the same time.
VISITORS: Final = 4
#: Redirects on the way from a link to its page.
HOPS: Final = 3
#: Addresses of one shape that a short run visits.
SOME: Final = 6
_NUMBER: Final = re.compile(r"\d+")
_LINK: Final = re.compile(r'<(?:a|img|link|script|source)\b[^>]*?\s(?:href|src)="([^"]*)"')
_ID: Final = re.compile(r'\sid="([^"]+)"')


@dataclass
class Crawl:
    """Every address of a site, each visited once.

    Attributes:
        origins: What our own addresses begin with.
        linked: Addresses with the page on which each was found first.
        places: The same of places within pages: (address, id).
        ids: What there is to jump to on a page.
        wrong: What was found wrong.
        most: Addresses of one shape to visit.
    """

    client: httpx.AsyncClient
    origins: tuple[str, ...]
    most: float = SOME
    shapes: Counter[str] = field(default_factory=Counter)
    linked: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    async def run(self, start: str) -> None:
        """Follow all links from an address on."""
        self.linked[start] = "the beginning"
        coming = [start]
        while coming:
            known = len(self.linked)
            turns = [coming[at::VISITORS] for at in range(VISITORS)]
            await asyncio.gather(*(self._visit_all(turn) for turn in turns))
            coming = list(self.linked)[known:]
        for (path, place), page in self.places.items():
            if path in self.ids and place not in self.ids[path]:
                self.wrong.append(f"{path}#{place}, linked from {page}: no such place")

    async def _visit_all(self, paths: list[str]) -> None:
        for path in paths:
            await self._visit(path)

    async def _visit(self, path: str) -> None:
        here = path
        for _ in range(HOPS):
            answer = await self._get(here)
            if not answer.is_redirect:
                break
            target = self._own(here, answer.headers["location"])
            if target is None:
                return
            here = target[0]
        if answer.status_code != 200:
            self.wrong.append(f"{path}, linked from {self.linked[path]}: {answer.status_code}")
        elif answer.headers["content-type"].startswith("text/html"):
            self.ids[path] = set(_ID.findall(answer.text))
            self._note(here, answer.text)

    async def _get(self, path: str) -> httpx.Response:
        """Visit an address; where a busy site asks for patience, a while longer."""
        answers: list[httpx.Response] = []

        async def answered() -> bool:
            answers.append(await self.client.get(path))
            return answers[-1].status_code != 503

        with contextlib.suppress(AssertionError, TimeoutError):
            await until(answered, timeout=20)
        return answers[-1]

    def _note(self, page: str, text: str) -> None:
        for link in _LINK.findall(text):
            found = self._own(page, html.unescape(link))
            if found is None:
                continue
            path, place = found
            if path not in self.linked:
                shape = _shape(path)
                self.shapes[shape] += 1
                if self.shapes[shape] > self.most:
                    continue
                self.linked[path] = page
            if place:
                self.places.setdefault((path, place), page)

    def _own(self, page: str, link: str) -> tuple[str, str] | None:
        """Return path and fragment of an address of ours; None of another one.

        Where to go after signing in makes no other page.
        """
        whole = urlsplit(urljoin(self.origins[0] + page, link))
        if f"{whole.scheme}://{whole.netloc}" not in self.origins:
            return None
        query = urlencode([one for one in parse_qsl(whole.query) if one[0] != "next"])
        return whole.path + (f"?{query}" if query else ""), whole.fragment


def _shape(address: str) -> str:
    """Return an address without its numbers, and without what the parameters of its query are."""
    path, _, query = address.partition("?")
    return _NUMBER.sub("0", path) + "?" + "&".join(sorted(name for name, _ in parse_qsl(query)))


@pytest.mark.timeout(400)
async def test_every_link_leads_to_a_page(site: Site, request: pytest.FixtureRequest) -> None:
    origins = (site.gateways[0], site.environment("gateway")["PYDOTORG_PUBLIC_URL"])
    async with httpx.AsyncClient(base_url=site.gateways[0], timeout=30) as client:
        crawl = Crawl(client, origins)
        if request.config.getoption("--full"):
            crawl.most = math.inf
        await crawl.run("/")
    say(f"{len(crawl.linked)} addresses, {len(crawl.ids)} pages, {len(crawl.places)} places")
    assert crawl.wrong == [], "\n".join(crawl.wrong)
    assert len(crawl.ids) > 150
