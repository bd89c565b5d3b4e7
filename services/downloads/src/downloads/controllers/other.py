"""The release cycle, and bulk import."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from contracts.downloads.dto import BulkImport, ImportReport, ReleaseCycle
from downloads import imports, queries
from servicekit import access
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.idempotency import once
from servicekit.problems import NotFound, ProblemDetails
from servicekit.responses import json_response


@get(
    "/release-cycle",
    operation_id="get_release_cycle",
    tags=["releases"],
    opt=access.public(),
    responses={
        404: ResponseSpec(
            data_container=ProblemDetails,
            description="Not read yet",
            media_type="application/problem+json",
            generate_examples=False,
        )
    },
)
async def release_cycle(read_session: Reading) -> Response[ReleaseCycle]:
    """Read the release cycle as it was last fetched, newest branch first."""
    cycle = await queries.release_cycle(read_session)
    if cycle is None:
        raise NotFound("The release cycle has not been read yet.")
    return json_response(cycle)


@post(
    "/imports/releases",
    operation_id="import_releases",
    tags=["imports"],
    status_code=200,
    request_max_body_size=16 * 1024 * 1024,
    opt=access.permission(
        *("downloads.add_release", "downloads.change_release"),
        *("downloads.add_releasefile", "downloads.change_releasefile"),
        *("downloads.delete_releasefile", "downloads.view_release"),
        "downloads.can_publish_releases",
    ),
)
async def import_releases(
    request: Request[Any, Any, Any],
    write_session: Writing,
    principal: Caller,
    data: BulkImport,
    *,
    dry_run: Annotated[
        bool, QueryParameter(description="Check and report, and write nothing")
    ] = False,
) -> Response[ImportReport]:
    """Create and replace releases with their files, all of them or none."""

    async def make() -> Response[Any]:
        report = await imports.apply(write_session, data, principal)
        if dry_run:
            await write_session.rollback()
            report = report.model_copy(update={"dry_run": True})
        return json_response(report)

    return await once(request, write_session, principal, make, status=200)
