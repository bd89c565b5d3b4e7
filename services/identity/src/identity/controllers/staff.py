"""Accounts, groups and permissions, for staff."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter
from pydantic import TypeAdapter

from contracts.base import Page
from contracts.identity.dto import Group, GroupInput, Permission, User, UserInput
from contracts.permissions import GRANTABLE
from identity import queries
from identity.controllers.common import (
    Id,
    IdFilter,
    IfMatch,
    TextFilter,
    answer_page,
    answer_versioned,
)
from identity.services import groups, users
from servicekit import access
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

_PERMISSIONS: Final = TypeAdapter(list[Permission])
_DESCRIPTION: Final = "A minus in front: descending"

UserOrder = Annotated[
    Literal[
        "username", "-username", "last_login", "-last_login", "created", "-created", "id", "-id"
    ],
    QueryParameter(description=_DESCRIPTION),
]
GroupOrder = Annotated[
    Literal["name", "-name", "id", "-id"], QueryParameter(description=_DESCRIPTION)
]


class UserController(Controller):
    """Accounts."""

    path = "/users"
    tags = ("users",)

    @get(operation_id="list_users", opt=access.permission("identity.view_user"))
    async def list_users(  # noqa: PLR0913, PLR0917 - the parameters of a query
        self,
        read_session: Reading,
        window: InWindow,
        q: TextFilter = None,
        is_active: bool | None = None,  # noqa: FBT001 - a parameter of a query
        is_staff: bool | None = None,  # noqa: FBT001 - the same
        is_superuser: bool | None = None,  # noqa: FBT001 - the same
        group: IdFilter = None,
        order: UserOrder = "username",
    ) -> Response[Page[User]]:
        """List accounts; `q` looks into names and addresses."""
        wanted = queries.UserFilter(
            q=q, is_active=is_active, is_staff=is_staff, is_superuser=is_superuser, group=group
        )
        return answer_page(await queries.users(read_session, window, wanted, order), window)

    @get("/{id:int}", operation_id="get_user", opt=access.permission("identity.view_user"))
    async def get_user(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[User]:
        """Read one account."""
        return answer_versioned(await queries.user(read_session, id), "user")

    @put("/{id:int}", operation_id="update_user", opt=access.permission("identity.change_user"))
    async def update_user(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: UserInput,
        if_match: IfMatch = None,
    ) -> Response[User]:
        """Replace what staff may change of an account."""
        made = await users.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete("/{id:int}", operation_id="delete_user", opt=access.permission("identity.delete_user"))
    async def delete_user(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete an account; what its owner wrote elsewhere stays, without an author."""
        await users.delete(write_session, id, principal, if_match=if_match)


class GroupController(Controller):
    """Groups of people who share permissions."""

    path = "/groups"
    tags = ("groups",)

    @get(operation_id="list_groups", opt=access.permission("identity.view_group"))
    async def list_groups(
        self,
        read_session: Reading,
        window: InWindow,
        q: TextFilter = None,
        order: GroupOrder = "name",
    ) -> Response[Page[Group]]:
        """List groups."""
        return answer_page(await queries.groups(read_session, window, q, order), window)

    @get("/{id:int}", operation_id="get_group", opt=access.permission("identity.view_group"))
    async def get_group(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Group]:
        """Read one group."""
        return answer_versioned(await queries.group(read_session, id), "group")

    @post(operation_id="create_group", opt=access.permission("identity.add_group"))
    async def create_group(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: GroupInput,
    ) -> Response[Group]:
        """Create a group."""

        async def make() -> Response[Any]:
            made = await groups.create(write_session, data, principal)
            headers = {"Location": f"/groups/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_group", opt=access.permission("identity.change_group"))
    async def update_group(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: GroupInput,
        if_match: IfMatch = None,
    ) -> Response[Group]:
        """Replace a group."""
        made = await groups.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}", operation_id="delete_group", opt=access.permission("identity.delete_group")
    )
    async def delete_group(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a group; its members lose what it gave them."""
        await groups.delete(write_session, id, principal, if_match=if_match)


@get(
    "/permissions",
    operation_id="list_permissions",
    tags=["groups"],
    opt=access.permission("identity.view_group"),
)
async def list_permissions() -> Response[list[Permission]]:
    """List the permissions that can be given."""
    found = [Permission(name=name, description=words) for name, words in GRANTABLE.items()]
    return json_response(found, _PERMISSIONS)


ROUTES = (UserController, GroupController, list_permissions)
