"""Redirects over HTTP, and the one question of the gateway: what is at this address?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter

from content.pages.queries import sees_drafts
from content.redirects import queries, resolving, services
from contracts.base import Page
from contracts.content.redirects import Redirect, RedirectInput
from contracts.content.resolution import Resolution
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

Order = Annotated[
    Literal["old_path", "-old_path", "updated", "-updated", "id", "-id"],
    QueryParameter(description="A minus in front: descending"),
]
_PLAIN = r"^[^\x00-\x20\x7f]*$"


@get("/resolve", operation_id="resolve_address", tags=["addresses"], opt=access.public())
async def resolve(
    read_session: Reading,
    principal: Caller,
    path: Annotated[
        str, QueryParameter(max_length=2048, pattern=_PLAIN, description="Encoded as in a URL")
    ],
    asked: Annotated[
        str,
        QueryParameter(
            name="query", max_length=4096, pattern=_PLAIN, description="Of the visitor, raw"
        ),
    ] = "",
) -> Response[Resolution]:
    """Tell what is at an address: a page, a redirect, nothing any more, or nothing.

    Drafts are there for those with `content.view_page`.
    """
    found = await resolving.resolve(read_session, path, asked, drafts=sees_drafts(principal))
    return json_response(found)


class RedirectController(Controller):
    """Addresses that lead elsewhere, or are gone."""

    path = "/redirects"
    tags = ("redirects",)

    @get(operation_id="list_redirects", opt=access.public())
    async def list_redirects(
        self,
        read_session: Reading,
        window: InWindow,
        *,
        old_path: TextFilter = None,
        q: Annotated[
            str | None, QueryParameter(max_length=200, description="Part of the path or target")
        ] = None,
        order: Order = "old_path",
    ) -> Response[Page[Redirect]]:
        """List redirects."""
        found = await queries.redirects(read_session, window, old_path=old_path, q=q, order=order)
        return answer_page(found, window)

    @get("/{id:int}", operation_id="get_redirect", opt=access.public())
    async def get_redirect(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Redirect]:
        """Read one redirect."""
        return answer_versioned(await queries.redirect(read_session, id), "redirect")

    @post(operation_id="create_redirect", opt=access.permission("content.add_redirect"))
    async def create_redirect(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: RedirectInput,
    ) -> Response[Redirect]:
        """Create a redirect."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/redirects/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_redirect",
        opt=access.permission("content.change_redirect"),
    )
    async def update_redirect(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: RedirectInput,
        if_match: IfMatch = None,
    ) -> Response[Redirect]:
        """Replace a redirect."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_redirect",
        opt=access.permission("content.delete_redirect"),
    )
    async def delete_redirect(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a redirect."""
        await services.delete(write_session, id, principal, if_match=if_match)
