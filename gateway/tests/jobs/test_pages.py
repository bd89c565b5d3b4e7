"""Every public page and feed of the job board, and what is answered where there is none."""

from __future__ import annotations

import gzip
import html
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import pytest
import pytest_asyncio

from devstack.waiting import until

if TYPE_CHECKING:
    from .conftest import Board, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

SNAKES, HERONS, GEESE = (
    "Teacher of Snakes",
    "Herder &lt;b&gt;of&lt;/b&gt; Herons",
    "Herder of Geese",
)
ALL = {SNAKES, HERONS, GEESE}
#: What no visitor may read anywhere.
HIDDEN = ("Only a Draft", "Waiting in Line", "Turned Down", "Taken Off", "heron@example.org")


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _gone(board: Board, site: Site) -> None:
    """Have had a job in Norway."""
    number = await board.post("Gone Fishing", city="Oslo", country="Norway")
    await board.call("POST", f"/own/jobs/{number}/withdraw", {})

    async def gone() -> bool:
        return "No open job" in (await site.get("/jobs/country/norway/")).text

    await until(gone)


def listed(text: str) -> set[str]:
    """Return the jobs in the list of a page."""
    return set(re.findall(r'job-row__title"><a href="/jobs/\d+/">([^<]+)</a>', text))


async def test_every_page_of_the_reference(site: Site, board: Board) -> None:
    lists = {
        "/jobs/": ALL,
        "/jobs/type/web/": {HERONS, GEESE},
        "/jobs/type/big-data/": {SNAKES},
        "/jobs/category/education/": {SNAKES},
        "/jobs/location/berlin-germany/": {HERONS},
        "/jobs/location/berlin-brandenburg-germany/": {GEESE},
        "/jobs/location/telecommute/": {SNAKES, GEESE},
        "/jobs/country/germany/": {HERONS, GEESE},
        # Places that had a job once.
        "/jobs/location/oslo-norway/": set(),
        "/jobs/country/norway/": set(),
        # Each filter, and all of them at once.
        "/jobs/?q=herder": {HERONS, GEESE},
        "/jobs/?q=herder&remote=yes": {GEESE},
        "/jobs/?category=education": {SNAKES},
        "/jobs/?type=web&country=germany": {HERONS, GEESE},
        "/jobs/?country=peru&remote=yes&posted=7&sort=ending": {SNAKES},
        "/jobs/?q=herder&category=software-developer&type=web&country=germany"
        "&location=berlin-brandenburg-germany&remote=yes&posted=1": {GEESE},
        "/jobs/?category=education&country=germany": set(),
        "/jobs/?q=nothing+of+the+kind": set(),
        "/jobs/?country=never-heard-of": set(),
    }
    for path, wanted in lists.items():
        text = await site.text(path)
        assert listed(text) == wanted, path
        count = len(wanted)
        assert f'found-title">{"1 job" if count == 1 else f"{count} jobs"}</h2>' in text, path
        assert ("No job fits" in text or "No open job" in text) is not bool(wanted), path
    others = ("/jobs/types/", "/jobs/categories/", "/jobs/locations/", "/jobs/thanks/")
    for path in (*lists, *others, f"/jobs/{board.ids[GEESE]}/"):
        text = await site.text(path)
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
        assert [word for word in HIDDEN if word in text] == [], path
        assert text.count("<h1") == 1, path
        assert len(gzip.compress(text.encode())) < 20_000, path
    for path, links in {
        "/jobs/types/": ["/jobs/type/web/", "/jobs/type/big-data/"],
        "/jobs/categories/": ["/jobs/category/education/"],
        "/jobs/locations/": ["/jobs/location/lima-peru/", "/jobs/country/germany/"],
    }.items():
        text = await site.text(path)
        assert [to for to in links if f'href="{to}"' not in text] == []


async def test_a_filter_keeps_its_address_and_is_taken_away_by_a_link(site: Site) -> None:
    text = await site.text("/jobs/?q=her%22der&country=germany&remote=yes&sort=ending&colour=red")
    assert 'value="her&#34;der"' in text
    assert '<option value="germany" selected>Germany (2)</option>' in text
    assert re.search(r'name="remote" value="yes" checked', text)
    assert '<option value="ending" selected>' in text
    chosen = re.search(r'<ul class="kinds" aria-label="Chosen.*?</ul>', text, re.DOTALL)
    assert chosen is not None
    for address in (
        "/jobs/?country=germany&amp;remote=yes&amp;sort=ending",
        "/jobs/?q=her%22der&amp;remote=yes&amp;sort=ending",
        "/jobs/?q=her%22der&amp;country=germany&amp;sort=ending",
    ):
        assert f'href="{address}"' in chosen[0]
    assert "colour" not in text


async def test_what_search_engines_are_told(site: Site, board: Board) -> None:
    origin = "https://www.python.org"
    canonical = {
        "/jobs/": "/jobs/",
        "/jobs/?category=education": "/jobs/category/education/",
        "/jobs/?country=germany": "/jobs/country/germany/",
        "/jobs/?remote=yes": "/jobs/location/telecommute/",
        "/jobs/?remote=yes&country=germany": "/jobs/",
        "/jobs/type/web/": "/jobs/type/web/",
    }
    noindex = {
        "/jobs/?remote=yes&country=germany", "/jobs/?q=herder", "/jobs/country/norway/",
        "/jobs/thanks/",
    }  # fmt: skip
    for path in {*canonical, *noindex}:
        text = await site.text(path)
        assert ('content="noindex"' in text) is (path in noindex), path
        if path in canonical:
            assert f'<link rel="canonical" href="{origin}{canonical[path]}"' in text, path
            assert f'<meta property="og:url" content="{origin}{canonical[path]}"' in text
    site_map = await site.text("/sitemap-jobs.xml")
    assert f"<loc>{origin}/jobs/{board.ids[GEESE]}/</loc>" in site_map
    assert f"/jobs/{board.ids['Waiting in Line']}/" not in site_map
    assert "/sitemap-jobs.xml" in await site.text("/sitemap.xml")


async def test_the_page_of_a_job(site: Site, board: Board) -> None:
    number = board.ids["Herder <b>of</b> Herons"]
    text = await site.text(f"/jobs/{number}/")
    for part in (
        'itemtype="https://schema.org/JobPosting"',
        f'<span itemprop="title">{HERONS}</span>',
        '<strong itemprop="name">Blue &lt;Heron&gt; &amp; Co</strong>',
        '<meta itemprop="addressLocality" content="Berlin">',
        '<meta itemprop="addressCountry" content="Germany">',
        'itemprop="datePosted"',
        'itemprop="validThrough"',
        "You write <em>Python</em> for herons.",
        'href="https://heron.example/jobs/1" rel="external nofollow ugc noopener"',
        f'href="/jobs/{number}/contact/"',
        f'href="/jobs/{number}/report/"',
        "Similar jobs",
        'rel="prev"',
        'rel="next"',
    ):
        assert part in text, part
    assert "TELECOMMUTE" not in text
    assert "heron@example.org" not in text
    away = await site.text(f"/jobs/{board.ids[GEESE]}/")
    assert '<meta itemprop="jobLocationType" content="TELECOMMUTE">' in away
    # Nobody is to be written to where the poster does not want it.
    assert "/contact/" not in away
    assert (await site.get(f"/jobs/{board.ids[GEESE]}/contact/")).status_code == 404


async def test_what_is_not_there_is_not_found_and_never_fails(site: Site, board: Board) -> None:
    hidden = [board.ids[name] for name in HIDDEN if name in board.ids]
    missing = [
        *(f"/jobs/{number}/{what}" for number in hidden for what in ("", "contact/", "report/")),
        "/jobs/0/", "/jobs/987654321/", "/jobs/99999999999999999999/", "/jobs/-1/", "/jobs/٣/",
        "/jobs/soon/", "/jobs/type/nothing/", "/jobs/category/nothing/", "/jobs/category/a b/",
        "/jobs/type/nothing/feed/rss/", "/jobs/category/nothing/feed/atom/", "/jobs/?page=40",
        "/jobs/?page=4000", "/jobs/type/web/?page=9", "/jobs/feed/", "/jobs/1/2/3/",
        "/jobs/987654321/report/", "/jobs/x/contact/", "/jobs/location/atlantis/",
        "/jobs/country/atlantis/", "/jobs/location/atlantis/feed/rss/",
        "/jobs/country/atlantis/feed/atom/",
    ]  # fmt: skip
    wrong = {
        "/jobs/?category=%C3%A4": "category", "/jobs/?type=a%20b": "type", "/jobs/?page=0": "page",
        "/jobs/?category=never-heard-of": "category", "/jobs/?type=nothing&q=herder": "type",
        "/jobs/?country=../..": "country", "/jobs/?remote=maybe": "remote",
        "/jobs/?posted=3": "posted", "/jobs/?sort=colour": "sort", "/jobs/?page=two": "page",
        f"/jobs/?q={'x' * 201}": "q", "/jobs/?location=%00": "location",
    }  # fmt: skip
    found = {path: (await site.get(path)).status_code for path in missing}
    assert {path: status for path, status in found.items() if status != 404} == {}
    for path, named in wrong.items():
        answer = await site.get(path)
        assert (path, answer.status_code) == (path, 400)
        assert named in answer.text.partition("<main")[2], path
    for path in ("/jobs", "/jobs/types", f"/jobs/{board.ids[GEESE]}", "/jobs/feed/rss"):
        answer = await site.get(path)
        assert (answer.status_code, answer.headers["location"]) == (301, f"{path}/")


async def test_the_api(site: Site, board: Board) -> None:
    found = (await site.get("/api/v2/jobs?country=germany&is_remote=true")).json()
    assert [one["title"] for one in found["data"]] == [GEESE]
    assert found["meta"]["total"] == 1
    assert "heron@" not in str(found)
    one = (await site.get(f"/api/v2/jobs/{board.ids[GEESE]}")).json()["data"]
    assert (one["page"], one["company"]) == (f"/jobs/{board.ids[GEESE]}/", "Blue <Heron> & Co")
    for path, names in {"categories": {"education"}, "types": {"web", "big-data"}}.items():
        rows = (await site.get(f"/api/v2/jobs/{path}")).json()["data"]
        assert names <= {row["slug"] for row in rows}
    for path in ("Only a Draft", "Taken Off"):
        assert (await site.get(f"/api/v2/jobs/{board.ids[path]}")).status_code == 404
    for query in (
        *("colour=red", "sort=x", "is_remote=maybe", "published_since=x"),
        *("category=nothing", "type=nothing&country=germany"),
    ):
        refused = await site.get(f"/api/v2/jobs?{query}")
        named = query.partition("=")[0]
        assert (refused.status_code, list(refused.json()["extra"])) == (400, [named]), query
    behind = (await site.get("/api/v2/jobs?page=5000")).json()
    assert (behind["data"], behind["meta"]["has_next"]) == ([], False)
    assert behind["meta"]["total"] > 1
    # A place may have its first job tomorrow.
    assert (await site.get("/api/v2/jobs?country=atlantis")).json()["data"] == []


async def test_feeds(site: Site) -> None:
    for path, titles in {
        "/jobs/": ALL,
        "/jobs/type/web/": {HERONS, GEESE},
        "/jobs/category/education/": {SNAKES},
        "/jobs/country/germany/": {HERONS, GEESE},
        "/jobs/location/lima-peru/": {SNAKES},
        "/jobs/location/telecommute/": {SNAKES, GEESE},
    }.items():
        page = await site.text(path)
        for form, media in (("rss", "application/rss+xml"), ("atom", "application/atom+xml")):
            address = f"{path}feed/{form}/"
            assert f'<link rel="alternate" type="{media}"' in page
            assert f'href="{address}"' in page
            answer = await site.get(address)
            assert answer.headers["content-type"].startswith(media)
            ET.fromstring(answer.content)
            found = feedparser.parse(answer.content)
            assert not found.bozo, found.get("bozo_exception")
            said = {html.unescape(entry.title) for entry in found.entries}
            assert said == {f"{html.unescape(one)}, Blue <Heron> & Co" for one in titles}, address
            ids = [entry.id for entry in found.entries]
            assert len(ids) == len(set(ids))
            for entry in found.entries:
                assert entry.link.startswith("https://www.python.org/jobs/")
                assert entry.get("published_parsed")
                # The texts are whole.
                assert "You write <em>Python</em> for herons." in entry.summary
                assert entry.summary.endswith("<p>Rubber boots.</p>")
            assert [word for word in HIDDEN if word in answer.text] == []
            assert "last-modified" in answer.headers
            same = await site.get(address, **{"If-None-Match": answer.headers["etag"]})
            assert same.status_code == 304
