"""Related blogs over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from content.blogs import queries
from content.blogs.services import related
from contracts.base import Page
from contracts.content.blogs import RelatedBlog, RelatedBlogInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class RelatedBlogController(Controller):
    """Blogs that the site points to."""

    path = "/related-blogs"
    tags = ("blogs",)

    @get(operation_id="list_related_blogs", opt=access.public())
    async def list_related_blogs(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[RelatedBlog]]:
        """List related blogs, by name."""
        return answer_page(await queries.related(read_session, window), window)

    @get("/{id:int}", operation_id="get_related_blog", opt=access.public())
    async def get_related_blog(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[RelatedBlog]:
        """Read one related blog."""
        return answer_versioned(await queries.related_one(read_session, id), "related blog")

    @post(operation_id="create_related_blog", opt=access.permission("content.add_relatedblog"))
    async def create_related_blog(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: RelatedBlogInput,
    ) -> Response[RelatedBlog]:
        """Point to a blog."""

        async def make() -> Response[Any]:
            made = await related.create(write_session, data, principal)
            headers = {"Location": f"/related-blogs/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_related_blog",
        opt=access.permission("content.change_relatedblog"),
    )
    async def update_related_blog(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: RelatedBlogInput,
        if_match: IfMatch = None,
    ) -> Response[RelatedBlog]:
        """Replace a related blog."""
        made = await related.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_related_blog",
        opt=access.permission("content.delete_relatedblog"),
    )
    async def delete_related_blog(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Point to a blog no longer."""
        await related.delete(write_session, id, principal, if_match=if_match)
