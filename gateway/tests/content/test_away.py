"""What is left of the pages of editors while their service is away. It does not come back here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from written import Sites, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: A page of each domain that somebody has seen, with what it shows, and one that nobody has.
PAGES = {
    "/known/": ("Text.", "/never/seen/"),
    "/success-stories/tides/": ("Tides", "/success-stories/category/arts/"),
    "/success-stories/feed.rss": ("Tides", "/success-stories/feed.atom"),
    "/psf/records/board/minutes/2026-05-13/": ("Regular", "/psf/records/board/minutes/"),
    "/psf/workgroups/": ("Bakers", "/psf/workgroups/bakers/"),
    "/companies/": ("Tansy", "/companies/tansy/"),
    "/community/posts/": ("Chairs", "/community/posts/?kind=text"),
    "/blogs/": ("Released", "/blogs/feed.rss"),
    "/api/v2/code-samples": ("One", "/api/v2/posts"),
}


async def fill(written: Written) -> None:
    """Make one of each."""
    await written.page("known")
    await written.change("POST", "/story-categories", {"name": "Arts"})
    texts: dict[str, dict[str, object]] = {
        "/stories": {
            "name": "Tides",
            "category_id": 1,
            "company_name": "S",
            "author": "A",
            "content": "W.",
        },
        "/minutes": {"date": "2026-05-13", "title": "Regular"},
        "/posts": {"title": "Chairs", "content": "Words."},
        "/code-samples": {"title": "One", "code": ">>> 1\n1", "position": 1},
    }
    for path, body in texts.items():
        await written.change("POST", path, {**body, "is_published": True})
    group = {"name": "Bakers", "slug": "bakers", "purpose": "Bake.", "communication": "Mail."}
    await written.change("POST", "/work-groups", {**group, "approved": True})
    await written.change("POST", "/companies", {"name": "Tansy"})
    blog = {"name": "B", "website_url": "https://b.example/", "feed_url": "https://b.example/f"}
    await written.change("POST", "/blog-feeds", blog)
    entry = {"feed_id": 1, "title": "Released", "url": "https://b.example/1"}
    entry["pub_date"] = "2026-10-09T12:00:00Z"
    await written.change("POST", "/blog-entries", entry)


async def test_while_the_service_is_away(sites: Sites, written: Written) -> None:
    await fill(written)
    async with sites(cache_unheard=0.01, cache_patience=0.2, backend_timeout=2) as site:
        for path, (shown, _) in PAGES.items():
            assert await site.shows(path, shown), path
        written.process.stop()
        keys = {"stories", "minutes", "work-groups", "companies", "posts", "blogs", "code-samples"}
        await site.app.state.store.purge({"page:known", *keys})
        for path, (shown, unseen) in PAGES.items():
            stale = await site.get(path)
            assert (stale.status_code, stale.headers["x-cache"]) == (200, "stale"), path
            assert shown in stale.text, path
            unknown = await site.get(unseen)
            assert unknown.status_code == 503, unseen
            assert "retry-after" in unknown.headers, unseen
            assert "Traceback" not in unknown.text, unseen
