"""Categories over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter

from contracts.base import Page
from contracts.jobs.dto import JobCategory
from contracts.jobs.inputs import CategoryInput
from jobs.categories.services import CATEGORIES
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class CategoryController(Controller):
    """What jobs are."""

    path = "/categories"
    tags = ("categories",)

    @get(operation_id="list_categories", opt=access.public())
    async def list_categories(
        self,
        read_session: Reading,
        window: InWindow,
        *,
        active: bool | None = None,
    ) -> Response[Page[JobCategory]]:
        """List categories by name; with `active` only those that new jobs may have, or may not."""
        found = await CATEGORIES.listed(read_session, window, active=active)
        return answer_page(found, window)

    @get("/{slug:str}", operation_id="get_category", opt=access.public())
    async def get_category(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=200)]
    ) -> Response[JobCategory]:
        """Read one category."""
        return answer_versioned(await CATEGORIES.by_slug(read_session, slug), "category")

    @post(operation_id="create_category", opt=access.permission("jobs.add_jobcategory"))
    async def create_category(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: CategoryInput,
    ) -> Response[JobCategory]:
        """Create a category."""

        async def make() -> Response[Any]:
            made = await CATEGORIES.create(write_session, data, principal)
            headers = {"Location": f"/categories/{made.slug}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_category",
        opt=access.permission("jobs.change_jobcategory"),
    )
    async def update_category(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: CategoryInput,
        if_match: IfMatch = None,
    ) -> Response[JobCategory]:
        """Replace a category."""
        made = await CATEGORIES.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_category",
        opt=access.permission("jobs.delete_jobcategory"),
    )
    async def delete_category(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a category that no job has."""
        await CATEGORIES.delete(write_session, id, principal, if_match=if_match)
