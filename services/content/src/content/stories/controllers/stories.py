"""Stories over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter, QueryParameter

from content.stories import models, queries, services
from content.stories.queries import StoryFilter
from contracts.base import Page
from contracts.content.stories import Story, StoryInput, StorySummary
from servicekit import access
from servicekit.answers import Id, IdFilter, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

Order = Annotated[
    Literal["name", "-name", "published", "-published", "updated", "-updated", "id", "-id"],
    QueryParameter(description="A minus in front: descending"),
]


class StoryController(Controller):
    """Success stories."""

    path = "/stories"
    tags = ("stories",)

    @get(operation_id="list_stories", opt=access.public())
    async def list_stories(  # noqa: PLR0913 - the parameters of a query
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        *,
        category: TextFilter = None,
        company: IdFilter = None,
        featured: bool | None = None,
        is_published: bool | None = None,
        id__gt: IdFilter = None,
        q: TextFilter = None,
        order: Order = "-published",
    ) -> Response[Page[StorySummary]]:
        """List stories without their texts, the newest first; drafts with `content.view_story`."""
        found = StoryFilter(
            category=category,
            company=company,
            featured=featured,
            is_published=is_published,
            id_gt=id__gt,
            q=q,
        )
        drafts = queries.sees_drafts(principal)
        rows = await queries.stories(read_session, window, found, drafts=drafts, order=order)
        return answer_page(rows, window)

    @get("/by-slug/{slug:str}", operation_id="get_story_by_slug", opt=access.public())
    async def get_story_by_slug(
        self,
        read_session: Reading,
        principal: Caller,
        slug: Annotated[str, PathParameter(max_length=200)],
    ) -> Response[Story]:
        """Read one story with its text; a draft with `content.view_story`."""
        drafts = queries.sees_drafts(principal)
        found = await queries.story(read_session, models.Story.slug == slug, drafts=drafts)
        return answer_versioned(found, "story")

    @get("/{id:int}", operation_id="get_story", opt=access.public())
    async def get_story(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Story]:
        """Read one story with its text; a draft with `content.view_story`."""
        drafts = queries.sees_drafts(principal)
        found = await queries.story(read_session, models.Story.id == id, drafts=drafts)
        return answer_versioned(found, "story")

    @post(operation_id="create_story", opt=access.permission("content.add_story"))
    async def create_story(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: StoryInput,
    ) -> Response[Story]:
        """Create a story."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/stories/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_story",
        opt=access.permission("content.change_story"),
    )
    async def update_story(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: StoryInput,
        if_match: IfMatch = None,
    ) -> Response[Story]:
        """Replace a story."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_story",
        opt=access.permission("content.delete_story"),
    )
    async def delete_story(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a story."""
        await services.delete(write_session, id, principal, if_match=if_match)
