"""What programs subscribe to is what their parsers expect."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import feedparser
import pytest
from ical.calendar_stream import IcsCalendarStream

if TYPE_CHECKING:
    from .conftest import Site, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_feeds(site: Site, world: World) -> None:
    base = "/events/python-events/"
    soon = "PyCon Soon & <b>Loud</b>"
    for path, titles in {
        "/events/": {soon, "Sprint Now", "PyCon Off", "Meetup"},
        base: {soon, "Sprint Now", "PyCon Off"},
        f"{base}categories/pycon/": {soon},
        f"{base}locations/{world.ids['Berlin']}/": {soon},
    }.items():
        page = await site.text(path)
        for form, media in (("rss", "application/rss+xml"), ("atom", "application/atom+xml")):
            address = f"{path}feed.{form}"
            assert f'<link rel="alternate" type="{media}"' in page
            assert f'href="{address}"' in page
            answer = await site.get(address)
            assert answer.headers["content-type"].startswith(media)
            ET.fromstring(answer.content)
            found = feedparser.parse(answer.content)
            assert not found.bozo, found.get("bozo_exception")
            said = {
                entry.title.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
                for entry in found.entries
            }
            assert said == titles, address
            ids = [entry.id for entry in found.entries]
            assert len(ids) == len(set(ids))
            assert all(entry.link.startswith("https://www.python.org/events/")
                       for entry in found.entries)  # fmt: skip
            assert "last-modified" in answer.headers
            same = await site.get(address, **{"If-None-Match": answer.headers["etag"]})
            assert same.status_code == 304


async def test_calendar_files(site: Site, world: World) -> None:
    base, soon = "/events/python-events/", "PyCon Soon & <b>Loud</b>"
    for address, titles in {
        f"{base}feed.ics": {soon, "Sprint Now", "PyCon Off", "PyCon Gone"},
        f"{base}categories/pycon/feed.ics": {soon},
        f"{base}locations/{world.ids['Berlin']}/feed.ics": {soon},
        f"{world.path(soon)}event.ics": {soon},
        f"{world.path('Meetup', 'python-user-group')}event.ics": {"Meetup"},
    }.items():
        answer = await site.get(address)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        found = IcsCalendarStream.calendar_from_ics(answer.text)
        assert {event.summary for event in found.events} == titles, address
        same = await site.get(address, **{"If-None-Match": answer.headers["etag"]})
        assert same.status_code == 304
