"""Categories of stories over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter

from content.stories import categories, models, queries
from contracts.base import Page
from contracts.content.stories import StoryCategory, StoryCategoryInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class StoryCategoryController(Controller):
    """What stories are about."""

    path = "/story-categories"
    tags = ("stories",)

    @get(operation_id="list_story_categories", opt=access.public())
    async def list_story_categories(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[StoryCategory]]:
        """List categories, by name."""
        return answer_page(await queries.categories(read_session, window), window)

    @get("/{slug:str}", operation_id="get_story_category", opt=access.public())
    async def get_story_category(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=200)]
    ) -> Response[StoryCategory]:
        """Read one category."""
        found = await queries.category(read_session, models.StoryCategory.slug == slug)
        return answer_versioned(found, "category")

    @post(operation_id="create_story_category", opt=access.permission("content.add_storycategory"))
    async def create_story_category(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: StoryCategoryInput,
    ) -> Response[StoryCategory]:
        """Create a category."""

        async def make() -> Response[Any]:
            made = await categories.create(write_session, data, principal)
            headers = {"Location": f"/story-categories/{made.slug}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_story_category",
        opt=access.permission("content.change_storycategory"),
    )
    async def update_story_category(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: StoryCategoryInput,
        if_match: IfMatch = None,
    ) -> Response[StoryCategory]:
        """Replace a category."""
        made = await categories.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_story_category",
        opt=access.permission("content.delete_storycategory"),
    )
    async def delete_story_category(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a category that no story is in."""
        await categories.delete(write_session, id, principal, if_match=if_match)
