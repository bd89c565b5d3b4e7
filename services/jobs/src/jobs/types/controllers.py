"""Types over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter

from contracts.base import Page
from contracts.jobs.dto import JobType
from contracts.jobs.inputs import JobTypeInput
from jobs.types.services import TYPES
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class TypeController(Controller):
    """What jobs are about."""

    path = "/types"
    tags = ("types",)

    @get(operation_id="list_job_types", opt=access.public())
    async def list_job_types(
        self,
        read_session: Reading,
        window: InWindow,
        *,
        active: bool | None = None,
    ) -> Response[Page[JobType]]:
        """List types by name; with `active` only those that new jobs may have, or may not."""
        found = await TYPES.listed(read_session, window, active=active)
        return answer_page(found, window)

    @get("/{slug:str}", operation_id="get_job_type", opt=access.public())
    async def get_job_type(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=200)]
    ) -> Response[JobType]:
        """Read one type."""
        return answer_versioned(await TYPES.by_slug(read_session, slug), "type")

    @post(operation_id="create_job_type", opt=access.permission("jobs.add_jobtype"))
    async def create_job_type(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: JobTypeInput,
    ) -> Response[JobType]:
        """Create a type."""

        async def make() -> Response[Any]:
            made = await TYPES.create(write_session, data, principal)
            headers = {"Location": f"/types/{made.slug}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_job_type",
        opt=access.permission("jobs.change_jobtype"),
    )
    async def update_job_type(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: JobTypeInput,
        if_match: IfMatch = None,
    ) -> Response[JobType]:
        """Replace a type."""
        made = await TYPES.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_job_type",
        opt=access.permission("jobs.delete_jobtype"),
    )
    async def delete_job_type(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a type that no job has."""
        await TYPES.delete(write_session, id, principal, if_match=if_match)
