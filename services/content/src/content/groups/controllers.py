"""Working groups over HTTP: approved ones are read by everybody, all of them by staff."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter, QueryParameter

from content.groups import queries, services
from content.groups.models import WorkGroup as WorkGroupRow
from contracts.base import Page
from contracts.content.groups import WorkGroup, WorkGroupInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

ActiveFilter = Annotated[bool | None, QueryParameter(description="False: those that have ended")]


class WorkGroupController(Controller):
    """Working groups of the foundation."""

    path = "/work-groups"
    tags = ("working groups",)

    @get(operation_id="list_work_groups", opt=access.public())
    async def list_work_groups(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        active: ActiveFilter = None,
    ) -> Response[Page[WorkGroup]]:
        """List groups by name; those not approved too with `content.view_workgroup`."""
        every = principal.may(queries.VIEW_ALL)
        return answer_page(
            await queries.groups(read_session, window, every=every, active=active), window
        )

    @get("/by-slug/{slug:str}", operation_id="get_work_group_by_slug", opt=access.public())
    async def by_slug(
        self,
        read_session: Reading,
        principal: Caller,
        slug: Annotated[str, PathParameter(max_length=200)],
    ) -> Response[WorkGroup]:
        """Read one group."""
        every = principal.may(queries.VIEW_ALL)
        found = await queries.group(read_session, WorkGroupRow.slug == slug, every=every)
        return answer_versioned(found, "working group")

    @get("/{id:int}", operation_id="get_work_group", opt=access.public())
    async def get_work_group(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[WorkGroup]:
        """Read one group."""
        every = principal.may(queries.VIEW_ALL)
        found = await queries.group(read_session, WorkGroupRow.id == id, every=every)
        return answer_versioned(found, "working group")

    @post(operation_id="create_work_group", opt=access.permission("content.add_workgroup"))
    async def create_work_group(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: WorkGroupInput,
    ) -> Response[WorkGroup]:
        """Create a group."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/work-groups/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_work_group",
        opt=access.permission("content.change_workgroup"),
    )
    async def update_work_group(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: WorkGroupInput,
        if_match: IfMatch = None,
    ) -> Response[WorkGroup]:
        """Replace a group, and who is in it."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_work_group",
        opt=access.permission("content.delete_workgroup"),
    )
    async def delete_work_group(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a group."""
        await services.delete(write_session, id, principal, if_match=if_match)
