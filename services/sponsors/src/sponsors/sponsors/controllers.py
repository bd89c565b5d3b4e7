"""Sponsors over HTTP, for staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.sponsors.applications import OwnSponsor
from contracts.sponsors.inputs import SponsorRecordInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.responses import json_response
from sponsors.sponsors import queries, services


class SponsorController(Controller):
    """Organisations, with their contacts."""

    path = "/sponsors"
    tags = ("sponsors",)

    @get("/{id:int}", operation_id="get_sponsor", opt=access.permission("sponsors.view_sponsor"))
    async def get_sponsor(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[OwnSponsor]:
        """Read one sponsor."""
        return answer_versioned(await queries.sponsor(read_session, id), "sponsor")

    @post(operation_id="create_sponsor", opt=access.permission("sponsors.add_sponsor"))
    async def create_sponsor(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: SponsorRecordInput,
    ) -> Response[OwnSponsor]:
        """Create a sponsor."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/sponsors/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}", operation_id="update_sponsor", opt=access.permission("sponsors.change_sponsor")
    )
    async def update_sponsor(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SponsorRecordInput,
        if_match: IfMatch = None,
    ) -> Response[OwnSponsor]:
        """Replace a sponsor."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}", operation_id="delete_sponsor", opt=access.permission("sponsors.delete_sponsor")
    )
    async def delete_sponsor(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a sponsor that never applied."""
        await services.delete(write_session, id, principal, if_match=if_match)
