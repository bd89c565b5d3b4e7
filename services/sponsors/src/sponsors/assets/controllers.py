"""Assets over HTTP: a sponsor's own, for staff, and for programs of publishers."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, get, put
from litestar.params import QueryParameter
from pydantic import TypeAdapter

from contracts.files import MOST_ENCODED
from contracts.sponsors.assets import Handover, HandoverInput, PublishedAsset
from servicekit import access
from servicekit.answers import Id
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.responses import json_response
from sponsors.assets import queries, services

#: A form with several pictures.
_MOST_BYTES: Final = 4 * MOST_ENCODED
_PUBLISHED: Final = TypeAdapter(list[PublishedAsset])

InternalName = Annotated[
    str, QueryParameter(name="internal_name", min_length=1, max_length=128, required=True)
]


class OwnHandoverController(Controller):
    """What is handed over, either way, for a sponsorship, for its people."""

    path = "/own/sponsorships/{id:int}/handover"
    tags = ("own sponsorships",)
    opt = access.authenticated()

    @get(operation_id="get_own_handover")
    async def get_own(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Handover]:
        """Read what is asked for, what is there, what is provided, and the contract."""
        told = request.app.state.runtime.settings
        return json_response(await queries.handover(read_session, told, id, principal))

    @put(operation_id="hand_over", request_max_body_size=_MOST_BYTES)
    async def hand_over(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: HandoverInput,
    ) -> Response[Handover]:
        """Hand over some of what is asked for: all of it is kept, or none."""
        return json_response(await services.hand_over(write_session, id, data, principal))


class StaffHandoverController(Controller):
    """What staff provide, or put in for a sponsor."""

    path = "/staff/sponsorships/{id:int}/handover"
    tags = ("assets",)

    @put(
        operation_id="provide_assets",
        opt=access.permission("sponsors.change_asset", queries.REVIEW),
        request_max_body_size=_MOST_BYTES,
    )
    async def provide(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: HandoverInput,
    ) -> Response[Handover]:
        """Put in values of provided and of required assets: all of them, or none."""
        return json_response(await services.provide(write_session, id, data, principal))


class PublishedAssetController(Controller):
    """Assets by name, for programs."""

    path = "/published-assets"
    tags = ("assets",)

    @get(
        operation_id="list_published_assets",
        opt=access.permission("sponsors.sponsor_publisher"),
    )
    async def list_published(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        internal_name: InternalName,
        *,
        list_empty: bool = False,
    ) -> Response[list[PublishedAsset]]:
        """List the values of one name; `list_empty`: also where there is none yet."""
        told = request.app.state.runtime.settings
        found = await queries.published(read_session, told, internal_name, list_empty=list_empty)
        return json_response(found, _PUBLISHED)
