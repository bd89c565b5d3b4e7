"""Events and documents for tests of the search, and who hears them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from content.app import service
from content.search import index
from content.search.documents import Document
from contracts.content.pages import ContentType, Page, PageMarkup, PageTemplate
from contracts.downloads.dto import Major, Markup, Release
from contracts.downloads.events import ReleasePublished
from contracts.events import Event, EventData
from contracts.events.dto import EventDetail

if TYPE_CHECKING:
    from servicekit.database import Database
    from servicekit.testing import Api

NOW = datetime.now(UTC)


def page(number: int = 1, **fields: object) -> Page:
    values: dict[str, object] = {
        "id": number,
        "title": "Getting started",
        "path": "about/gettingstarted",
        "keywords": "newcomers, first program",
        "description": "How to begin",
        "is_published": True,
        "content_type": ContentType.HTML,
        "template_name": PageTemplate.DEFAULT,
        "publish_at": None,
        "expire_at": None,
        "version": 1,
        "created": NOW,
        "updated": NOW,
        "content": "…",
        "content_markup_type": PageMarkup.MARKDOWN,
        "content_html": "<p>Write &amp; run a <b>program</b> within minutes.</p>",
    }
    return Page.model_validate({**values, **fields})


def told(kind: type[EventData], one: Page | None, version: int = 1, number: int = 1) -> Event:
    data = kind.model_validate(
        {
            "id": number,
            "path": "about/gettingstarted",
            "is_published": one is not None,
            "page": one,
        }
    )
    return event(data, number, version)


def event(data: EventData, number: int, version: int = 1) -> Event:
    return Event(
        id=uuid4(),
        source=f"/{data.context()}",
        type=data.type_name(),
        subject=f"{data.AGGREGATE}:{number}",
        time=NOW,
        aggregateid=str(number),
        aggregateversion=version,
        traceparent=None,
        data=data.model_dump(mode="json"),
    )


def release(number: int, named: str, **fields: object) -> Release:
    values: dict[str, object] = {
        "id": number,
        "name": f"Python {named}",
        "slug": "python-" + named.replace(".", ""),
        "major": Major.PYTHON3,
        "number": named,
        "series": ".".join(named.split(".")[:2]),
        "is_latest": False,
        "is_published": True,
        "pre_release": bool(re.search("[abc]", named)),
        "show_on_download_page": True,
        "release_date": NOW - timedelta(days=400),
        "release_notes_url": "",
        "release_page": "",
        "version": 1,
        "created": NOW,
        "updated": NOW,
        "content": "",
        "content_markup_type": Markup.MARKDOWN,
        "content_html": "",
        "files": [],
    }
    return Release.model_validate({**values, **fields})


def of_release(one: Release, kind: type[EventData] = ReleasePublished) -> Event:
    data = kind.model_validate(
        {
            "id": one.id,
            "slug": one.slug,
            "major": one.major,
            "series": one.series,
            "is_published": one.is_published,
            "release": one if one.is_published else None,
        }
    )
    return event(data, one.id, one.version)


def of_calendar(number: int, title: str) -> EventDetail:
    """Return an event that comes every week."""
    return EventDetail.model_validate(
        {
            **dict.fromkeys(("link", "source", "description", "description_html"), ""),
            **dict.fromkeys(("start", "end", "wall_start", "wall_end", "created", "updated"), NOW),
            **dict.fromkeys(("first_day", "last_day"), NOW.date()),
            **{key: [] for key in ("additional", "exceptions", "overrides", "categories")},
            **dict.fromkeys(("featured", "sample", "all_day"), False),
            "id": number,
            "uid": str(number),
            "title": title,
            "calendar": {"id": 1, "slug": "main", "name": "Main"},
            "location": None,
            "kind": "sprint",
            "status": "confirmed",
            "zone": "UTC",
            "rules": ["FREQ=WEEKLY"],
            "repeats": True,
            "version": 1,
            "description_markup_type": "plain",
        }
    )


async def hear(database: Database, *events: Event) -> None:
    """Have the consumers of the service take events, as its worker does."""
    for one in events:
        subject = one.type.removesuffix(".v1")
        [consumer] = [
            consumer
            for consumer in service.consumers
            if consumer.name.startswith("content-search-")
            and any(subject.startswith(wanted.rstrip("*")) for wanted in consumer.subjects)
        ]
        async with database.write() as session:
            await consumer.handler(one, session)


async def put(database: Database, *documents: Document) -> None:
    async with database.write() as session:
        await index.put(session, *documents)


def document(key: str, title: str, **fields: Any) -> Document:
    values = {"kind": "page", "url": f"/{key}/", **fields}
    return Document(key=f"test:thing:{key}", title=title, **values)


async def found(api: Api, q: str, **params: Any) -> list[str]:
    answer = await api.read("/search", params={"q": q, **params})
    return [item["title"] for item in answer["items"]]
