"""Synonyms over HTTP: for editors."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from content.synonyms import queries, services
from contracts.base import Page
from contracts.content.synonyms import SynonymGroup, SynonymGroupInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class SynonymController(Controller):
    """Words that stand for each other when somebody searches the site."""

    path = "/synonyms"
    tags = ("synonyms",)

    @get(operation_id="list_synonyms", opt=access.permission("content.view_synonym"))
    async def list_synonyms(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[SynonymGroup]]:
        """List groups of synonyms, oldest first."""
        return answer_page(await queries.groups(read_session, window), window)

    @get("/{id:int}", operation_id="get_synonyms", opt=access.permission("content.view_synonym"))
    async def get_synonyms(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[SynonymGroup]:
        """Read one group."""
        return answer_versioned(await queries.group(read_session, id), "group of synonyms")

    @post(operation_id="create_synonyms", opt=access.permission("content.add_synonym"))
    async def create_synonyms(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: SynonymGroupInput,
    ) -> Response[SynonymGroup]:
        """Create a group."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/synonyms/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}", operation_id="update_synonyms", opt=access.permission("content.change_synonym")
    )
    async def update_synonyms(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SynonymGroupInput,
        if_match: IfMatch = None,
    ) -> Response[SynonymGroup]:
        """Replace a group."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}", operation_id="delete_synonyms", opt=access.permission("content.delete_synonym")
    )
    async def delete_synonyms(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a group."""
        await services.delete(write_session, id, principal, if_match=if_match)
