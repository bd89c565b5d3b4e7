"""Calendar files over HTTP. Open to everybody."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, get
from litestar.params import PathParameter

from events.calendars import queries as calendars
from events.categories import queries as categories
from events.events import queries as single
from events.ical import queries
from events.ical.writing import file_of
from events.locations import queries as locations
from events.occurrences.filters import OccurrenceFilter
from servicekit import access
from servicekit.answers import Id
from servicekit.dependencies import Reading
from servicekit.problems import NotFound
from servicekit.reading import Row

_TYPE: Final = "text/calendar"
Name = Annotated[str, PathParameter(max_length=200)]
type Asked = Request[Any, Any, Any]


class ICalendarController(Controller):
    """Events as files that calendars of others subscribe to: rules, not the times they give."""

    path = "/ical"
    tags = ("ical",)
    opt = access.public()

    @get("/calendars/{slug:str}", operation_id="get_calendar_file", media_type=_TYPE)
    async def of_calendar(
        self, request: Asked, read_session: Reading, slug: Name
    ) -> Response[bytes]:
        """Read the events of a calendar."""
        row = await calendars.by_slug(read_session, slug)
        if row is None:
            raise NotFound("There is no such calendar.")
        found = OccurrenceFilter(calendar=slug)
        events = await queries.events(read_session, found, datetime.now(UTC))
        return _answer(request, row["name"], row["description"], events)

    @get("/categories/{slug:str}", operation_id="get_category_file", media_type=_TYPE)
    async def of_category(
        self, request: Asked, read_session: Reading, slug: Name
    ) -> Response[bytes]:
        """Read the events of a category."""
        row = await categories.by_slug(read_session, slug)
        if row is None:
            raise NotFound("There is no such category.")
        found = OccurrenceFilter(category=slug)
        events = await queries.events(read_session, found, datetime.now(UTC))
        return _answer(request, row["name"], "", events)

    @get("/locations/{id:int}", operation_id="get_location_file", media_type=_TYPE)
    async def of_location(
        self,
        request: Asked,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[bytes]:
        """Read the events at a location."""
        row = await locations.by_id(read_session, id)
        if row is None:
            raise NotFound("There is no such location.")
        found = OccurrenceFilter(location=id)
        events = await queries.events(read_session, found, datetime.now(UTC))
        return _answer(request, row["name"], "", events)

    @get("/events/{id:int}", operation_id="get_event_file", media_type=_TYPE)
    async def of_event(
        self,
        request: Asked,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[bytes]:
        """Read one event."""
        row = await single.event(read_session, id)
        if row is None:
            raise NotFound("There is no such event.")
        return _answer(request, row["title"], "", [row])


def _answer(request: Asked, name: str, description: str, events: list[Row]) -> Response[bytes]:
    told = request.app.state.runtime.settings
    body = file_of(name, description, events, site=told.public_url)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers={"ETag": tag})
    return Response(body, media_type=_TYPE, headers={"ETag": tag})
