"""Events over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter

from contracts.base import Page
from contracts.events.dto import EventAround, EventDetail, EventKind, EventSummary
from contracts.events.inputs import EventInput
from events.answers import CountryFilter
from events.events import queries, services
from events.events.queries import EventFilter
from events.occurrences import overviews
from servicekit import access
from servicekit.answers import (
    Id,
    IdFilter,
    IfMatch,
    TextFilter,
    answer,
    answer_page,
    answer_versioned,
)
from servicekit.audit import in_utc
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.problems import NotFound
from servicekit.responses import json_response


class EventController(Controller):
    """What takes place, by which rule, and with which exceptions."""

    path = "/events"
    tags = ("events",)

    @get(operation_id="list_events", opt=access.public())
    async def list_events(  # noqa: PLR0913 - the parameters of a query
        self,
        read_session: Reading,
        window: InWindow,
        *,
        calendar: TextFilter = None,
        category: TextFilter = None,
        country: CountryFilter = None,
        kind: EventKind | None = None,
        id__gt: IdFilter = None,
        uid: Annotated[str | None, QueryParameter(max_length=500)] = None,
        q: Annotated[
            str | None, QueryParameter(max_length=200, description="Part of the title")
        ] = None,
        updated__gte: datetime | None = None,
    ) -> Response[Page[EventSummary]]:
        """List events by id, whenever they take place."""
        found = EventFilter(
            calendar=calendar,
            category=category,
            country=country,
            kind=kind,
            id_gt=id__gt,
            uid=uid,
            q=q,
            updated_gte=updated__gte and in_utc(updated__gte),
        )
        return answer_page(await queries.events(read_session, window, found), window)

    @get("/{id:int}", operation_id="get_event", opt=access.public())
    async def get_event(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[EventDetail]:
        """Read one event."""
        return answer_versioned(await queries.event(read_session, id), "event")

    @get("/{id:int}/around", operation_id="get_event_around", opt=access.public())
    async def get_around(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
        limit: Annotated[
            int, QueryParameter(ge=1, le=20, description="Rows of `here` and `alike`")
        ] = 3,
    ) -> Response[EventAround]:
        """Read when an event takes place, and what there is beside it."""
        row = await queries.event(read_session, id)
        if row is None:
            raise NotFound("There is no such event.")
        now = datetime.now(UTC)
        return answer(await overviews.around_event(read_session, row, now, limit=limit))

    @post(operation_id="create_event", opt=access.permission("events.add_event"))
    async def create_event(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: EventInput,
    ) -> Response[EventDetail]:
        """Create an event."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/events/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_event", opt=access.permission("events.change_event"))
    async def update_event(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: EventInput,
        if_match: IfMatch = None,
    ) -> Response[EventDetail]:
        """Replace an event."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete("/{id:int}", operation_id="delete_event", opt=access.permission("events.delete_event"))
    async def delete_event(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete an event with its times."""
        await services.delete(write_session, id, principal, if_match=if_match)
