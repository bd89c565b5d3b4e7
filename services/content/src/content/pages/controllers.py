"""Pages over HTTP: read by everybody, written by editors; revisions and previews."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from content.pages import previews, queries, revisions, rules, services
from content.pages.models import Page as PageRow
from content.pages.queries import PageFilter, sees_drafts
from contracts.base import Page as Window
from contracts.content.pages import (
    Page,
    PageInput,
    PageSummary,
    PageTemplate,
    PreviewInput,
    PreviewMade,
    PreviewSummary,
    Revision,
    RevisionDiff,
    RevisionSummary,
)
from servicekit import access
from servicekit.answers import (
    Id,
    IdFilter,
    IdsFilter,
    IfMatch,
    TextFilter,
    answer,
    answer_page,
    answer_versioned,
    known_ids,
)
from servicekit.audit import in_utc
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.problems import NotFound
from servicekit.responses import json_response

Order = Annotated[
    Literal["title", "-title", "path", "-path", "updated", "-updated", "id", "-id"],
    QueryParameter(description="A minus in front: descending"),
]
PathFilter = Annotated[str | None, QueryParameter(max_length=500)]
_CHANGE = "content.change_page"


async def page_filter(  # noqa: PLR0913 - the parameters of a query
    *,
    id__in: IdsFilter = None,
    id__gt: IdFilter = None,
    title: PathFilter = None,
    path: PathFilter = None,
    path__startswith: PathFilter = None,
    keywords: Annotated[str | None, QueryParameter(max_length=1000)] = None,
    keywords__icontains: TextFilter = None,
    is_published: bool | None = None,
    template_name: PageTemplate | None = None,
    updated__gte: datetime | None = None,
    updated__lt: datetime | None = None,
    q: Annotated[
        str | None, QueryParameter(max_length=200, description="Part of the title or path")
    ] = None,
) -> PageFilter:
    """Read the filter of a list of pages."""
    return PageFilter(
        id_in=known_ids("id__in", id__in),
        id_gt=id__gt,
        title=title,
        path=path,
        path_startswith=path__startswith,
        keywords=keywords,
        keywords_icontains=keywords__icontains,
        is_published=is_published,
        template_name=template_name,
        updated_gte=updated__gte and in_utc(updated__gte),
        updated_lt=updated__lt and in_utc(updated__lt),
        q=q,
    )


class PageController(Controller):
    """Pages. Without `content.view_page` there are only the published ones."""

    path = "/pages"
    tags = ("pages",)

    @get(
        operation_id="list_pages",
        opt=access.public(),
        dependencies={"found": Provide(page_filter)},
    )
    async def list_pages(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        found: NamedDependency[PageFilter],
        order: Order = "title",
    ) -> Response[Window[PageSummary]]:
        """List pages, without their texts."""
        rows = await queries.pages(
            read_session, window, found, drafts=sees_drafts(principal), order=order
        )
        return answer_page(rows, window)

    @get(
        "/texts",
        operation_id="list_pages_with_text",
        opt=access.public(),
        dependencies={"found": Provide(page_filter)},
    )
    async def list_with_text(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        found: NamedDependency[PageFilter],
        order: Order = "title",
    ) -> Response[Window[Page]]:
        """List pages with their texts; ask for few at a time."""
        rows = await queries.pages(
            read_session, window, found, drafts=sees_drafts(principal), order=order, text=True
        )
        return answer_page(rows, window)

    @get("/{id:int}", operation_id="get_page", opt=access.public())
    async def get_page(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Page]:
        """Read one page with its text."""
        row = await queries.page(read_session, PageRow.id == id, drafts=sees_drafts(principal))
        return answer_versioned(row, "page")

    @post(operation_id="create_page", opt=access.permission("content.add_page"))
    async def create_page(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: PageInput,
    ) -> Response[Page]:
        """Create a page; one that is public at once needs `pages.can_edit_pages`, too."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/pages/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_page", opt=access.permission(_CHANGE))
    async def update_page(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: PageInput,
        if_match: IfMatch = None,
    ) -> Response[Page]:
        """Replace a page; a public one needs `pages.can_edit_pages`, too."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete("/{id:int}", operation_id="delete_page", opt=access.permission("content.delete_page"))
    async def delete_page(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a page; a public one needs `pages.can_edit_pages`, too."""
        await services.delete(write_session, id, principal, if_match=if_match)

    @post(
        "/{id:int}/publish",
        operation_id="publish_page",
        status_code=200,
        opt=access.permission(rules.EDIT),
    )
    async def publish_page(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> Response[Page]:
        """Make a page public; one that is so already stays as it is."""
        made = await services.set_published(
            write_session, id, principal, published=True, if_match=if_match
        )
        return json_response(made, etag=etag(made.version))

    @post(
        "/{id:int}/unpublish",
        operation_id="unpublish_page",
        status_code=200,
        opt=access.permission(rules.EDIT),
    )
    async def unpublish_page(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> Response[Page]:
        """Make a page a draft again."""
        made = await services.set_published(
            write_session, id, principal, published=False, if_match=if_match
        )
        return json_response(made, etag=etag(made.version))


class RevisionController(Controller):
    """The states that a page had."""

    path = "/pages/{id:int}/revisions"
    tags = ("pages",)
    opt = access.permission(queries.VIEW_DRAFTS)

    @get(operation_id="list_page_revisions")
    async def list_revisions(
        self,
        read_session: Reading,
        window: InWindow,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Window[RevisionSummary]]:
        """List the states of a page, newest first."""
        rows = await queries.revisions(read_session, id, window)
        if not rows[1]:
            raise NotFound("There is no such page.")
        return answer_page(rows, window)

    @get("/{number:int}", operation_id="get_page_revision")
    async def get_revision(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
        number: Id,
    ) -> Response[Revision]:
        """Read one state with its text."""
        return json_response(await revisions.one(read_session, id, number))

    @get("/{number:int}/diff/{other:int}", operation_id="compare_page_revisions")
    async def compare(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
        number: Id,
        other: Id,
    ) -> Response[RevisionDiff]:
        """Tell what differs between two states, in whichever order they are named."""
        return json_response(await revisions.difference(read_session, id, number, other))

    @post(
        "/{number:int}/restore",
        operation_id="restore_page_revision",
        status_code=200,
        opt=access.permission(_CHANGE),
    )
    async def restore(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        number: Id,
        if_match: IfMatch = None,
    ) -> Response[Page]:
        """Give a page the words of an earlier state back, as a new change."""
        made = await revisions.restore(write_session, id, number, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))


class PreviewController(Controller):
    """Addresses at which a draft is seen without signing in."""

    path = "/pages/{id:int}/previews"
    tags = ("pages",)
    opt = access.permission(_CHANGE, queries.VIEW_DRAFTS)

    @get(operation_id="list_page_previews")
    async def list_previews(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[list[PreviewSummary]]:
        """List the previews of a page that still work."""
        return answer(await queries.previews(read_session, id))

    @post(operation_id="create_page_preview")
    async def create_preview(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: PreviewInput,
    ) -> Response[PreviewMade]:
        """Make a preview. Its token is told this once, so no Idempotency-Key keeps the answer."""
        return json_response(await previews.make(write_session, id, data, principal))

    @delete("/{preview_id:int}", operation_id="revoke_page_preview")
    async def revoke_preview(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        preview_id: Id,
    ) -> None:
        """Have a preview work no longer."""
        await previews.revoke(write_session, id, preview_id, principal)


@get("/previews/{token:str}", operation_id="get_preview", tags=["pages"], opt=access.public())
async def get_preview(read_session: Reading, token: str) -> Response[Page]:
    """Read the page that a preview shows, draft or not: whoever has the token may."""
    return json_response(await previews.show(read_session, token))


ROUTES = (PageController, RevisionController, PreviewController, get_preview)
