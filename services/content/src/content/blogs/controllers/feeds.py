"""Feeds over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from content.blogs import queries
from content.blogs.services import feeds
from contracts.base import Page
from contracts.content.blogs import BlogFeed, BlogFeedInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class BlogFeedController(Controller):
    """Blogs that the site follows."""

    path = "/blog-feeds"
    tags = ("blogs",)

    @get(operation_id="list_blog_feeds", opt=access.public())
    async def list_blog_feeds(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[BlogFeed]]:
        """List the blogs that are followed, by name."""
        return answer_page(await queries.feeds(read_session, window), window)

    @get("/{id:int}", operation_id="get_blog_feed", opt=access.public())
    async def get_blog_feed(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[BlogFeed]:
        """Read one feed."""
        return answer_versioned(await queries.feed(read_session, id), "feed")

    @post(operation_id="create_blog_feed", opt=access.permission("content.add_blogfeed"))
    async def create_blog_feed(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: BlogFeedInput,
    ) -> Response[BlogFeed]:
        """Follow a blog."""

        async def make() -> Response[Any]:
            made = await feeds.create(write_session, data, principal)
            headers = {"Location": f"/blog-feeds/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_blog_feed",
        opt=access.permission("content.change_blogfeed"),
    )
    async def update_blog_feed(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: BlogFeedInput,
        if_match: IfMatch = None,
    ) -> Response[BlogFeed]:
        """Replace a feed."""
        made = await feeds.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_blog_feed",
        opt=access.permission("content.delete_blogfeed"),
    )
    async def delete_blog_feed(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a feed with its entries."""
        await feeds.delete(write_session, id, principal, if_match=if_match)
