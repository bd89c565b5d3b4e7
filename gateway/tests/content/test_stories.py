"""Success stories: lists, categories, one by itself, drafts, feeds, and how fast a change shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import feedparser
import pytest
import pytest_asyncio

from devstack.waiting import until

if TYPE_CHECKING:
    from written import Site, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")

_BASE = "/success-stories/"
_STORY = {
    "name": "Tides & <b>waves</b>",
    "slug": "tides",
    "category_id": 1,
    "company_name": "The Station",
    "company_url": "https://station.example/",
    "author": "Signe",
    "author_email": "signe@station.example",
    "pull_quote": "Run it <again>.",
    "content": "Some *words* <script>alert(1)</script>",
    "is_published": True,
    "featured": True,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _filled(written: Written) -> None:
    """Two categories, a featured story, five others and a draft."""
    for name in ("Scientific", "Arts"):
        await written.change("POST", "/story-categories", {"name": name})
    await written.change("POST", "/companies", {"name": "Tansy Maps"})
    await written.change("POST", "/stories", _STORY)
    for number in range(6):
        await written.change(
            "POST",
            "/stories",
            {
                **_STORY,
                "name": f"Story {number}",
                "slug": f"story-{number}",
                "category_id": 2,
                "company_id": 1 if number == 0 else None,
                "featured": False,
                "is_published": number < 5,
            },
        )


async def _text(site: Site, path: str) -> str:
    answer = await site.get(path)
    assert answer.status_code == 200, (path, answer.text[-1000:])
    return answer.text


async def test_the_pages(site: Site) -> None:
    landing = (await _text(site, _BASE)).partition("<main")[2]
    for said in (
        *("Featured story", "Tides &amp; &lt;b&gt;waves&lt;/b&gt;", "Run it &lt;again&gt;."),
        *("Story 4", "Scientific", "Arts", 'href="/success-stories/create/"', "All 5"),
    ):
        assert said in landing, said
    assert "Story 5" not in landing
    arts = (await _text(site, f"{_BASE}category/arts/")).partition("<main")[2]
    assert "Story 0" in arts
    assert "Tides" not in arts
    for missing in ("category/none/", "none/", "story-5/", "category/arts/?page=2"):
        assert (await site.get(_BASE + missing)).status_code == 404, missing
    story = await _text(site, f"{_BASE}tides/")
    for said in (
        *("<em>words</em>", "Told by", 'href="https://station.example/" rel="external nofollow"'),
        *("station.example</a>", "The Station"),
    ):
        assert said in story, said
    assert "<script>alert" not in story
    assert "signe@" not in story
    # The linked company is who it is, and its page is where the name leads.
    linked = await _text(site, f"{_BASE}story-0/")
    assert '<a href="/companies/tansy-maps/">Tansy Maps</a>' in linked
    for form in ("rss", "atom"):
        answer = await site.get(f"{_BASE}feed.{form}")
        found = feedparser.parse(answer.content)
        assert (not found.bozo, len(found.entries)) == (True, 6)
        assert found.entries[0].link.startswith("https://www.python.org/success-stories/")
    listed = (await site.get("/api/v2/success-stories?featured=true")).json()
    assert [one["slug"] for one in listed["data"]] == ["tides"]
    whole = (await site.get("/api/v2/success-stories/tides")).json()["data"]
    assert (whole["company"], "signe@" in str(whole)) == ("The Station", False)
    names = (await site.get("/api/v2/success-stories/categories")).json()["data"]
    assert [one["slug"] for one in names] == ["arts", "scientific"]
    assert f"{_BASE}tides/" in await _text(site, "/sitemap-stories.xml")


async def test_staff_see_drafts(site: Site) -> None:
    shown = await site.get(f"{_BASE}story-5/", staff=True)
    assert shown.status_code == 200
    assert "A draft" in shown.text
    assert shown.headers["x-cache"] == "uncached"
    assert (await site.get(f"{_BASE}story-5/")).status_code == 404


async def test_a_change_is_everywhere_at_once(site: Site, written: Written) -> None:
    body = {**_STORY, "name": "Changing", "slug": "changing", "category_id": 1}
    number = (await written.change("POST", "/stories", body))["id"]
    paths = (
        *(_BASE, f"{_BASE}category/scientific/", f"{_BASE}changing/", f"{_BASE}feed.rss"),
        *("/api/v2/success-stories", "/box/supernav-python-success-stories/", "/about/"),
    )

    async def says(text: str) -> bool:
        answers = await asyncio.gather(*(site.get(path) for path in paths))
        return all(text in one.text for one in answers)

    await until(lambda: says("Changing"), 20)
    await written.change("PUT", f"/stories/{number}", {**body, "name": "Changed"})
    await until(lambda: says("Changed"), 20)
    await written.change("DELETE", f"/stories/{number}")

    async def gone() -> bool:
        answers = await asyncio.gather(*(site.get(path) for path in paths))
        return not any("Changed" in one.text for one in answers)

    await until(gone, 20)
    assert (await site.get(f"{_BASE}changing/")).status_code == 404
