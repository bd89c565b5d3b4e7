"""Elections over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter, QueryParameter
from pydantic import TypeAdapter

from contracts.base import Page
from contracts.identity.elections import (
    Election,
    ElectionInput,
    ElectionKind,
    ElectionKindInput,
    ElectionSummary,
)
from identity.elections import kinds, queries, services
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

_YEARS: Final = TypeAdapter(list[int])


class ElectionController(Controller):
    """Elections of the foundation."""

    path = "/elections"
    tags = ("elections",)

    @get(operation_id="list_elections", opt=access.public())
    async def list_elections(
        self,
        read_session: Reading,
        window: InWindow,
        *,
        year: Annotated[int | None, QueryParameter(ge=1, le=9999)] = None,
        kind: TextFilter = None,
    ) -> Response[Page[ElectionSummary]]:
        """List elections, those of the latest day first; of one year, of one kind by its slug."""
        found = await queries.elections(read_session, window, year=year, kind=kind)
        return answer_page(found, window)

    @get("/years", operation_id="list_election_years", opt=access.public())
    async def list_years(self, read_session: Reading) -> Response[list[int]]:
        """List the years that have elections, latest first."""
        return json_response(await queries.years(read_session), _YEARS)

    @get("/{slug:str}", operation_id="get_election", opt=access.public())
    async def get_election(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=200)]
    ) -> Response[Election]:
        """Read one election."""
        return answer_versioned(await queries.by_slug(read_session, slug), "election")

    @post(operation_id="create_election", opt=access.permission("identity.add_election"))
    async def create_election(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: ElectionInput,
    ) -> Response[Election]:
        """Create an election."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/elections/{made.slug}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_election",
        opt=access.permission("identity.change_election"),
    )
    async def update_election(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ElectionInput,
        if_match: IfMatch = None,
    ) -> Response[Election]:
        """Replace an election; its slug stays."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_election",
        opt=access.permission("identity.delete_election"),
    )
    async def delete_election(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete an election that nobody was nominated for."""
        await services.delete(write_session, id, principal, if_match=if_match)


class ElectionKindController(Controller):
    """What is elected, and the forms of nominations."""

    path = "/election-kinds"
    tags = ("elections",)

    @get(operation_id="list_election_kinds", opt=access.public())
    async def list_kinds(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[ElectionKind]]:
        """List kinds by name."""
        return answer_page(await queries.all_kinds(read_session, window), window)

    @post(operation_id="create_election_kind", opt=access.permission("identity.add_electionkind"))
    async def create_kind(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: ElectionKindInput,
    ) -> Response[ElectionKind]:
        """Create a kind."""

        async def make() -> Response[Any]:
            made = await kinds.create(write_session, data, principal)
            headers = {"Location": "/election-kinds"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_election_kind",
        opt=access.permission("identity.change_electionkind"),
    )
    async def update_kind(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ElectionKindInput,
        if_match: IfMatch = None,
    ) -> Response[ElectionKind]:
        """Replace a kind; its slug stays."""
        made = await kinds.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_election_kind",
        opt=access.permission("identity.delete_electionkind"),
    )
    async def delete_kind(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a kind that no election has."""
        await kinds.delete(write_session, id, principal, if_match=if_match)


ROUTES = (ElectionController, ElectionKindController)
