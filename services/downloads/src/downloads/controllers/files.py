"""Release files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from contracts.base import Page
from contracts.downloads.architecture import Architecture
from contracts.downloads.dto import Major, ReleaseFile, ReleaseFileInput
from downloads import queries
from downloads.filters import FileFilter, ReleaseFilter
from downloads.services import files
from downloads.services.common import sees_drafts
from servicekit import access
from servicekit.answers import (
    MAX_ID,
    DigitsFilter,
    Id,
    IdFilter,
    IdsFilter,
    IfMatch,
    TextFilter,
    answer_page,
    answer_versioned,
    known_ids,
)
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

Order = Annotated[
    Literal["name", "-name", "release_date", "-release_date", "id", "-id"] | None,
    QueryParameter(
        description="A minus in front: descending. Where absent, by release, system and name"
    ),
]


async def file_filter(  # noqa: PLR0913 - the parameters of a query
    *,
    id__in: IdsFilter = None,
    id__gt: IdFilter = None,
    name: TextFilter = None,
    slug: TextFilter = None,
    url: Annotated[str | None, QueryParameter(max_length=2000)] = None,
    os: IdFilter = None,
    os__in: IdsFilter = None,
    os__name: TextFilter = None,
    os__slug: TextFilter = None,
    release: IdFilter = None,
    release__in: IdsFilter = None,
    release__name: TextFilter = None,
    release__slug: TextFilter = None,
    release__major: Major | None = None,
    release__major__startswith: DigitsFilter = None,
    release__series: TextFilter = None,
    release__is_published: bool | None = None,
    release__is_latest: bool | None = None,
    release__pre_release: bool | None = None,
    description__contains: TextFilter = None,
    is_source: bool | None = None,
    download_button: bool | None = None,
    architecture: Annotated[
        Architecture | None,
        QueryParameter(description="What processors it is for, as far as its address says"),
    ] = None,
) -> FileFilter:
    """Read the filter of a list of files."""
    return FileFilter(
        id_in=known_ids("id__in", id__in),
        id_gt=id__gt,
        name=name,
        slug=slug,
        url=url,
        os_id=os,
        os_in=known_ids("os__in", os__in),
        os_name=os__name,
        os_slug=os__slug,
        release_id=release,
        release_in=known_ids("release__in", release__in),
        release=ReleaseFilter(
            name=release__name,
            slug=release__slug,
            major=release__major,
            major_startswith=release__major__startswith,
            series=release__series,
            is_published=release__is_published,
            is_latest=release__is_latest,
            pre_release=release__pre_release,
        ),
        description_contains=description__contains,
        is_source=is_source,
        download_button=download_button,
        architecture=architecture,
    )


class FileController(Controller):
    """Files of releases. A draft's files are seen by whoever sees drafts."""

    path = "/release-files"
    tags = ("release files",)

    @get(
        operation_id="list_release_files",
        opt=access.public(),
        dependencies={"found": Provide(file_filter)},
    )
    async def list_files(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        found: NamedDependency[FileFilter],
        order: Order = None,
    ) -> Response[Page[ReleaseFile]]:
        """List files."""
        rows = await queries.files(
            read_session,
            window,
            found,
            drafts=sees_drafts(principal),
            order=order,
        )
        return answer_page(rows, window)

    @get("/{id:int}", operation_id="get_release_file", opt=access.public())
    async def get_file(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[ReleaseFile]:
        """Read one file."""
        row = await queries.file(read_session, id, drafts=sees_drafts(principal))
        return answer_versioned(row, "file")

    @post(operation_id="create_release_file", opt=access.permission("downloads.add_releasefile"))
    async def create_file(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: ReleaseFileInput,
    ) -> Response[ReleaseFile]:
        """Add a file to a release."""

        async def make() -> Response[Any]:
            made = await files.create(write_session, data, principal)
            headers = {"Location": f"/release-files/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_release_file",
        opt=access.permission("downloads.change_releasefile"),
    )
    async def update_file(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ReleaseFileInput,
        if_match: IfMatch = None,
    ) -> Response[ReleaseFile]:
        """Replace a file; its slug stays where none is sent."""
        made = await files.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_release_file",
        opt=access.permission("downloads.delete_releasefile"),
    )
    async def delete_file(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete one file."""
        await files.delete(write_session, id, principal, if_match=if_match)

    @delete(
        operation_id="delete_files_of_release",
        opt=access.permission("downloads.delete_releasefile"),
    )
    async def delete_files_of_release(
        self,
        write_session: Writing,
        principal: Caller,
        release: Annotated[int, QueryParameter(ge=1, le=MAX_ID)],
    ) -> None:
        """Delete every file of one release; it is no error where there is none."""
        await files.delete_of_release(write_session, release, principal)
