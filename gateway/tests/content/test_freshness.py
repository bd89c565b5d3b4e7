"""An edit of each thing that staff write is on every page that carries it within a second.

At both replicas. It is the business of a whole run: times of a machine that does other things, too,
say nothing. That changes show at all is in the tests of each domain.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from freshness import ROUNDS, Watch

from devstack.testing.backends import Services, migrated

if TYPE_CHECKING:
    from written import Sites, Written

pytestmark = [pytest.mark.full, pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True)
class Thing:
    """What is edited: where, which field of it has the text, and the pages that carry that."""

    path: str
    field: str
    body: dict[str, Any]
    pages: tuple[str, ...]


#: `{id}` is that of the thing; the group and the category are made before.
THINGS = {
    "a success story": Thing(
        "/stories",
        "name",
        {
            "slug": "tides", "category_id": 1, "company_id": 1, "author": "Signe",
            "pull_quote": "Run it again.", "content": "Words.", "is_published": True,
            "featured": True,
        },
        (
            *("/", "/success-stories/", "/success-stories/category/arts/", "/companies/of-story/"),
            *("/success-stories/tides/", "/success-stories/feed.rss", "/success-stories/feed.atom"),
            *("/api/v2/success-stories", "/api/v2/success-stories/tides"),
            "/box/supernav-python-success-stories/",
        ),
    ),
    "minutes": Thing(
        "/minutes",
        "title",
        {"date": "2026-05-13", "content": "Words.", "is_published": True},
        (
            *(f"/psf/records/board/minutes/{one}" for one in ("", "?year=2026", "2026-05-13/")),
            *(f"/psf/records/board/minutes/{one}" for one in ("feed/", "feed.rss", "feed.atom")),
            *("/api/v2/minutes", "/api/v2/minutes/{id}"),
        ),
    ),
    "a working group": Thing(
        "/work-groups",
        "name",
        {
            "slug": "bakers", "purpose": "Bake.", "communication": "Mail.",
            "short_description": "They bake", "approved": True,
        },
        (
            *("/psf/workgroups/", "/psf/workgroups/?state=all", "/psf/workgroups/bakers/"),
            *("/api/v2/work-groups", "/api/v2/work-groups/bakers"),
        ),
    ),
    "a company": Thing(
        "/companies",
        "name",
        {"slug": "tansy", "about": "Maps."},
        (
            *("/companies/", "/companies/tansy/"),
            *("/api/v2/companies", "/api/v2/companies/tansy"),
        ),
    ),
    "a code sample": Thing(
        "/code-samples",
        "title",
        {"code": ">>> 1\n1", "position": 1, "is_published": True},
        ("/", "/api/v2/code-samples"),
    ),
    "a post": Thing(
        "/posts",
        "title",
        {"content": "Words.", "is_published": True},
        (
            *("/community/posts/", "/community/posts/?kind=text", "/community/{id}/"),
            *("/community/", "/community/feed.rss", "/community/feed.atom"),
            *("/api/v2/posts", "/api/v2/posts/{id}"),
        ),
    ),
    "an entry of a blog": Thing(
        "/blog-entries",
        "title",
        {
            "feed_id": 1, "url": "https://b.example/1", "pub_date": "2026-10-09T12:00:00Z",
            "summary": "<p>Words.</p>",
        },
        (
            *("/", "/blogs/", "/blogs/psf-news/", "/psf-landing/", "/blogs/feed.rss"),
            *("/blogs/psf-news/feed.atom", "/api/v2/blogs/entries", "/box/supernav-python-blog/"),
        ),
    ),
}  # fmt: skip


async def _made(written: Written) -> dict[str, int]:
    """Make one of each, and what they need; returns their ids."""
    await written.change("POST", "/story-categories", {"name": "Arts"})
    await written.change("POST", "/companies", {"name": "Of a story", "slug": "of-story"})
    feed = {"name": "B", "website_url": "https://b.example/", "feed_url": "https://b.example/f"}
    await written.change("POST", "/blog-feeds", feed)
    group = {"name": "PSF News", "slug": "psf-news", "feed_ids": [1]}
    await written.change("POST", "/blog-aggregates", group)
    ids = {}
    for what, thing in THINGS.items():
        body = {**thing.body, thing.field: f"{what} at first"}
        ids[what] = (await written.change("POST", thing.path, body))["id"]
    return ids


@pytest.mark.timeout(300)
async def test_an_edit_of_each_thing_is_everywhere(
    sites: Sites, written: Written, services: Services
) -> None:
    ids = await _made(written)
    home = {"downloads_url": services.take("downloads", migrated).url}
    async with AsyncExitStack() as stack:
        replicas = [await stack.enter_async_context(sites(**home)) for _ in range(2)]
        watch = Watch(replicas)
        for what, thing in THINGS.items():
            pages = [path.replace("{id}", str(ids[what])) for path in thing.pages]
            await watch.keep(pages)
            for turn in range(ROUNDS):
                text = f"{what} number {turn}"
                body = {**thing.body, thing.field: text}
                await written.change("PUT", f"{thing.path}/{ids[what]}", body)
                await watch.sees(what, text, pages)
        watch.judge()
