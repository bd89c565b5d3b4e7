"""Events and calendars of the events service."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.events import Event
from contracts.events.dto import EventDetail, EventStatus
from contracts.events.events import CalendarChange, EventRef


def event(told: Event) -> Document | None:
    """Make a document of an event. What took place once is wanted less as it gets older."""
    found = told.read(EventRef).event
    if found is None:
        return None
    place = found.location
    words = [found.kind.value.replace("-", " "), "event", found.calendar.name]
    words += [one.name for one in found.categories]
    if place is not None:
        words += [part for part in (place.name, place.address) if part]
    text = text_of(found.description_html)
    return Document(
        key=key_of("events", told.subject),
        kind="event",
        title=found.title,
        url=f"/events/{found.calendar.slug}/{found.id}/",
        keywords=tuple(dict.fromkeys(words)),
        summary="" if text else _summary(found),
        text=text,
        facts=_facts(found),
        date=found.start,
        boost=1.1 if found.featured else 1.0,
        ages=not found.repeats,
    )


def _summary(found: EventDetail) -> str:
    place = "" if found.location is None else f", {found.location.name}"
    return f"{found.first_day:%-d %B %Y}{place}: {found.calendar.name}."


def _facts(found: EventDetail) -> tuple[str, ...]:
    if found.status is EventStatus.CANCELLED:
        return ("Cancelled",)
    return ("Repeats",) if found.repeats else ()


def calendar(told: Event) -> Document | None:
    """Make a document of a calendar."""
    found = told.read(CalendarChange).calendar
    if found is None:
        return None
    return Document(
        key=key_of("events", told.subject),
        kind="calendar",
        title=found.name,
        url=f"/events/{found.slug}/",
        keywords=("events", "calendar", "conferences", "meetings"),
        summary=found.description,
        boost=1.5,
    )


FEEDS: Final = (
    Feed(
        name="content-search-events",
        subjects=("events.event.*",),
        entity="events",
        read=event,
    ),
    Feed(
        name="content-search-calendars",
        subjects=("events.calendar.*",),
        entity="calendars",
        read=calendar,
    ),
)
