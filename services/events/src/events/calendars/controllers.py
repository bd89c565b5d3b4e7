"""Calendars over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter

from contracts.base import Page
from contracts.events.dto import Calendar, CalendarDetail, CalendarSummary
from contracts.events.inputs import CalendarInput
from events.calendars import queries, services
from events.categories import queries as categories
from events.occurrences import overviews
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow, Window
from servicekit.problems import NotFound
from servicekit.responses import json_response

#: Categories of one calendar that are told with it.
_MOST_CATEGORIES = 200


class CalendarController(Controller):
    """What events belong to."""

    path = "/calendars"
    tags = ("calendars",)

    @get(operation_id="list_calendars", opt=access.public())
    async def list_calendars(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[CalendarSummary]]:
        """List calendars in their order, each with what comes next."""
        found = await overviews.calendars(read_session, window, datetime.now(UTC))
        return answer_page(found, window)

    @get("/{slug:str}", operation_id="get_calendar", opt=access.public())
    async def get_calendar(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=200)]
    ) -> Response[CalendarDetail]:
        """Read one calendar with its categories, and the locations of what is to come."""
        row = await queries.by_slug(read_session, slug)
        if row is None:
            raise NotFound("There is no such calendar.")
        found = await overviews.calendar(read_session, row, datetime.now(UTC))
        own, _ = await categories.categories(
            read_session, Window(_MOST_CATEGORIES, 0), calendar=slug, slug=None
        )
        return answer_versioned({**found, "categories": own}, "calendar")

    @post(operation_id="create_calendar", opt=access.permission("events.add_calendar"))
    async def create_calendar(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: CalendarInput,
    ) -> Response[Calendar]:
        """Create a calendar."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/calendars/{made.slug}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}", operation_id="update_calendar", opt=access.permission("events.change_calendar")
    )
    async def update_calendar(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: CalendarInput,
        if_match: IfMatch = None,
    ) -> Response[Calendar]:
        """Replace a calendar."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}", operation_id="delete_calendar", opt=access.permission("events.delete_calendar")
    )
    async def delete_calendar(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a calendar that nothing belongs to."""
        await services.delete(write_session, id, principal, if_match=if_match)
