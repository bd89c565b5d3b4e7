"""Minutes of the board: by year and day, for staff before others, as feeds, small with many."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import feedparser
import html5lib
import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from written import Site, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOME = "/psf/records/board/minutes/"


async def meeting(written: Written, date: str, title: str, **more: object) -> int:
    body = {"date": date, "title": title, "is_published": True, **more}
    return int((await written.change("POST", "/minutes", body))["id"])


async def test_a_day_with_two_meetings(site: Site, written: Written) -> None:
    await meeting(written, "2024-05-01", "Morning <1>", content="See [here](/psf/). **Yes.**")
    second = await meeting(written, "2024-05-01", "Afternoon", content="No.")
    own = f"{HOME}2024-05-01/"
    for path, there, other in (
        (own, "<h1>Morning &lt;1&gt;</h1>", f'href="{own}2/"'),
        (f"{own}1/", "<h1>Morning &lt;1&gt;</h1>", f'href="{own}2/"'),
        (f"{own}2/", "<h1>Afternoon</h1>", f'href="{own}"'),
    ):
        text = (await site.get(path)).text
        assert there in text, path
        assert other in text, path
        assert "More than one meeting on this day" in text, path
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    listed = (await site.get(HOME)).text
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(listed)
    assert listed.index("Afternoon") < listed.index("Morning &lt;1&gt;")
    # The plain address answers for whatever is left of the day.
    await written.change("PUT", f"/minutes/{second}", {"date": "2024-05-01", "title": "Afternoon"})

    async def alone() -> bool:
        return "More than one" not in (await site.get(own)).text

    await until(alone)
    assert (await site.get(f"{own}2/")).status_code == 404
    for form, version in (("feed/", "rss20"), ("feed.rss", "rss20"), ("feed.atom", "atom10")):
        answer = await site.get(HOME + form)
        found = feedparser.parse(answer.content)
        assert (found.version, found.bozo) == (version, False)
        [entry] = [one for one in found.entries if one.title == "Morning <1>, May 1, 2024"]
        assert "<strong>Yes.</strong>" in entry.summary
        assert 'href="https://www.python.org/psf/"' in entry.summary
        assert entry.published_parsed[:6] == (2024, 5, 1, 0, 0, 0)
        assert "Afternoon" not in answer.text


async def test_drafts_are_for_staff(site: Site, written: Written) -> None:
    draft = await meeting(written, "2023-04-01", "Hush", is_published=False, content="Psst.")
    own, by_id = f"{HOME}2023-04-01/", f"{HOME}drafts/{draft}/"
    year = f"{HOME}?year=2023"
    for path in (own, by_id, year, f"{own}1/"):
        assert (await site.get(path)).status_code == 404, path
    paths = (
        *(HOME, "/minutes-drafts", f"{HOME}feed/", "/sitemap-minutes.xml", "/api/v2/minutes"),
        *("/search/?q=hush", f"/api/v2/minutes/{draft}"),
    )
    texts = [(await site.get(path)).text for path in paths]
    assert not [text for text in texts for word in ("Hush", "Psst", "2023-04") if word in text]
    # Of the same address staff get more, and nobody after them.
    for _ in range(2):
        shown = await site.get(own, staff=True)
        assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
        assert "only staff see them" in shown.text
        assert 'content="noindex"' in shown.text
        assert (await site.get(own)).status_code == 404
    assert "Psst." in (await site.get(by_id, staff=True)).text
    assert by_id in (await site.get("/minutes-drafts", staff=True)).text
    body = {"date": "2023-04-01", "title": "Said aloud", "is_published": True}
    await written.change("PUT", f"/minutes/{draft}", body)
    await until(lambda: site.shows(own, "Said aloud"))
    await until(lambda: site.shows(year, "Said aloud"))
    await written.change("DELETE", f"/minutes/{draft}")

    async def gone() -> bool:
        return [(await site.get(path)).status_code for path in (own, year)] == [404, 404]

    await until(gone)


async def test_a_page_stays_small_with_many_years(site: Site, written: Written) -> None:
    for year in range(2001, 2021, 4):
        for month in range(1, 13):
            await meeting(written, f"{year}-{month:02}-10", f"Meeting {month} of {year}")
    await until(lambda: site.shows(HOME, "Meeting 12 of 2017"))
    listed = (await site.get(HOME)).text
    assert "Meeting 1 of 2001" not in listed
    assert f'href="{HOME}?year=2001"' in listed
    assert await site.shows(f"{HOME}?year=2001", "Meeting 1 of 2001")
    assert await site.shows(f"{HOME}2001-02-10/", 'rel="next"')
    for path in (HOME, f"{HOME}?year=2001", f"{HOME}feed/"):
        assert len(zlib.compress((await site.get(path)).content)) < 20_000, path


async def test_what_is_no_day_is_not_found(site: Site) -> None:
    for day in ("2024-02-30", "20240501", "2024-5-1", "soon", "1999-01-01", "%D9%A3", "2024-W18-3"):
        assert (await site.get(f"{HOME}{day}/")).status_code == 404, day
    for path in (f"{HOME}2024-05-01/x/", f"{HOME}2024-05-01/0/", f"{HOME}drafts/x/"):
        assert (await site.get(path)).status_code == 404, path
        assert (await site.get(path, staff=True)).status_code == 404, path
    for year in ("x", "1", "99999", "%D9%A3"):
        answer = await site.get(f"{HOME}?year={year}")
        assert (answer.status_code, "year" in answer.text) == (400, True), year
    assert (await site.get(f"{HOME}?year=1999")).status_code == 404
