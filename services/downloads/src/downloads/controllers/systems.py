"""Operating systems, and what each can run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter

from contracts.base import Page
from contracts.downloads.dto import BySystem, OperatingSystem, OperatingSystemInput
from downloads import queries
from downloads.services import systems
from servicekit import access
from servicekit.answers import (
    Id,
    IdsFilter,
    IfMatch,
    TextFilter,
    answer,
    answer_page,
    answer_versioned,
    known_ids,
)
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.problems import NotFound
from servicekit.responses import json_response

Order = Annotated[
    Literal["name", "-name", "slug", "-slug", "id", "-id"],
    QueryParameter(description="A minus in front: descending"),
]


class SystemController(Controller):
    """Operating systems that files are made for."""

    path = "/operating-systems"
    tags = ("operating systems",)

    @get(operation_id="list_operating_systems", opt=access.public())
    async def list_systems(  # noqa: PLR0913, PLR0917 - the parameters of a query
        self,
        read_session: Reading,
        window: InWindow,
        id__in: IdsFilter = None,
        name: TextFilter = None,
        slug: TextFilter = None,
        order: Order = "name",
    ) -> Response[Page[OperatingSystem]]:
        """List operating systems."""
        found = await queries.systems(
            read_session,
            window,
            id_in=known_ids("id__in", id__in),
            name=name,
            slug=slug,
            order=order,
        )
        return answer_page(found, window)

    @get("/{id:int}", operation_id="get_operating_system", opt=access.public())
    async def get_system(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[OperatingSystem]:
        """Read one operating system."""
        return answer_versioned(await queries.system(read_session, id), "operating system")

    @post(operation_id="create_operating_system", opt=access.permission("downloads.add_os"))
    async def create_system(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: OperatingSystemInput,
    ) -> Response[OperatingSystem]:
        """Create an operating system."""

        async def make() -> Response[Any]:
            made = await systems.create(write_session, data, principal)
            headers = {"Location": f"/operating-systems/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_operating_system",
        opt=access.permission("downloads.change_os"),
    )
    async def update_system(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: OperatingSystemInput,
        if_match: IfMatch = None,
    ) -> Response[OperatingSystem]:
        """Replace an operating system."""
        made = await systems.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_operating_system",
        opt=access.permission("downloads.delete_os"),
    )
    async def delete_system(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete an operating system with every file for it."""
        await systems.delete(write_session, id, principal, if_match=if_match)


@get(
    "/downloads/by-system/{slug:str}",
    operation_id="get_downloads_by_system",
    tags=["releases"],
    opt=access.public(),
)
async def downloads_by_system(read_session: Reading, slug: str) -> Response[BySystem]:
    """Read every published release that has files for one system, with those files."""
    found = await queries.by_system(read_session, slug)
    if found is None:
        raise NotFound("There is no such operating system.")
    return answer(found)
