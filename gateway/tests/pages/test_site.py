"""Every page of the composed site, on the real releases."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any, override
from urllib.parse import urldefrag, urljoin
from zlib import crc32

import html5lib
import pytest
import time_machine

from gateway.pages import boxes, home, membership
from gateway.pages.accounts.routes import ACCOUNTS
from gateway.pages.blogs.routes import BLOGS
from gateway.pages.community import pages as community
from gateway.pages.companies import pages as companies
from gateway.pages.content import page as content
from gateway.pages.events.routes import EVENTS
from gateway.pages.groups import pages as groups
from gateway.pages.jobs.routes import JOBS
from gateway.pages.minutes import pages as minutes
from gateway.pages.routes import PAGES
from gateway.pages.sponsors.routes import SPONSORS
from gateway.pages.stories.routes import STORIES
from gateway.web.forms import FormRoute

type Site = Any

#: Release pages that are followed in every case: the latest, old ones, one of a pre-release.
DEEP = {
    f"/downloads/release/python-{number}/" for number in ("3150", "380", "2718", "3150rc3", "3124")
}

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Values for addresses with parameters.
VALUES = {
    "slug": "windows",
    "which": "python3",
    "version": "3.12.4",
    "pk": "1",
    "kind": "company",
    "group": "downloads",
    "label": "download-sources",
}

LEADS = re.compile(r"downloads\.(latest|legacy|moved)|landing\.moved|favicon|api$")

#: What answers only with another service; the tests beside these are about it.
OTHERS = {
    boxes.written.name,
    content.preview.name,
    "landing.moved_shop-landing",
    "sitemap.community",
    "sitemap.companies",
    "sitemap.events",
    "sitemap.jobs",
    "sitemap.pages",
    "sitemap.minutes",
    "sitemap.stories",
    "sitemap.workgroups",
}


#: This site has none of these; other folders of tests are about them.
ELSEWHERE = {
    *(*ACCOUNTS, *EVENTS, *BLOGS, *JOBS, *SPONSORS, *STORIES),
    *(*companies.PAGES, *groups.PAGES, *community.PAGES, *minutes.PAGES),
    membership.membership,
}


def addresses(*, leading: bool) -> list[str]:
    """Every address of the route table that leads elsewhere, or that does not."""

    def filled(path: str) -> str:
        slug = "python-3124" if "/release/" in path else ""
        return re.sub(r"\{(\w+):\w+\}", lambda match: slug or VALUES[match[1]], path)

    found = []
    for route in PAGES:
        if route.name in OTHERS:
            continue
        if route in ELSEWHERE:
            continue
        paths = (route.path,) if isinstance(route, FormRoute) else route.paths
        if bool(LEADS.match(route.name)) is leading:
            found += [filled(path) for path in paths]
    return found


class Anchors(HTMLParser):
    """Collects what a page links to and what can be linked to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.titles: list[str] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in {"a", "link"} and (href := found.get("href")):
            self.links.add(href)
        if tag in {"script", "img"} and (src := found.get("src")):
            self.links.add(src)
        if tag == "form" and (action := found.get("action")):
            self.links.add(action)
        if name := found.get("id"):
            self.ids.append(name)


@pytest.mark.parametrize("path", addresses(leading=False))
async def test_every_page_answers(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 200
    assert "x-trace-id" in answer.headers


@pytest.mark.parametrize("path", addresses(leading=True))
async def test_every_other_address_leads_to_a_page(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code in {301, 302}
    assert (await site.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in addresses(leading=False)
        if p.endswith("/") and "/box/" not in p and "suggestions" not in p
    ],
)
async def test_every_page_is_valid_html_in_the_frame(site: Site, path: str) -> None:
    text = await site.text(path)
    html5lib.HTMLParser(strict=True).parse(text)
    anchors = Anchors(text)
    assert len(anchors.ids) == len(set(anchors.ids))
    assert text.count("<h1") == 1
    assert 'href="https://donate.python.org/"' in text
    assert "{{" not in text
    canonical = re.search(r'<link rel="canonical" href="([^"]+)"', text)
    assert canonical is not None
    assert canonical[1] == f"https://www.python.org{path.replace('/getit/', '/downloads/')}"


async def test_no_link_of_the_site_is_broken(site: Site) -> None:
    seen: dict[str, Anchors | None] = {}
    todo = {
        "/",
        "/inner/",
        "/downloads/?series=3.8&os=windows",
        "/downloads/windows/?kind=stable&page=2",
    }
    wanted: set[tuple[str, str, str]] = set()
    broken = []
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        answer = await site.get(path)
        seen[path] = None
        if answer.status_code not in {200, 301, 302}:
            broken.append((path, answer.status_code))
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        anchors = Anchors(answer.text)
        seen[path] = anchors
        for link in anchors.links:
            target, fragment = urldefrag(urljoin(path, link))
            if not target.startswith("/") or target.startswith("//"):
                continue
            # To the accounts, events, jobs and sponsors, which this site does without.
            away = ("/events/", "/jobs/", "/psf/sponsors/", "/sponsors/")
            if target == "/users/edit/" or target.startswith(away):
                continue
            # Release pages are alike, and some stand for all of them.
            if "/release/" in target and crc32(target.encode()) % 8 and target not in DEEP:
                continue
            todo.add(target)
            if fragment and target.partition("?")[0].endswith("/"):
                wanted.add((path, target, fragment))
    assert broken == []
    assert len(seen) > 80
    lost = [
        (path, target, fragment)
        for path, target, fragment in wanted
        if (there := seen.get(target)) is not None and fragment not in there.ids
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("system", "file"),
    [
        ("Windows", "python-3.15.0-amd64.exe"),
        ("macOS", "python-3.15.0-macos11.pkg"),
        ("Android", "python-3.15.0-aarch64-linux-android.tar.gz"),
        ("iOS", "python-3.15.0-iOS-XCframework.tar.gz"),
        ("Linux", "Python-3.15.0.tar.xz"),
    ],
)
@pytest.mark.parametrize("path", ["/downloads/", "/"])
async def test_the_button_is_for_the_visitor(site: Site, path: str, system: str, file: str) -> None:
    text = await site.text(path, system=system)
    buttons = re.findall(r'class="button button--primary button--large" href="([^"]+)"', text)
    assert [button.rsplit("/", 1)[-1] for button in buttons] == [file]


async def test_a_visitor_of_no_known_system_chooses(site: Site) -> None:
    text = await site.text("/downloads/", agent="something else")
    for file in ("amd64.exe", "macos11.pkg", "linux-android.tar.gz", "XCframework.tar.gz"):
        assert file in text
    assert "button--large" not in text


@pytest.mark.parametrize(
    ("slug", "file"),
    [("windows", "python-3.15.0-amd64.exe"), ("source", "Python-3.15.0.tar.xz"), ("other", "")],
)
async def test_the_page_of_a_system_begins_with_its_download(
    site: Site, slug: str, file: str
) -> None:
    text = await site.text(f"/downloads/{slug}/")
    buttons = re.findall(r'class="button button--primary button--large" href="([^"]+)"', text)
    assert [button.rsplit("/", 1)[-1] for button in buttons] == [file] * bool(file)
    assert text.count("cannot be used on Windows 7 or earlier") == (slug == "windows")


async def test_one_download_of_a_release_stands_out(site: Site) -> None:
    text = await site.text("/downloads/release/python-3150/")
    buttons = re.findall(r'class="button button--(\w+)" href="[^"]+/([^"/]+)"', text)
    assert buttons == [
        ("primary", "python-3.15.0-amd64.exe"),
        ("quiet", "python-3.15.0-macos11.pkg"),
        ("quiet", "Python-3.15.0.tar.xz"),
    ]
    # Not to be broken after its hyphen on a phone.
    assert ' <span class="nowrap">(64-bit)</span></span></a>' in text


async def test_the_landing_page_has_its_parts(site: Site) -> None:
    text = await site.text("/downloads/")
    for part in ("active-releases", "releases", "licenses", "sources", "alternatives", "history"):
        assert f'id="{part}"' in text
    assert 'id="gpg"' in text
    assert text.count('<svg class="timeline__svg') == 2
    for series in ("3.15", "3.14", "3.13", "3.12", "3.11", "3.10"):
        assert f"/downloads/latest/python{series}/" in text
    assert "/downloads/latest/python3.9/" not in text
    assert "/downloads/release/python-270/" in text
    assert "/downloads/release/python-3150rc3/" not in text


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/", {"home", "downloads", "navigation", *(f"box:{label}" for label in home.LABELS)}),
        ("/downloads/", {"downloads", "release-cycle", "navigation"}),
        ("/downloads/?os=windows", {"downloads", "release-cycle", "os:windows", "navigation"}),
        ("/downloads/operating-systems/", {"downloads", "navigation"}),
        ("/downloads/macos/", {"downloads", "os:macos", "navigation"}),
        (
            "/downloads/release/python-3124/",
            {
                "downloads",
                "release-cycle",
                "major:100",
                "release:python-3124",
                "release:python-31215",
                "series:3.12",
                "os:macos",
                "os:source",
                "os:windows",
                "navigation",
            },
        ),
        ("/downloads/release/none/", None),
        ("/downloads/latest/", {"downloads"}),
        ("/downloads/feed.rss", {"downloads"}),
        ("/doc/versions/", {"doc", "downloads", "navigation"}),
        ("/box/download-sources/", {"box", "downloads", "navigation"}),
        ("/sitemap.xml", {"sitemap.xml"}),
        ("/sitemap-downloads.xml", {"sitemap-downloads.xml", "downloads"}),
        ("/robots.txt", {"robots.txt"}),
    ],
)
async def test_a_page_tells_what_it_is_made_of(
    site: Site, path: str, keys: set[str] | None
) -> None:
    told = (await site.get(path)).headers.get("surrogate-key")
    assert (set(told.split()) - {"pydotorg-app"} if told else None) == keys


async def test_the_landing_page_asks_for_four_things_at_once(site: Site) -> None:
    async def calls() -> float:
        text = (await site.get("/metrics")).text
        found = re.search(r'gateway_backend_duration_seconds_count\{.*"ok".*\} (\S+)', text)
        return float(found[1]) if found else 0

    # Pages that nobody asked for yet in this module, so that each is composed.
    for path in ("/getit/?series=3.4&os=macos", "/getit/?series=3.3"):
        await site.purge(path)
        before = await calls()
        await site.text(path)
        assert await calls() - before == 4
    before = await calls()
    await site.text("/getit/?series=3.5")
    assert await calls() == before, "what pages share is asked for once"


async def test_the_list_filters_by_series_and_system(site: Site) -> None:
    both = await site.text("/downloads/", series="3.8", os="windows")
    rows = set(re.findall(r'href="(/downloads/release/[^"#]+)"', both))
    assert "/downloads/release/python-3810/" in rows
    # 3.8.20 was a source release: it has nothing for Windows.
    assert "/downloads/release/python-3820/" not in rows
    assert "/downloads/release/python-3120/" not in rows
    series = await site.text("/downloads/", version="3.8")
    assert "/downloads/release/python-3820/" in series
    assert '<option value="3.8" selected>' in series


async def test_a_series_without_a_release_is_refused_in_a_sentence(site: Site) -> None:
    answer = await site.get("/downloads/?series=9.9")
    assert answer.status_code == 400
    assert "“series” cannot be 9.9: Python has no such series.</p>" in answer.text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/downloads/?series=3.99", "series"),
        ("/downloads/?series=x", "series"),
        ("/downloads/?version=3.12.1", "version"),
        ("/downloads/?series=3.12&version=3.13", "version"),
        ("/downloads/?os=amiga", "os"),
        ("/downloads/?os=%00", "os"),
        ("/downloads/?os=a/b", "os"),
        ("/downloads/windows/?page=0", "page"),
        ("/downloads/windows/?kind=stable&page=-1", "page"),
        ("/downloads/windows/?kind=stable&page=%D9%A3", "page"),
        ("/downloads/windows/?page=2", "kind"),
        ("/downloads/windows/?kind=all", "kind"),
        (f"/search/?q={'x' * 201}", "q"),
        ("/search/?q=%00", "q"),
        ("/search/?q=%ff", "q"),
    ],
)
async def test_a_bad_value_is_refused_by_name(site: Site, path: str, field: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 400
    assert f"“{field}”" in answer.text
    assert 'href="https://donate.python.org/"' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/downloads/amiga/",
        "/downloads/%2e%2e/",
        "/downloads/a%20b/",
        "/downloads/release/python-1/",
        f"/downloads/release/{'x' * 250}/",
        "/downloads/windows/?kind=stable&page=999",
        "/downloads/latest/python4/",
        "/downloads/latest/python3.x/",
        "/downloads/latest/pymanager/",
        "/downloads/latest/pymanager",
        "/download/releases/9.9.9/",
        "/download/releases/3.12.99/",
        "/download/releases/x/",
        "/download/releases/%D9%A3.%D9%A1/",
        "/release-edit-button/x",
        "/release-edit-button/%D9%A3",
        "/box/nothing/",
        "/nothing/",
    ],
)
async def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 404
    assert 'href="https://donate.python.org/"' in answer.text


@pytest.mark.parametrize("root", ["/downloads", "/getit"])
@pytest.mark.parametrize(
    ("which", "target"),
    [
        ("", "/downloads/release/python-3150/"),
        ("python3", "/downloads/release/python-3150/"),
        ("python2", "/downloads/release/python-2718/"),
        ("python3.13", "/downloads/release/python-31316/"),
        ("python3.6", "/downloads/release/python-3615/"),
        ("python3.99", "/downloads/"),
    ],
)
async def test_latest_leads_to_the_newest_release(
    site: Site, root: str, which: str, target: str
) -> None:
    base = f"{root}/latest/{which}".rstrip("/")
    for path in (base, f"{base}/"):
        answer = await site.get(path)
        assert (answer.status_code, answer.headers["location"]) == (302, target)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/download/releases/3.12.4/", "/downloads/release/python-3124/"),
        ("/download/releases/3.12.4", "/downloads/release/python-3124/"),
        ("/download/releases/3.2/", "/downloads/release/python-320/"),
        ("/download/releases/2.7/", "/downloads/release/python-270/"),
        ("/download/", "/downloads/"),
        ("/download/mac/", "/downloads/macos/"),
    ],
)
async def test_old_addresses_lead_on_for_good(site: Site, path: str, target: str) -> None:
    answer = await site.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, target)


async def test_the_feed_has_the_newest_ten(site: Site) -> None:
    answer = await site.get("/downloads/feed.rss")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert parsedate_to_datetime(answer.headers["last-modified"]).tzinfo
    items = ET.fromstring(answer.content).findall("./channel/item")
    assert len(items) == 10
    assert items[0].findtext("title") == "Python 3.15.0"
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    assert dates == sorted(dates, reverse=True)
    again = await site.gateway.get(
        "/downloads/feed.rss", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


async def test_the_maps_list_pages_that_are_there(site: Site) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

    async def listed(path: str) -> list[str]:
        found = ET.fromstring((await site.get(path)).content)
        return [
            (row.findtext(f"{space}loc") or "").removeprefix("https://www.python.org")
            for row in found
        ]

    maps = await listed("/sitemap.xml")
    assert maps == ["/sitemap-site.xml", "/sitemap-downloads.xml"], "without a content service"
    paths = [path for one in maps for path in await listed(one)]
    assert len(paths) == len(set(paths)) > 272
    assert {"/", "/about/", "/downloads/", "/downloads/windows/"} <= set(paths)
    assert "/downloads/release/python-3150/" in paths
    for path in await listed("/sitemap-site.xml"):
        assert (await site.get(path)).status_code == 200
    assert "Sitemap: https://www.python.org/sitemap.xml" in (await site.get("/robots.txt")).text


async def test_search_says_so_while_nobody_can_answer(site: Site) -> None:
    """This site has no content service."""
    answer = await site.get("/search/", q="<b>3.14</b>")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "<b>3.14" not in answer.text
    assert "https://docs.python.org/3/search.html?q=%3Cb%3E3.14%3C%2Fb%3E" in answer.text
    assert 'href="https://donate.python.org/"' in answer.text
    assert (await site.get("/search/")).status_code == 200
    assert (await site.get("/search/suggestions/", q="py")).json() == ["py", [], [], []]
    assert "https://peps.python.org/pep-0008/" in (await site.get("/search/", q="pep 8")).text


async def test_pages_are_light(site: Site) -> None:
    """Document, style and scripts of a first view; pictures are counted by the browser tests."""
    headers = {"Accept-Encoding": "gzip"}
    for path in ("/", "/downloads/", "/downloads/windows/", "/downloads/release/python-3150/"):
        size = 0
        text = (await site.get(path)).text
        parts = {link for link in Anchors(text).links if link.startswith("/static/")}
        for part in {path, *parts}:
            async with site.gateway.stream("GET", part, headers=headers) as answer:
                assert answer.status_code == 200
                size += sum([len(chunk) async for chunk in answer.aiter_raw()])
        assert size < 100_000, path


async def test_the_demo_form_shows_what_was_understood(site: Site) -> None:
    shown = await site.get("/inner/")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', shown.text))
    assert hidden
    cookie = shown.headers["set-cookie"].partition(";")[0]

    async def send(**fields: str) -> Any:
        return await site.gateway.post(
            "/inner/", data={**hidden, **fields}, headers={"Cookie": cookie}
        )

    soon = await send(name="Ada")
    assert soon.status_code == 422
    assert "faster than people type" in soon.text
    assert 'value="Ada"' in soon.text

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=True):
        wrong = await send(name=" ", email="ada", message="<b>kept</b>")
        assert wrong.status_code == 422
        assert 'href="#field-name"' in wrong.text
        assert "does not look like an address" in wrong.text
        assert "&lt;b&gt;kept&lt;/b&gt;</textarea>" in wrong.text

        right = await send(name=" Ada ", topic="python", send_copy="yes", message="Hello")
        assert right.status_code == 200
        facts = re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", right.text)
        assert facts[-5:] == [
            ("Name", "Ada"),
            ("E-mail", "none"),
            ("About", "Python"),
            ("Message", "Hello"),
            ("Copy", "yes"),
        ]
