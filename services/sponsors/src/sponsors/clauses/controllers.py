"""Clauses over HTTP: for staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.sponsors.papers import Clause, ClauseInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response
from sponsors.clauses import queries, services


class ClauseController(Controller):
    """Conditions of contracts."""

    path = "/clauses"
    tags = ("clauses",)

    @get(operation_id="list_clauses", opt=access.permission("sponsors.view_legalclause"))
    async def list_clauses(self, read_session: Reading, window: InWindow) -> Response[Page[Clause]]:
        """List clauses in their order."""
        return answer_page(await queries.clauses(read_session, window), window)

    @get(
        "/{id:int}",
        operation_id="get_clause",
        opt=access.permission("sponsors.view_legalclause"),
    )
    async def get_clause(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Clause]:
        """Read one clause."""
        return answer_versioned(await queries.clause(read_session, id), "clause")

    @post(operation_id="create_clause", opt=access.permission("sponsors.add_legalclause"))
    async def create_clause(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: ClauseInput,
    ) -> Response[Clause]:
        """Create a clause."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/clauses/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_clause",
        opt=access.permission("sponsors.change_legalclause"),
    )
    async def update_clause(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ClauseInput,
        if_match: IfMatch = None,
    ) -> Response[Clause]:
        """Replace a clause."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_clause",
        opt=access.permission("sponsors.delete_legalclause"),
    )
    async def delete_clause(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a clause."""
        await services.delete(write_session, id, principal, if_match=if_match)
