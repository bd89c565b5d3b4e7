"""Following blogs: held samples, hostile feeds, changes, failures, and dry runs."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from content.blogs import parsing, tasks
from content.blogs.following import address_of
from content.settings import Settings
from servicekit.imports import NotFollowed
from servicekit.service import Idle, TaskContext
from servicekit.testing import Api, Rows

_SAMPLES = Path(os.environ.get("FEED_SAMPLES", "/no-samples"))
_EXPECTED: dict[str, Any] = (
    json.loads((_SAMPLES / "expectations.json").read_text())["files"]
    if (_SAMPLES / "expectations.json").is_file()
    else {}
)


@pytest.mark.skipif(not _EXPECTED, reason="FEED_SAMPLES names no folder with expectations.json")
def test_held_samples_give_the_expected_entries() -> None:
    for name, expected in _EXPECTED.items():
        found = parsing.read((_SAMPLES / name).read_bytes())
        assert (found.version, bool(found.broken)) == (
            expected["version"],
            not expected["well_formed"],
        ), name
        assert found.title == (expected["feed"]["title"] or None), name
        assert [_told(one) for one in found.entries] == [
            {
                **{key: one[key] or None for key in ("title", "link", "id", "author")},
                "published": one["published"] and datetime.fromisoformat(one["published"]),
                "updated": one["updated"] and datetime.fromisoformat(one["updated"]),
                "summary": one["summary"] or (one["content"] or [None])[0],
            }
            for one in expected["entries"]
        ], name


def _told(entry: parsing.Entry) -> dict[str, Any]:
    return entry.model_dump()


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://pythoninsider.blogspot.com/2026/1.html", "https://blog.python.org/2026/1.html"),
        ("http://PythonInsider.blogspot.com:80/a?b=c#d", "https://blog.python.org/a?b=c#d"),
        (
            "http://a.example/pythoninsider.blogspot.com",
            "http://a.example/pythoninsider.blogspot.com",
        ),
        (" https://a.example/ü b ", "https://a.example/%C3%BC%20b"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        *(
            (bad, "")
            for bad in (
                *("javascript:alert(1)", "/relative", "http://", "data:text/html,x", "", None),
                *("http://[::1", "http://a.example:99999/", "https://a.example/" + "a" * 500),
            )
        ),
    ],
)
def test_addresses(link: str | None, address: str) -> None:
    assert address_of(link) == address


def test_what_takes_too_much_is_given_up() -> None:
    """Text on which the library's time grows with the square of its length."""
    body = b'<rss version="2.0"><channel><item><description>' + b"&lt;a href=&quot;" * 200_000
    with pytest.raises(NotFollowed, match="takes too much"):
        parsing.read(body, seconds=1)


# --- a server elsewhere ---


@dataclass
class Server:
    """A blog elsewhere: what it answers at each path, and how it was asked."""

    url: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)
    asked: list[str | None] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(request.headers.get("If-None-Match"))
        if name == "loop":
            raise web.HTTPFound("/loop")
        if name == "inside":
            raise web.HTTPFound("http://10.0.0.1/feed.xml")
        if name == "huge":
            answer = web.StreamResponse()
            await answer.prepare(request)
            try:
                for _ in range(50):
                    await answer.write(b"x" * 1_000_000)
            except ConnectionError:
                pass
            return answer
        body = self.bodies.get(name)
        if body is None:
            raise web.HTTPGone
        tag = f'"{hash(body)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(body=body, headers={"ETag": tag, "Content-Type": "application/xml"})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one = Server()
    app = web.Application()
    app.router.add_get("/{name}", one.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield one
    await runner.cleanup()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Have a server on this machine be reached; all else is as it ships."""
    return settings.model_copy(update={"import_networks": (ip_network("127.0.0.0/8"),)})


def item(
    number: int, *more: str, title: str = "", date: str = "Fri, 09 Oct 2026 12:00:00 GMT"
) -> str:
    when = f"<pubDate>{date}</pubDate>" if date else ""
    return (
        f"<item><title>{title or f'Entry {number}'}</title>"
        f"<link>https://blog.example/{number}</link>{when}{''.join(more)}</item>"
    )


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>B</title>{"".join(items)}</channel></rss>'.encode()


async def feed(api: Api, url: str, name: str = "Blog", path: str = "/blog-feeds") -> None:
    where = "website_url" if path == "/blog-feeds" else "blog_url"
    await api.made(path, {"name": name, where: "https://blog.example/", "feed_url": url})


async def again(rows: Rows, context: TaskContext) -> str:
    await rows.do("UPDATE blog_feed SET due = now()")
    await rows.do("UPDATE related_blog SET due = now()")
    return await tasks.run(context)


async def test_what_changes_there_changes_here(
    api: Api, rows: Rows, context: TaskContext, server: Server
) -> None:
    await feed(api, f"{server.url}/a")
    made_up = {
        "feed_id": 1,
        "title": "Made up",
        "url": "https://blog.example/0",
        "pub_date": "2026-01-01T00:00:00Z",
    }
    await api.made("/blog-entries", made_up)
    await rows.do("UPDATE blog_entry SET sample = true")
    server.bodies["a"] = rss(
        item(
            2, "<description>&lt;p onclick='x'&gt;Two&lt;script&gt;x&lt;/script&gt;</description>"
        ),
        item(1, title="One &lt;b&gt;bold&lt;/b&gt;"),
        item(3, date=""),
        item(4, date="whenever"),
        item(5, date="Sat, 01 Jan 2095 00:00:00 GMT"),
        item(1, title="The same again"),
        "<item><title>Nowhere</title></item>",
        "<item><title>Bad</title><link>javascript:alert(1)</link></item>",
        "<item><link>https://blog.example/6</link>"
        "<description>No title, but words</description></item>",
    )
    said = await tasks.run(context)
    assert "6 new, 0 changed, 1 gone, 0 as before, 2 left out" in said
    assert "! Bad: it has no address" in said
    assert isinstance(await tasks.run(context), Idle)
    listed = {one["url"][-1]: one for one in (await api.read("/blog-entries"))["items"]}
    assert set(listed) == set("123456")
    assert listed["1"]["title"] == "One bold"
    assert listed["2"]["summary_html"] == "<p>Two</p>"
    assert listed["6"]["title"] == "No title, but words"
    # What has no date, none that can be read, or one to come, counts from when it was seen.
    assert {listed[one]["pub_date"][:4] for one in "345"} <= {
        str(await rows.one("SELECT extract(year FROM now())"))
    }
    # Nothing changed there: neither asked for whole, nor written.
    last = await rows.last()
    assert "0 new" not in await again(rows, context)
    assert server.asked[0] is None
    assert server.asked[1] is not None
    assert await rows.last() == last
    # One changes; one that somebody hid stays so; what is gone there stays here.
    await api.post("/admin-api/blog-entry/actions/hide", {"ids": [str(listed["2"]["id"])]})
    server.bodies["a"] = rss(item(2, title="Two, put right"), item(1, title="One"))
    assert "0 new, 2 changed, 0 gone, 0 as before" in await again(rows, context)
    shown = await api.read("/blog-entries")
    assert (shown["total"], {one["title"] for one in shown["items"]} >= {"One"}) == (5, True)
    assert await rows.one("SELECT title FROM blog_entry WHERE hidden") == "Two, put right"
    reports = await rows.all("SELECT created, updated, deleted FROM blog_feed_report ORDER BY id")
    assert [list(row.values()) for row in reports] == [[6, 0, 1], [0, 2, 0]]
    report = await api.read("/admin-api/blog-feed-report/1", as_=["content.view_blogfeed"])
    assert "+ One bold" in report["values"]["lines"]


async def test_related_blogs_are_known_by_their_newest(
    api: Api, rows: Rows, context: TaskContext, server: Server
) -> None:
    await feed(api, f"{server.url}/a", "Planet", "/related-blogs")
    old = "Thu, 01 Jan 2026 00:00:00 GMT"
    server.bodies["a"] = rss(item(1, date=old), item(2), item(3, date=""))
    assert "0 new, 1 changed" in await tasks.run(context)
    blog = await api.read("/related-blogs/1")
    assert (blog["last_entry_title"], blog["last_entry_url"][-1]) == ("Entry 2", "2")
    last = await rows.last()
    server.bodies["a"] = rss(item(2), item(1, date=old))
    assert "1 as before" in await again(rows, context)
    assert await rows.last() == last


async def test_hostile_feeds_harm_nothing_and_are_reported(
    api: Api, rows: Rows, context: TaskContext, server: Server
) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    server.bodies |= {
        "bomb": f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'.encode()
        + rss("<item><title>&l9;</title></item>"),
        "file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + rss(item(1, title="&a;")),
        "path": b"/etc/passwd",
        "page": b"<html><p>Hello</p></html>",
        "nul": b"\0" * 1000,
        "wrong": b'<?xml version="1.0" encoding="utf-8"?>'
        + rss(item(9, title="Gr\u00fc\u00dfe")).decode().encode("latin-1"),
        "good": rss(item(1)),
    }
    reasons = {
        "loop": "TooManyRedirects",
        "inside": "its address is not on the public internet",
        "huge": "it is larger than 5000000 bytes",
        "bomb": "it declares entities",
        "file": "it declares entities",
        "path": "what is there is no feed",
        "page": "what is there is no feed",
        "nul": "what is there is no feed",
        "gone": "it answered 410",
        "wrong": "1 new",
        "good": "1 new",
    }
    for name in reasons:
        await feed(api, f"{server.url}/{name}", name)
    # What can be told of an address is told when it is typed; a name is judged when it is asked.
    for number, (path, url) in enumerate(
        (path, url)
        for path in ("/blog-feeds", "/related-blogs")
        for url in ("http://169.254.169.254/latest", "http://10.0.0.7/a", "https://0.0.0.0/")
    ):
        where = "website_url" if path == "/blog-feeds" else "blog_url"
        body = {"name": f"inside {number}", where: "https://blog.example/", "feed_url": url}
        refused = await api.post(path, body)
        assert refused.status_code == 400, url
        assert refused.json()["errors"][0]["loc"] == ["body", "feed_url"]
    await feed(api, "https://blog.example/feed", "metadata")
    told = "UPDATE blog_feed SET feed_url = 'http://169.254.169.254/a' WHERE name = 'metadata'"
    await rows.do(told)
    said = await tasks.run(context)
    for name, reason in {**reasons, "metadata": "not on the public internet"}.items():
        line = next(one for one in said.splitlines() if one.startswith(f"{name}:"))
        assert reason in line, line
    titles = sorted(one["title"] for one in (await api.read("/blog-entries"))["items"])
    assert titles == ["Entry 1", "Grüße"]
    listed = await api.read("/admin-api/blog-feed?q=loop", as_=["content.view_blogfeed"])
    assert "TooManyRedirects" in str(listed)
    # Those that fail are asked less and less often; the same failure again is no second report.
    failed = "SELECT count(*) FROM blog_feed_report WHERE outcome = 'failed'"
    count = await rows.one(failed)
    first = await rows.one("SELECT due - now() FROM blog_feed WHERE name = 'loop'")
    await rows.do("UPDATE blog_feed SET due = now() WHERE name = 'loop'")
    await tasks.run(context)
    assert await rows.one("SELECT due - now() FROM blog_feed WHERE name = 'loop'") > first * 1.5
    assert await rows.one(failed) == count
    # Who adds one is told when it is read, and where it says that it could not be.
    named = {"name": "New", "website_url": "https://n.example/"}
    sent: dict[str, object] = {**named, "feed_url": "https://n.example/f"}
    added = (await api.post("/admin-api/blog-feed", sent)).json()["advice"]
    assert "read within a minute" in added
    assert "last error" in added
    sent = {**named, "feed_url": "https://i.example/f", "active": False}
    assert "not active" in (await api.post("/admin-api/blog-feed", sent)).json()["advice"]


async def test_a_dry_run_shows_and_writes_nothing(
    api: Api, rows: Rows, settings: Settings, context: TaskContext, server: Server
) -> None:
    await feed(api, f"{server.url}/a")
    server.bodies["a"] = rss(item(1), item(2))
    dry = TaskContext(database=context.database, settings=settings, log=context.log, dry_run=True)
    for _ in range(2):
        assert "2 new" in await tasks.run(dry)
    assert await rows.one("SELECT count(*) FROM blog_entry") == 0
    assert await rows.one("SELECT count(*) FROM blog_feed_report") == 0
    # Two workers at once do the work once.
    said = await asyncio.gather(tasks.run(context), tasks.run(context))
    assert sum("2 new" in one for one in said) == 1
    assert await rows.one("SELECT count(*) FROM blog_entry") == 2
