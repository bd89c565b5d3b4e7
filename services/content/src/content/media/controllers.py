"""Media files over HTTP: for editors. The public gets the files themselves, below /media/."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter

from content.media import queries, services
from contracts.base import Page
from contracts.content.media import MediaFile, MediaFileInput, MediaKind
from contracts.files import MOST_ENCODED
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

Order = Annotated[
    Literal["key", "-key", "created", "-created", "id", "-id"],
    QueryParameter(description="A minus in front: descending"),
]
KindFilter = Annotated[MediaKind | None, QueryParameter(description="What it is")]
_MOST_BYTES: Final = MOST_ENCODED + 10_000


class MediaFileController(Controller):
    """Pictures and documents."""

    path = "/media-files"
    tags = ("media files",)

    @get(operation_id="list_media_files", opt=access.permission("content.view_mediafile"))
    async def list_media_files(
        self,
        read_session: Reading,
        window: InWindow,
        folder: TextFilter = None,
        kind: KindFilter = None,
        order: Order = "key",
    ) -> Response[Page[MediaFile]]:
        """List media files."""
        found = await queries.media_files(
            read_session, window, folder=folder, kind=kind, order=order
        )
        return answer_page(found, window)

    @get(
        "/{id:int}",
        operation_id="get_media_file",
        opt=access.permission("content.view_mediafile"),
    )
    async def get_media_file(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[MediaFile]:
        """Read what is known of one media file."""
        return answer_versioned(await queries.media_file(read_session, id), "file")

    @post(
        operation_id="create_media_file",
        opt=access.permission("content.add_mediafile"),
        request_max_body_size=_MOST_BYTES,
    )
    async def create_media_file(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: MediaFileInput,
    ) -> Response[MediaFile]:
        """Keep a file. Pictures are written anew, without what cameras note in them."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/media-files/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_media_file",
        opt=access.permission("content.change_mediafile"),
    )
    async def update_media_file(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MediaFileInput,
        if_match: IfMatch = None,
    ) -> Response[MediaFile]:
        """Replace what is said of a media file."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_media_file",
        opt=access.permission("content.delete_mediafile"),
    )
    async def delete_media_file(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a media file."""
        await services.delete(write_session, id, principal, if_match=if_match)
