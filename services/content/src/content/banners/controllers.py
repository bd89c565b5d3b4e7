"""Banners over HTTP: what visitors see is for everybody, the rest for editors."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from content.banners import queries, services
from contracts.base import Page
from contracts.content.banners import Banner, BannerInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class BannerController(Controller):
    """Messages with a button, for some time, on some pages."""

    path = "/banners"
    tags = ("banners",)

    @get("/current", operation_id="list_current_banners", opt=access.public())
    async def current(self, read_session: Reading) -> Response[list[Banner]]:
        """List the banners that visitors see now, the most important first."""
        return answer(await queries.current(read_session))

    @get(operation_id="list_banners", opt=access.permission("content.view_banner"))
    async def list_banners(self, read_session: Reading, window: InWindow) -> Response[Page[Banner]]:
        """List banners, the most important first."""
        return answer_page(await queries.banners(read_session, window), window)

    @get("/{id:int}", operation_id="get_banner", opt=access.permission("content.view_banner"))
    async def get_banner(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Banner]:
        """Read one banner."""
        return answer_versioned(await queries.banner(read_session, id), "banner")

    @post(operation_id="create_banner", opt=access.permission("content.add_banner"))
    async def create_banner(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: BannerInput,
    ) -> Response[Banner]:
        """Create a banner."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/banners/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_banner", opt=access.permission("content.change_banner"))
    async def update_banner(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: BannerInput,
        if_match: IfMatch = None,
    ) -> Response[Banner]:
        """Replace a banner."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}", operation_id="delete_banner", opt=access.permission("content.delete_banner")
    )
    async def delete_banner(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a banner."""
        await services.delete(write_session, id, principal, if_match=if_match)
