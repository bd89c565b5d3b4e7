"""User groups over HTTP: read by everybody, proposed by people, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.identity.user_groups import UserGroup, UserGroupInput, UserGroupProposal
from identity.user_groups import queries, services
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class UserGroupController(Controller):
    """Groups of the directory."""

    path = "/user-groups"
    tags = ("user groups",)

    @get(operation_id="list_user_groups", opt=access.public())
    async def list_user_groups(
        self, read_session: Reading, window: InWindow, q: TextFilter = None
    ) -> Response[Page[UserGroup]]:
        """List approved groups by place; with `q` those that have it in place or name."""
        return answer_page(await queries.public(read_session, window, q=q), window)

    @get("/{id:int}", operation_id="get_user_group", opt=access.public())
    async def get_user_group(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[UserGroup]:
        """Read one approved group."""
        return answer_versioned(await queries.public_one(read_session, id), "user group")

    @post(operation_id="create_user_group", opt=access.permission("identity.add_usergroup"))
    async def create_user_group(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: UserGroupInput,
    ) -> Response[UserGroup]:
        """Create a group."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/user-groups/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_user_group",
        opt=access.permission("identity.change_usergroup"),
    )
    async def update_user_group(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: UserGroupInput,
        if_match: IfMatch = None,
    ) -> Response[UserGroup]:
        """Replace a group."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_user_group",
        opt=access.permission("identity.delete_usergroup"),
    )
    async def delete_user_group(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a group."""
        await services.delete(write_session, id, principal, if_match=if_match)


@post(
    "/own/user-groups",
    operation_id="propose_user_group",
    tags=["user groups"],
    opt=access.authenticated(),
)
async def propose_user_group(
    request: Request[Any, Any, Any],
    write_session: Writing,
    principal: Caller,
    data: UserGroupProposal,
) -> Response[UserGroup]:
    """Propose a group, which staff then approve."""

    async def make() -> Response[Any]:
        return json_response(await services.propose(write_session, data, principal))

    return await once(request, write_session, principal, make)


ROUTES = (UserGroupController, propose_user_group)
