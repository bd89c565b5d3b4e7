"""Calendars, events, and when and where they take place. They are changed in the staff admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from contracts.base import said
from contracts.events import dto
from gateway.api.modern.declaration import (
    Found,
    Operation,
    Param,
    Request,
    by_id,
    by_slug,
    listing,
    reading,
)
from gateway.api.modern.event_shapes import (
    Calendar,
    Category,
    Event,
    EventSummary,
    Location,
    Occurrence,
    calendar_of,
    category_of,
    event_of,
    location_of,
    occurrence_of,
    summary_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.store import Store
    from gateway.api.wire import Ask
    from gateway.backends.client import Query

_SERVICE: Final = "events"
_TAG: Final = "events"
_NAMES: Final = ("calendars", "api:events")
_KEYS: Final = ("events", *_NAMES)
#: What is to come changes with time, and no event tells that.
_FRESH: Final = 60.0
_OCCURRENCES: Final = TypeAdapter(dto.Occurrences)

_TEXT: Final = {"type": "string", "maxLength": 200}
_ID: Final = {"type": "integer"}
_FLAG: Final = {"type": "boolean"}
_TIME: Final = {"type": "string", "format": "date-time"}
_COUNTRY: Final = {
    "type": "string",
    "pattern": said(r"^[A-Z]{2}$", "must be a country by two letters, such as DE"),
}


def _param(
    name: str, to: str, schema: Mapping[str, Any], description: str, example: object = None
) -> Param:
    return Param(name=name, to=to, schema=schema, description=description, example=example)


_CALENDAR: Final = _param("calendar", "calendar", _TEXT, "Of a calendar, by its slug")
_WHICH: Final = (
    _CALENDAR,
    _param("category", "category", _TEXT, "Of a category, by its slug"),
    _param("country", "country", _COUNTRY, "In a country (ISO 3166-1)", "DE"),
    _param(
        "kind", "kind", {"type": "string", "enum": [kind.value for kind in dto.EventKind]},
        "Of this kind", "conference",
    ),
)  # fmt: skip
_WHEN: Final = (
    *_WHICH,
    _param("location", "location", _ID, "At a place, by its id"),
    _param("featured", "featured", _FLAG, "Those that are featured, or the others"),
    _param("online", "online", _FLAG, "Those online, or at a place"),
    _param(
        "when",
        "when",
        {"type": "string", "enum": ["upcoming", "current", "coming", "past", "all"]},
        "Not begun (the default), on now, not over, over (latest first), or all",
    ),
    _param("since", "since", _TIME, "Not over at; a day or a time"),
    _param("until", "until", _TIME, "Begun before; a day or a time"),
)


async def _occurrences(asked: Request, store: Store, _: Ask) -> Found | None:
    """Read a window of what takes place, as the service's cursors walk it."""
    query: dict[str, Query] = {
        **asked.query,
        "limit": asked.page_size,
        "cursor": asked.mark or None,
    }
    found = await store.find(_SERVICE, "/occurrences", _OCCURRENCES, query)
    if found is None:
        return None
    meta = {
        "page_size": asked.page_size,
        "next_cursor": found.next or None,
        "previous_cursor": found.previous or None,
    }
    return Found([occurrence_of(item) for item in found.items], meta)


#: Names come before ids: an address is what the first of them says.
EVENTS: Final = (
    Operation(
        id="list_calendars",
        path="/events/calendars",
        tag=_TAG,
        summary="List calendars",
        run=listing(_SERVICE, lambda _: "/calendars", dto.CalendarSummary, calendar_of),
        out=Calendar,
        many=True,
        keys=_NAMES,
    ),
    Operation(
        id="get_calendar",
        path="/events/calendars/{slug}",
        tag=_TAG,
        summary="Read a calendar",
        run=reading(_SERVICE, by_slug("/calendars"), dto.CalendarDetail, calendar_of),
        out=Calendar,
        keys=_NAMES,
    ),
    Operation(
        id="list_categories",
        path="/events/categories",
        tag=_TAG,
        summary="List categories",
        run=listing(_SERVICE, lambda _: "/categories", dto.Category, category_of),
        out=Category,
        many=True,
        params=(_CALENDAR,),
        keys=_NAMES,
    ),
    Operation(
        id="list_locations",
        path="/events/locations",
        tag=_TAG,
        summary="List places",
        run=listing(_SERVICE, lambda _: "/locations", dto.Location, location_of),
        out=Location,
        many=True,
        params=(_CALENDAR, _param("country", "country", _COUNTRY, "In a country", "DE")),
        keys=_NAMES,
    ),
    Operation(
        id="get_location",
        path="/events/locations/{id}",
        tag=_TAG,
        summary="Read a place",
        run=reading(_SERVICE, by_id("/locations"), dto.Location, location_of),
        out=Location,
        keys=_NAMES,
    ),
    Operation(
        id="list_occurrences",
        path="/events/occurrences",
        tag=_TAG,
        summary="List what takes place, by time",
        description="An event that repeats is there each time.",
        run=_occurrences,
        out=Occurrence,
        many=True,
        params=_WHEN,
        marked=True,
        fresh=_FRESH,
        keys=_KEYS,
    ),
    Operation(
        id="list_events",
        path="/events",
        tag=_TAG,
        summary="List events",
        description="Each once, however often it takes place; by id.",
        run=listing(_SERVICE, lambda _: "/events", dto.EventSummary, summary_of, by_id=True),
        out=EventSummary,
        many=True,
        params=(
            *_WHICH,
            _param("uid", "uid", _TEXT, "With this UID of iCalendar"),
            _param("q", "q", _TEXT, "Part of the title, in any case", "PyCon"),
            _param("updated_since", "updated__gte", _TIME, "Changed at or after; a day or a time"),
        ),
        cursor=True,
        keys=_KEYS,
    ),
    Operation(
        id="get_event",
        path="/events/{id}",
        tag=_TAG,
        summary="Read an event with its text",
        run=reading(
            _SERVICE,
            by_id("/events"),
            dto.EventDetail,
            event_of,
            lambda found: (f"event:{found.id}",),
        ),
        out=Event,
        keys=_KEYS,
    ),
)
