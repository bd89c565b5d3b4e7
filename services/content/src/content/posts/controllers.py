"""Posts over HTTP: public ones are read by everybody, all of them by staff."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter

from content.posts import queries, services
from contracts.base import Page
from contracts.content.posts import Post, PostInput, PostKind
from contracts.files import MOST_ENCODED
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

KindFilter = Annotated[PostKind | None, QueryParameter(description="What it is of")]
_MOST_BYTES: Final = MOST_ENCODED + 70_000


class PostController(Controller):
    """What people of the community tell and show."""

    path = "/posts"
    tags = ("posts",)

    @get(operation_id="list_posts", opt=access.public())
    async def list_posts(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        kind: KindFilter = None,
    ) -> Response[Page[Post]]:
        """List posts newest first; private ones with `content.view_post`."""
        private = principal.may(queries.VIEW_PRIVATE)
        return answer_page(
            await queries.posts(read_session, window, private=private, kind=kind), window
        )

    @get("/{id:int}", operation_id="get_post", opt=access.public())
    async def get_post(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Post]:
        """Read one post; a private one with `content.view_post`."""
        private = principal.may(queries.VIEW_PRIVATE)
        return answer_versioned(await queries.post(read_session, id, private=private), "post")

    @post(
        operation_id="create_post",
        opt=access.permission("content.add_post"),
        request_max_body_size=_MOST_BYTES,
    )
    async def create_post(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: PostInput,
    ) -> Response[Post]:
        """Create a post."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/posts/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_post",
        opt=access.permission("content.change_post"),
        request_max_body_size=_MOST_BYTES,
    )
    async def update_post(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: PostInput,
        if_match: IfMatch = None,
    ) -> Response[Post]:
        """Replace a post."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_post",
        opt=access.permission("content.delete_post"),
    )
    async def delete_post(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a post."""
        await services.delete(write_session, id, principal, if_match=if_match)
