"""Programs over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.sponsors.dto import Program
from contracts.sponsors.inputs import ProgramInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response
from sponsors.programs import queries, services


class ProgramController(Controller):
    """What benefits are of."""

    path = "/programs"
    tags = ("programs",)

    @get(operation_id="list_programs", opt=access.public())
    async def list_programs(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[Program]]:
        """List programs in their order."""
        return answer_page(await queries.programs(read_session, window), window)

    @get("/{id:int}", operation_id="get_program", opt=access.public())
    async def get_program(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Program]:
        """Read one program."""
        return answer_versioned(await queries.by_id(read_session, id), "program")

    @post(operation_id="create_program", opt=access.permission("sponsors.add_sponsorshipprogram"))
    async def create_program(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: ProgramInput,
    ) -> Response[Program]:
        """Create a program."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/programs/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_program",
        opt=access.permission("sponsors.change_sponsorshipprogram"),
    )
    async def update_program(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ProgramInput,
        if_match: IfMatch = None,
    ) -> Response[Program]:
        """Replace a program."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_program",
        opt=access.permission("sponsors.delete_sponsorshipprogram"),
    )
    async def delete_program(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a program without benefits."""
        await services.delete(write_session, id, principal, if_match=if_match)
