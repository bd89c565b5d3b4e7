"""The tree over HTTP: read whole by everybody, entry by entry and written by editors."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from content.menus import queries, services
from contracts.base import Page
from contracts.content.menus import MenuItem, MenuItemInput, MenuMove, Navigation
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


@get("/navigation", operation_id="get_navigation", tags=["menu"], opt=access.public())
async def navigation(read_session: Reading) -> Response[Navigation]:
    """Read the whole tree as the site shows it."""
    found = await queries.navigation(read_session)
    return json_response(found, etag=etag(found.version))


class MenuController(Controller):
    """Entries of the tree, hidden ones too."""

    path = "/menu-items"
    tags = ("menu",)

    @get(operation_id="list_menu_items", opt=access.permission("content.view_menuitem"))
    async def list_items(self, read_session: Reading, window: InWindow) -> Response[Page[MenuItem]]:
        """List entries, roots first."""
        return answer_page(await queries.items(read_session, window), window)

    @get("/{id:int}", operation_id="get_menu_item", opt=access.permission("content.view_menuitem"))
    async def get_item(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[MenuItem]:
        """Read one entry."""
        return answer_versioned(await queries.item(read_session, id), "entry of the menu")

    @post(operation_id="create_menu_item", opt=access.permission("content.add_menuitem"))
    async def create_item(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: MenuItemInput,
    ) -> Response[MenuItem]:
        """Create an entry, last below its parent."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/menu-items/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_menu_item",
        opt=access.permission("content.change_menuitem"),
    )
    async def update_item(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MenuItemInput,
        if_match: IfMatch = None,
    ) -> Response[MenuItem]:
        """Replace an entry."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post(
        "/{id:int}/move",
        operation_id="move_menu_item",
        status_code=200,
        opt=access.permission("content.change_menuitem"),
    )
    async def move_item(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MenuMove,
        if_match: IfMatch = None,
    ) -> Response[MenuItem]:
        """Move an entry with all that is below it."""
        made = await services.move(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_menu_item",
        opt=access.permission("content.delete_menuitem"),
    )
    async def delete_item(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete an entry with all that is below it."""
        await services.delete(write_session, id, principal, if_match=if_match)


ROUTES = (navigation, MenuController)
