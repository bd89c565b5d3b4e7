"""What pages of events say, at every address that there is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import html5lib
import pytest

from gateway.pages.events.times import TO

from .conftest import NOW, SOON, TODAY

if TYPE_CHECKING:
    from .conftest import Site, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

TITLE = "PyCon Soon &amp; &lt;b&gt;Loud&lt;/b&gt;"


async def test_every_address_of_the_table(site: Site, world: World) -> None:
    year, week, _ = SOON.isocalendar()
    base, berlin = "/events/python-events/", world.ids["Berlin"]
    showing = {
        "/events/": [TITLE, "Sprint Now", "You just missed", "Meetup", "Python Events"],
        "/events/?country=DE": [TITLE],
        "/events/?kind=user-group": ["Meetup"],
        f"/events/?since={SOON}&until={SOON}": [TITLE],
        "/events/?country=online": ["Sprint Now"],
        "/events/calendars/": ["Python Events", "User Group Events"],
        "/events/map/": ["Berlin &lt;Mitte&gt;", "Lima", "Germany", "Peru"],
        f"/events/map/?near={berlin}": ["Berlin &lt;Mitte&gt;"],
        f"/events/month/{SOON:%Y/%m}/": [TITLE],
        f"/events/week/{year}/{week:02}/": [TITLE],
        base: ["Featured Python event", TITLE, "Sprint Now", "PyCon Gone", "cancelled"],
        f"{base}past/": ["PyCon Gone"],
        f"{base}{world.ids['PyCon Soon & <b>Loud</b>']}/": [TITLE, "<strong>meet</strong>"],
        f"{base}date/{SOON:%Y/%m/%d}/": [TITLE],
        f"{base}categories/": ["PyCon"],
        f"{base}categories/pycon/": [TITLE],
        f"{base}locations/": ["Berlin &lt;Mitte&gt;", "Lima"],
        f"{base}locations/{berlin}/": [TITLE, "Alexanderplatz 1, Germany"],
        f"{base}month/{SOON:%Y/%m}/": [TITLE],
        f"{base}week/{year}/{week:02}/": [TITLE],
        "/events/python-user-group/past/": ["Meetup"],
        "/box/supernav-python-events/": [TITLE],
        "/sitemap-events.xml": ["/events/python-user-group/"],
    }
    not_there = {
        "/events/?country=DE": ["Meetup"],
        "/events/?country=online": [TITLE],
        f"/events/map/?near={berlin}": ["Lima"],
        f"{base}past/": [TITLE],
        f"{base}date/{SOON:%Y/%m/%d}/": ["Sprint Now"],
        f"{base}categories/pycon/": ["Sprint Now"],
        f"{base}categories/": ["Only there"],
    }
    for path, wanted in showing.items():
        text = await site.text(path)
        assert [word for word in wanted if word not in text] == [], path
        main = text.partition("<main")[2].partition("<footer")[0] or text
        assert [word for word in not_there.get(path, ()) if word in main] == [], path
        if "<html" in text:
            html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
            assert (
                'aria-label="Breadcrumb"' in text
                or path.startswith("/events/?")
                or (path == "/events/")
            ), path
    for path in ("/events/month/", "/events/week/", f"{base}month/", f"{base}week/"):
        answer = await site.get(path)
        assert answer.status_code == 302
        assert (await site.get(answer.headers["location"])).status_code == 200


async def test_what_is_not_there_is_not_found_and_never_fails(site: Site, world: World) -> None:
    base, user = "/events/python-events/", "/events/python-user-group/"
    event = world.ids["PyCon Gone"]
    missing = [
        "/events/nothing/", "/events/nothing/past/", "/events/nothing/month/2026/11/",
        "/events/nothing/month/", f"/events/nothing/{event}/",
        f"{base}0/", f"{base}99999999999999999999/", f"{base}soon/", f"{base}987654321/",
        f"{base}٣/", f"{base}-1/",
        *(f"{base}date/{day}/" for day in (
            "2026/13/01", "2026/02/30", "2026/00/10", "0000/01/01", "9999/12/31", "2026/1x/01",
            "20260/1/1", "2026/1/٣",
        )),
        *(f"/events/month/{month}/" for month in ("2026/13", "2026/0", "1889/12", "2100/01")),
        *(f"{base}week/{week}/" for week in ("2026/54", "2026/0", "2025/53", "x/1", "2100/1")),
        f"{base}categories/nothing/", f"{base}categories/other/", f"{base}locations/987654321/",
        f"{user}locations/{world.ids['Berlin']}/", f"{base}locations/x/",
        f"{base}locations/?page=9", "/events/map/?near=987654321",
        "/events/nothing/feed.rss", f"{base}categories/nothing/feed.atom",
        f"{base}987654321/event.ics", f"{user}{event}/event.ics", "/events/submissions/x/y/",
    ]  # fmt: skip
    wrong = {
        "/events/?country=Germany": "country", "/events/?kind=party": "kind",
        "/events/?since=tomorrow": "since", "/events/?until=2026-02-30": "until",
        f"/events/?since={SOON}&until={TODAY}": "until", "/events/?since=0001-01-01": "since",
        "/events/?cursor=x": "cursor", "/events/map/?near=here": "near",
        f"{base}?cursor=made-up": "cursor", f"{base}locations/?page=0": "page",
        f"{base}past/?cursor=%F0%9F%90%8D": "cursor",
    }  # fmt: skip
    found = {path: (await site.get(path)).status_code for path in missing}
    assert {path: status for path, status in found.items() if status != 404} == {}
    for path, field in wrong.items():
        answer = await site.get(path)
        assert (path, answer.status_code) == (path, 400)
        assert field in answer.text.partition("<main")[2], path


async def test_the_page_of_an_event(site: Site, world: World) -> None:
    path = world.path("PyCon Soon & <b>Loud</b>")
    text = await site.text(path)
    for part in (
        'itemtype="https://schema.org/Event"',
        f'itemprop="startDate" content="{SOON}"',
        f'itemprop="endDate" content="{SOON + timedelta(days=2)}"',
        'content="https://schema.org/EventScheduled"',
        'content="https://schema.org/OfflineEventAttendanceMode"',
        f'<link rel="canonical" href="https://www.python.org{path}"',
        f'<meta property="og:title" content="{TITLE}"',
        'href="https://soon.example/"',
        f"/events/alarms/?event={world.ids['PyCon Soon & <b>Loud</b>']}",
        "https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=PyCon%20Soon%20%26",
        "openstreetmap.org/?mlat=52.52000&amp;mlon=13.41000",
        f'href="{path}event.ics"',
    ):
        assert part in text, part
    # What there is beside it, and where one gets from here.
    assert 'rel="prev"' in text
    # At the address of another calendar it leads to its own; of none that there is, nowhere.
    other = path.replace("python-events", "python-user-group")
    moved = await site.get(other)
    assert (moved.status_code, moved.headers["location"]) == (301, path)
    assert (await site.get(path.replace("python-events", "nothing"))).status_code == 404

    off = await site.text(world.path("PyCon Off"))
    assert "does not take place" in off
    assert "schema.org/EventCancelled" in off
    gone = await site.text(world.path("PyCon Gone"))
    assert "This event is over" in gone
    assert "Remind me" not in gone


async def test_an_event_that_repeats(site: Site, world: World) -> None:
    text = await site.text(world.path("Meetup", "python-user-group"))
    assert "Repeats every week" in text
    assert "More dates" in text
    times = re.findall(r'<time datetime="([^"]+Z)">', text)
    assert len(times) >= 8
    # The clock at the place says seven, summer and winter.
    assert f"19:00{TO}21:00 at the place (Europe/Berlin)" in text
    assert "data-when" in text
    assert "UTC</span>" in text


async def test_a_month_stands_in_a_table(site: Site) -> None:
    path = f"/events/python-events/month/{SOON:%Y/%m}/"
    text = await site.text(path)
    days = re.findall(r'<td role="cell" class="month__day[^"]*">.*?</td>', text, re.DOTALL)
    assert len(days) % 7 == 0
    on = [day for day in days if TITLE in day]
    inside = [day for n in range(3) if (day := SOON + timedelta(days=n)).month == SOON.month]
    assert [f'datetime="{day}"' in cell for day, cell in zip(inside, on, strict=True)] == [
        True for _ in inside
    ]
    assert 'aria-current="date"' in await site.text(f"/events/month/{TODAY:%Y/%m}/")
    # An hour of the day is that at the place.
    meetups = await site.text(f"/events/python-user-group/month/{TODAY:%Y/%m}/")
    assert ">19:00</time> Meetup" in meetups
    # Where nothing is, the nearest that there is.
    far = await site.text("/events/python-events/month/2031/05/")
    assert "Nothing takes place in this month" in far
    assert '<meta name="robots" content="noindex">' in far
    assert f'href="/events/python-events/month/{SOON + timedelta(days=2):%Y/%m}/"' in far
    assert "1989" not in await site.text("/events/month/1990/01/")


async def test_a_long_list_goes_on(site: Site) -> None:
    path, seen = "/events/python-user-group/past/", []
    while path:
        text = await site.text(path)
        main = text.partition("<main")[2]
        seen += re.findall(r'<time datetime="([^"]+)"', main)[::2]
        found = re.search(r'href="([^"]+)" rel="next"', text)
        path = found[1].replace("&amp;", "&") if found else ""
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 9


async def test_times_are_machine_readable_and_utc(site: Site) -> None:
    text = await site.text("/events/python-events/")
    begun = NOW - timedelta(hours=1)
    assert f'<time datetime="{begun:%Y-%m-%dT%H:%M}:00Z">' in text
    assert f'<time datetime="{SOON}">' in text
