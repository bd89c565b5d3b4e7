"""The news: lists, groups, feeds and the menu, and how fast a change shows."""

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

_TITLE = "Out & <b>about</b>"


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _filled(site: Site, written: Written) -> None:
    """Two blogs with twenty entries; before, the page says that there are none."""
    assert "There is no news yet" in await _text(site, "/blogs/")
    for number in (1, 2):
        await written.change(
            "POST",
            "/blog-feeds",
            {
                "name": f"Blog {number}",
                "website_url": f"https://b{number}.example/",
                "feed_url": f"https://b{number}.example/feed",
            },
        )
    for number in range(20):
        await written.change(
            "POST",
            "/blog-entries",
            {
                "feed_id": 1 + number // 18,
                "title": f"Entry {number}" if number else _TITLE,
                "url": f"https://b.example/{number}",
                "pub_date": f"2026-10-{number + 1:02}T12:00:00Z",
                "summary": "<p>Some <i>words</i></p>",
            },
        )
    await written.change(
        "POST", "/blog-aggregates", {"name": "Two", "slug": "two", "feed_ids": [2]}
    )
    await written.change(
        "POST",
        "/related-blogs",
        {"name": "Planet", "blog_url": "https://p.example/", "feed_url": "https://p.example/f"},
    )

    async def there() -> bool:
        return (await _text(site, "/blogs/")).count('rel="external">Entry ') >= 15

    await until(there)


async def _text(site: Site, path: str) -> str:
    answer = await site.get(path)
    assert answer.status_code == 200, (path, answer.text[-1000:])
    return answer.text


async def test_the_news(site: Site) -> None:
    first = await _text(site, "/blogs/")
    assert 'href="https://b.example/19" rel="external">Entry 19</a>' in first
    assert first.index("Entry 19<") < first.index("Entry 5<")
    assert "Entry 4<" not in first
    for said in ("Sources", "https://b1.example/", "Planet", 'href="/blogs/two/"', "?page=2"):
        assert said in first, said
    second = await _text(site, "/blogs/?page=2")
    assert "Out &amp; &lt;b&gt;about&lt;/b&gt;" in second
    assert '<meta name="robots" content="noindex">' in second
    assert (await site.get("/blogs/?page=3")).status_code == 404
    assert (await site.get("/blogs/?page=0")).status_code == 400
    group = await _text(site, "/blogs/two/")
    # What the menu shows is of all blogs.
    own = group.partition("<main")[2]
    assert "Entry 19<" in own
    assert "Entry 17<" not in own
    assert (await site.get("/blogs/none/")).status_code == 404
    for path, count in (("/blogs/", 20), ("/blogs/two/", 2)):
        for form in ("rss", "atom"):
            answer = await site.get(f"{path}feed.{form}")
            found = feedparser.parse(answer.content)
            assert (not found.bozo, len(found.entries)) == (True, count)
            assert found.entries[0].link == "https://b.example/19"
            assert "last-modified" in answer.headers
    listed = (await site.get("/api/v2/blogs/entries?group=two&page_size=1")).json()
    assert (listed["meta"]["total"], listed["data"][0]["blog"]["name"]) == (2, "Blog 2")
    assert (await site.get("/api/v2/blogs/groups/two")).json()["data"]["page"] == "/blogs/two/"
    one = listed["data"][0]["id"]
    assert (await site.get(f"/api/v2/blogs/entries/{one}")).json()["data"]["title"] == "Entry 19"


async def test_a_change_is_everywhere_at_once(site: Site, written: Written) -> None:
    paths = (
        *("/blogs/", "/blogs/two/", "/blogs/feed.rss", "/blogs/two/feed.atom"),
        *("/box/supernav-python-blog/", "/api/v2/blogs/entries", "/about/"),
    )
    for path in paths:
        await _text(site, path)
    body = {
        "feed_id": 2,
        "title": "Entry Anew",
        "url": "https://b.example/19",
        "pub_date": "2026-10-20T12:00:00Z",
    }
    await written.change("PUT", "/blog-entries/20", body)

    async def everywhere() -> bool:
        # The menu of every page shows it, too.
        texts = await asyncio.gather(*(_text(site, path) for path in paths))
        return all("Entry Anew" in text for text in texts)

    await until(everywhere, 20)
    # What is hidden is nowhere.
    await written.change("PUT", "/blog-entries/20", {**body, "hidden": True})

    async def nowhere() -> bool:
        texts = await asyncio.gather(*(_text(site, path) for path in paths))
        return not any("Entry Anew" in text for text in texts)

    await until(nowhere, 20)
    await written.change("PUT", "/blog-entries/20", {**body, "title": "Entry 19"})

    async def again() -> bool:
        return 'rel="external">Entry 19</a>' in await _text(site, "/blogs/")

    await until(again, 20)
