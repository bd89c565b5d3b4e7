"""Blogs: feeds, entries, groups of blogs, related blogs, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import markup
from content.blogs import seed, tasks
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

FEED: dict[str, Any] = {
    "name": "Insider",
    "website_url": "https://blog.example/",
    "feed_url": "https://blog.example/feed.xml",
}
ENTRY: dict[str, Any] = {
    "feed_id": 1,
    "title": "Released",
    "url": "https://blog.example/1",
    "pub_date": "2026-10-09T12:00:00Z",
    "summary": "<p>It is <b>out</b>.</p><script>alert(1)</script><img src=x onerror=alert(1)>",
}
GROUP: dict[str, Any] = {"name": "PSF News", "feed_ids": [1]}
RELATED: dict[str, Any] = {
    "name": "Planet",
    "blog_url": "https://planet.example/",
    "feed_url": "https://planet.example/rss.xml",
}


async def test_life_of_a_feed_and_its_entries(api: Api, rows: Rows) -> None:
    await api.made("/blog-feeds", FEED)
    made = await api.made("/blog-entries", ENTRY)
    assert made["summary_html"] == "<p>It is <b>out</b>.</p>"
    assert (made["excerpt"], made["feed"]["name"]) == ("It is out.", "Insider")
    assert (await api.put("/blog-entries/1", ENTRY, match=None)).status_code == 428
    assert (await api.put("/blog-entries/1", ENTRY, match=7)).status_code == 412
    assert (await api.put("/blog-entries/1", ENTRY)).json()["version"] == 1
    assert (await api.put("/blog-entries/1", {**ENTRY, "title": "Out"})).status_code == 200
    last = await rows.last()
    # Entries say what their blog is called.
    assert (await api.put("/blog-feeds/1", {**FEED, "name": "Other"})).status_code == 200
    assert (await api.read("/blog-entries/1"))["feed"]["name"] == "Other"
    assert [name for name, _, _ in await rows.told(last)] == [
        "blog_feed.updated",
        "blog_entry.updated",
    ]
    # What is hidden is nobody's business.
    hidden = {**ENTRY, "title": "Out", "hidden": True}
    assert (await api.put("/blog-entries/1", hidden)).status_code == 200
    assert (await api.get("/blog-entries/1")).status_code == 404
    assert (await api.read("/blog-entries"))["total"] == 0
    assert (await api.read("/blog-entries", as_=["content.view_blogentry"]))["total"] == 1
    assert (await rows.events(last))[-1]["data"] == {"id": 1, "hidden": True, "entry": None}
    exported = await api.read("/internal/export/blog-entries", as_=["system.export"])
    assert exported["items"][0]["data"]["entry"] is None
    assert (await api.delete("/blog-feeds/1")).status_code == 204
    told = await rows.told()
    assert [name for name, _, _ in told[-2:]] == ["blog_entry.deleted", "blog_feed.deleted"]
    assert await rows.one("SELECT count(*) FROM blog_entry") == 0
    versions = [row["aggregate_version"] for row in await rows.events() if "entry" in row["data"]]
    assert versions == sorted(set(versions))


async def test_groups_and_filters(api: Api, rows: Rows, statements: Callable[[], int]) -> None:
    for number in (1, 2, 3):
        named = {"name": f"F{number}", "feed_url": f"https://f{number}.example/"}
        await api.made("/blog-feeds", {**FEED, **named})
        for entry in range(3):
            day = f"2026-0{entry + 1}-0{number}T00:00:00Z"
            await api.made(
                "/blog-entries",
                {
                    **ENTRY,
                    "feed_id": number,
                    "title": f"{number}-{entry}",
                    "pub_date": day,
                    "url": f"https://f{number}.example/{entry}",
                },
            )
    made = await api.made("/blog-aggregates", {**GROUP, "feed_ids": [3, 1]})
    assert (made["slug"], [one["name"] for one in made["feeds"]]) == ("psf-news", ["F1", "F3"])
    before = statements()
    listed = await api.read("/blog-entries?aggregate=psf-news&limit=4")
    assert statements() - before <= 3
    assert [one["title"] for one in listed["items"]] == ["3-2", "1-2", "3-1", "1-1"]
    assert listed["total"] == 6
    for query, count in (
        ("feed=2", 3),
        ("aggregate=none", 0),
        ("pub_date__gte=2026-03-01T00:00:00Z", 3),
        ("pub_date__lt=2026-01-02T00:00:00Z", 1),
        ("q=2-", 3),
        ("id__gt=8", 1),
    ):
        assert (await api.read(f"/blog-entries?{query}"))["total"] == count, query
    last = await rows.last()
    path = "/blog-aggregates/1"
    assert (await api.put(path, {**GROUP, "feed_ids": [1, 3]})).status_code == 200
    assert await rows.last() == last
    assert (await api.put(path, {**GROUP, "slug": "psf"})).json()["feeds"][0]["name"] == "F1"
    assert (await rows.events(last))[0]["data"]["previous_slugs"] == ["psf-news"]
    assert (await api.get("/blog-aggregates/psf-news")).status_code == 404
    # A feed that goes leaves its groups.
    assert (await api.delete("/blog-feeds/1")).status_code == 204
    assert (await api.read("/blog-aggregates/psf"))["feeds"] == []
    assert (await api.delete(path)).status_code == 204


async def test_related_blogs(api: Api, rows: Rows) -> None:
    made = await api.made("/related-blogs", RELATED)
    assert made["last_entry_published"] is None
    assert (await api.put("/related-blogs/1", {**RELATED, "name": "Planets"})).status_code == 200
    assert (await api.read("/related-blogs"))["items"][0]["name"] == "Planets"
    assert (await api.delete("/related-blogs/1")).status_code == 204
    assert [name for name, _, _ in await rows.told()] == [
        "related_blog.created", "related_blog.updated", "related_blog.deleted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body", "field", "status"),
    [
        ("/blog-feeds", {**FEED, "feed_url": "javascript:alert(1)"}, "feed_url", 400),
        ("/blog-feeds", {**FEED, "name": ""}, "name", 400),
        ("/blog-feeds", {**FEED, "website_url": "https://other.example/"}, "feed_url", 409),
        ("/blog-entries", {**ENTRY, "feed_id": 9}, "feed_id", 400),
        ("/blog-entries", {**ENTRY, "url": "/here"}, "url", 400),
        ("/blog-entries", {**ENTRY, "pub_date": "2026-10-09T12:00:00"}, "pub_date", 400),
        ("/blog-entries", ENTRY, "url", 409),
        ("/blog-aggregates", {**GROUP, "feed_ids": [1, 9]}, "feed_ids", 400),
        ("/blog-aggregates", {**GROUP, "name": "…"}, "slug", 400),
        ("/related-blogs", {**RELATED, "blog_url": ""}, "blog_url", 400),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, path: str, body: dict[str, Any], field: str, status: int
) -> None:
    await api.made("/blog-feeds", FEED)
    await api.made("/blog-entries", ENTRY)
    last = await rows.last()
    answer = await api.post(path, body)
    assert answer.status_code == status, answer.text
    assert field in str(answer.json())
    assert await rows.last() == last


async def test_staff_hide_entries_and_ask_for_looks(api: Api, rows: Rows) -> None:
    await api.made("/admin-api/blog-feed", FEED)
    await api.made(
        "/admin-api/blog-feed", {**FEED, "feed_url": "https://b.example/", "active": False}
    )
    await api.made("/admin-api/blog-entry", ENTRY)
    await api.made("/admin-api/blog-aggregate", {**GROUP, "feed_ids": [1, 2]})
    form = await api.read("/admin-api/blog-aggregate/1", as_=api.permissions)
    assert form["values"]["feed_ids"] == [1, 2]
    listed = await api.read("/admin-api/blog-feed", as_=["content.view_blogfeed"])
    assert {"looked", "due", "failures", "error"} <= listed["items"][0]["values"].keys()
    for action, shown in (("hide", 0), ("show", 1)):
        done = await api.post(f"/admin-api/blog-entry/actions/{action}", {"ids": ["1"]})
        assert done.status_code == 200, done.text
        assert (await api.read("/blog-entries"))["total"] == shown
    assert (await api.post("/admin-api/blog-feed/actions/look", {"ids": ["1"]})).status_code == 200
    assert (await api.post("/admin-api/blog-feed/actions/look", {"ids": ["2"]})).status_code >= 400
    assert "asked for" in [row["action"] for row in await rows.audit()]


async def test_entries_are_rendered_again(
    api: Api, rows: Rows, context: TaskContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.made("/blog-feeds", FEED)
    await api.made("/blog-entries", ENTRY)
    monkeypatch.setattr(markup, "RENDERER_VERSION", 99)
    monkeypatch.setattr(markup, "sanitize", lambda *_, **__: "<p>Anew</p>")
    task = next(one for one in tasks.TASKS if one.name == "rerender-blog-entries")
    assert await task.run(context) == "1 blog entries rendered, 1 came out otherwise"
    assert (await api.read("/blog-entries/1"))["excerpt"] == "Anew"
    assert (await rows.told())[-1][0] == "blog_entry.updated"
    assert await task.run(context) == "0 blog entries rendered, 0 came out otherwise"


async def test_seeding_again_changes_nothing(api: Api, rows: Rows, context: TaskContext) -> None:
    said = await seed.seed(context)
    count = len(seed.shipped().entries)
    assert said == f"added {count} entries of blogs"
    listed = await api.read("/blog-entries")
    assert all(one["sample"] and one["excerpt"] for one in listed["items"])
    assert count > 15
    assert (await api.read("/blog-entries?aggregate=psf-news"))["total"] >= 5
    # Nobody is asked anything but where the site serves the public.
    assert await rows.one("SELECT count(*) FROM blog_feed WHERE active") == 0
    assert (await api.delete(f"/blog-entries/{listed['items'][0]['id']}")).status_code == 204
    last = await rows.last()
    assert await seed.seed(context) == "added 0 entries of blogs"
    assert await rows.last() == last
