"""Entries over HTTP: read by everybody, written by staff and by the import."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter

from content.blogs import queries
from content.blogs.queries import EntryFilter
from content.blogs.services import entries
from contracts.base import Page
from contracts.content.blogs import BlogEntry, BlogEntryInput
from servicekit import access
from servicekit.answers import Id, IdFilter, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.audit import in_utc
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

Order = Annotated[
    Literal["pub_date", "-pub_date", "updated", "-updated", "id", "-id"],
    QueryParameter(description="A minus in front: descending"),
]


class BlogEntryController(Controller):
    """What blogs say."""

    path = "/blog-entries"
    tags = ("blogs",)

    @get(operation_id="list_blog_entries", opt=access.public())
    async def list_blog_entries(  # noqa: PLR0913 - the parameters of a query
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        *,
        feed: IdFilter = None,
        aggregate: TextFilter = None,
        id__gt: IdFilter = None,
        pub_date__gte: datetime | None = None,
        pub_date__lt: datetime | None = None,
        q: TextFilter = None,
        order: Order = "-pub_date",
    ) -> Response[Page[BlogEntry]]:
        """List entries, the newest first; hidden ones with `content.view_blogentry`."""
        found = EntryFilter(
            feed=feed,
            aggregate=aggregate,
            id_gt=id__gt,
            pub_date_gte=pub_date__gte and in_utc(pub_date__gte),
            pub_date_lt=pub_date__lt and in_utc(pub_date__lt),
            q=q,
        )
        hidden = queries.sees_hidden(principal)
        rows = await queries.entries(read_session, window, found, hidden=hidden, order=order)
        return answer_page(rows, window)

    @get("/{id:int}", operation_id="get_blog_entry", opt=access.public())
    async def get_blog_entry(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[BlogEntry]:
        """Read one entry."""
        hidden = queries.sees_hidden(principal)
        return answer_versioned(await queries.entry(read_session, id, hidden=hidden), "entry")

    @post(operation_id="create_blog_entry", opt=access.permission("content.add_blogentry"))
    async def create_blog_entry(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: BlogEntryInput,
    ) -> Response[BlogEntry]:
        """Add an entry."""

        async def make() -> Response[Any]:
            made = await entries.create(write_session, data, principal)
            headers = {"Location": f"/blog-entries/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_blog_entry",
        opt=access.permission("content.change_blogentry"),
    )
    async def update_blog_entry(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: BlogEntryInput,
        if_match: IfMatch = None,
    ) -> Response[BlogEntry]:
        """Replace an entry, until its feed says something else."""
        made = await entries.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_blog_entry",
        opt=access.permission("content.delete_blogentry"),
    )
    async def delete_blog_entry(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete an entry; it comes back where its feed still has it."""
        await entries.delete(write_session, id, principal, if_match=if_match)
