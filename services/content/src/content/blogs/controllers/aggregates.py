"""Aggregates over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter

from content.blogs import models, queries
from content.blogs.services import aggregates
from contracts.base import Page
from contracts.content.blogs import BlogAggregate, BlogAggregateInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class BlogAggregateController(Controller):
    """Feeds that are shown together."""

    path = "/blog-aggregates"
    tags = ("blogs",)

    @get(operation_id="list_blog_aggregates", opt=access.public())
    async def list_blog_aggregates(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[BlogAggregate]]:
        """List aggregates, by name."""
        return answer_page(await queries.aggregates(read_session, window), window)

    @get("/{slug:str}", operation_id="get_blog_aggregate", opt=access.public())
    async def get_blog_aggregate(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=200)]
    ) -> Response[BlogAggregate]:
        """Read one aggregate."""
        found = await queries.aggregate(read_session, models.BlogAggregate.slug == slug)
        return answer_versioned(found, "group of blogs")

    @post(operation_id="create_blog_aggregate", opt=access.permission("content.add_blogaggregate"))
    async def create_blog_aggregate(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: BlogAggregateInput,
    ) -> Response[BlogAggregate]:
        """Create an aggregate."""

        async def make() -> Response[Any]:
            made = await aggregates.create(write_session, data, principal)
            headers = {"Location": f"/blog-aggregates/{made.slug}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_blog_aggregate",
        opt=access.permission("content.change_blogaggregate"),
    )
    async def update_blog_aggregate(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: BlogAggregateInput,
        if_match: IfMatch = None,
    ) -> Response[BlogAggregate]:
        """Replace an aggregate."""
        made = await aggregates.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_blog_aggregate",
        opt=access.permission("content.delete_blogaggregate"),
    )
    async def delete_blog_aggregate(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete an aggregate; its feeds stay."""
        await aggregates.delete(write_session, id, principal, if_match=if_match)
