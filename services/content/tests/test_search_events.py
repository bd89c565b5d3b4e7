"""From events to what is found: what is told last counts, and only what is public."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from services.content.tests.searching import (
    event,
    found,
    hear,
    of_calendar,
    of_release,
    page,
    release,
    told,
)

from content.app import service
from contracts.content.pages import (
    ContentType,
    PageDeleted,
    PagePublished,
    PageTemplate,
    PageUnpublished,
    PageUpdated,
)
from contracts.downloads.events import ReleaseUpdated
from contracts.events.events import EventCreated, EventDeleted
from contracts.jobs.dto import JobCategory, JobDetail, JobState, JobType
from contracts.jobs.events import CategoryCreated, JobApproved, JobExpired, JobTypeUpdated

if TYPE_CHECKING:
    from servicekit.database import Database
    from servicekit.testing import Api, Rows


async def test_life_of_a_page(api: Api, database: Database) -> None:
    await hear(database, told(PagePublished, page()))
    [item] = (await api.read("/search", params={"q": "program minutes"}))["items"]
    assert item["url"] == "/about/gettingstarted/"
    assert item["kind"] == "page"
    assert item["label"] == "Page"
    assert "<mark>program</mark> within <mark>minutes</mark>" in item["snippet_html"]
    assert await found(api, "newcomers") == ["Getting started"]

    await hear(database, told(PageUpdated, page(title="First steps", version=2), 2))
    assert await found(api, "newcomers") == ["First steps"]
    await hear(database, told(PageUnpublished, None, 3))
    assert await found(api, "newcomers") == []
    await hear(database, told(PagePublished, page(version=4), 4))
    assert await found(api, "newcomers") == ["Getting started"]
    await hear(database, told(PageDeleted, None, 5))
    assert await found(api, "newcomers") == []


async def test_what_comes_late_changes_nothing(api: Api, database: Database, rows: Rows) -> None:
    await hear(database, told(PageUpdated, page(title="Newer"), 7))
    await hear(database, told(PageUpdated, page(title="Older"), 6))
    assert await found(api, "newcomers") == ["Newer"]
    await hear(database, told(PageDeleted, None, 8))
    await hear(database, told(PagePublished, page(), 5))
    assert await rows.all("SELECT key FROM search_document") == []


async def test_text_without_the_site_around_it_is_not_found(api: Api, database: Database) -> None:
    raw = page(template_name=PageTemplate.RAW, content_type=ContentType.JSON)
    await hear(database, told(PagePublished, raw))
    assert await found(api, "newcomers") == []


async def test_drafts_are_not_found(api: Api, database: Database) -> None:
    draft = release(1, "3.99.0", is_published=False)
    await hear(database, of_release(draft, ReleaseUpdated))
    assert await found(api, "3.99.0") == []
    await hear(database, of_release(release(1, "3.99.0", version=2)))
    assert await found(api, "3.99.0") == ["Python 3.99.0"]
    await hear(database, of_release(release(1, "3.99.0", is_published=False, version=3)))
    assert await found(api, "3.99.0") == []


async def test_every_consumer_can_be_rebuilt() -> None:
    mine = [one for one in service.consumers if one.name.startswith("content-search-")]
    assert {one.name for one in mine} == {
        "content-search-calendars",
        "content-search-events",
        "content-search-jobs",
        "content-search-job-categories",
        "content-search-job-types",
        "content-search-pages",
        "content-search-releases",
        "content-search-systems",
        "content-search-companies",
        "content-search-groups",
        "content-search-minutes",
        "content-search-news",
        "content-search-posts",
        "content-search-stories",
    }
    assert all(one.copy is not None and one.copy.name == one.name for one in mine)


async def test_what_the_owner_has_no_more_is_removed(
    api: Api, database: Database, rows: Rows
) -> None:
    await hear(database, of_release(release(5, "3.14.1")))
    [consumer] = [one for one in service.consumers if one.name == "content-search-releases"]
    assert consumer.copy is not None
    async with database.write() as session:
        await consumer.copy.remove(session, "5")
    assert await rows.all("SELECT key FROM search_document") == []
    assert await found(api, "3.14.1") == []


async def test_life_of_an_event_of_a_calendar(api: Api, database: Database) -> None:
    one = of_calendar(7, "Packaging sprint")
    await hear(database, event(EventCreated(id=7, calendars=("main",), event=one), 7))
    [item] = (await api.read("/search", params={"q": "packaging"}))["items"]
    assert (item["kind"], item["label"], item["url"]) == ("event", "Event", "/events/main/7/")
    assert item["facts"] == ["Repeats"]
    gone = EventDeleted(id=7, calendars=("main",))
    await hear(database, event(gone, 7, 2))
    assert await found(api, "packaging") == []


async def test_life_of_a_job(api: Api, database: Database) -> None:
    sort = {"id": 1, "slug": "gardener", "name": "Gardener"}
    moment = datetime.now(UTC)
    one = JobDetail(
        id=9,
        title="Keeper",
        company_name="Greenhouse",
        category=sort,
        types=[],
        other_type="",
        city="Delft",
        region="",
        country="Netherlands",
        location="Delft, Netherlands",
        location_slug="a",
        country_slug="b",
        remote=True,
        agencies=False,
        featured=False,
        sample=False,
        summary="",
        published=moment,
        expires=moment,
        updated=moment,
        created=moment,
        company_description_html="",
        description_html="<p>Feed <b>snakes</b>.</p>",
        requirements_html="",
        url="https://a.example/",
        has_contact=True,
        version=2,
    )
    await hear(database, event(JobApproved(id=9, state=JobState.APPROVED, job=one), 9))
    [item] = (await api.read("/search", params={"q": "snakes delft"}))["items"]
    assert (item["kind"], item["title"], item["url"]) == ("job", "Keeper, Greenhouse", "/jobs/9/")
    assert item["facts"] == ["Delft, Netherlands", "Remote"]
    await hear(database, event(JobExpired(id=9, state=JobState.EXPIRED), 9, 2))
    assert await found(api, "snakes") == []
    common = {"active": True, "version": 1, "created": moment, "updated": moment}
    category = JobCategory(**sort, **common)
    await hear(database, event(CategoryCreated(id=1, slug="gardener", category=category), 1))
    assert await found(api, "gardener jobs") == ["Gardener jobs"]
    kind = JobType(**sort, **{**common, "active": False})
    await hear(database, event(JobTypeUpdated(id=1, slug="gardener", job_type=kind), 1, 2))
    assert await found(api, "gardener jobs") == ["Gardener jobs"]
