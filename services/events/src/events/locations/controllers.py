"""Locations over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.events.dto import Location
from contracts.events.inputs import LocationInput
from events.answers import CountryFilter
from events.locations import queries, services
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class LocationController(Controller):
    """Where events take place."""

    path = "/locations"
    tags = ("locations",)

    @get(operation_id="list_locations", opt=access.public())
    async def list_locations(
        self,
        read_session: Reading,
        window: InWindow,
        calendar: TextFilter = None,
        country: CountryFilter = None,
    ) -> Response[Page[Location]]:
        """List locations by name: of one calendar, with those of all."""
        found = await queries.locations(read_session, window, calendar=calendar, country=country)
        return answer_page(found, window)

    @get("/{id:int}", operation_id="get_location", opt=access.public())
    async def get_location(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Location]:
        """Read one location."""
        return answer_versioned(await queries.by_id(read_session, id), "location")

    @post(operation_id="create_location", opt=access.permission("events.add_eventlocation"))
    async def create_location(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: LocationInput,
    ) -> Response[Location]:
        """Create a location."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/locations/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_location",
        opt=access.permission("events.change_eventlocation"),
    )
    async def update_location(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: LocationInput,
        if_match: IfMatch = None,
    ) -> Response[Location]:
        """Replace a location."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_location",
        opt=access.permission("events.delete_eventlocation"),
    )
    async def delete_location(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a location where nothing takes place."""
        await services.delete(write_session, id, principal, if_match=if_match)
