"""Every read of pages. The columns of a statement are the fields of its DTO, by name.

Who may not see drafts gets statements that cannot return one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.pages.models import Page, PagePreview, PageRevision
from contracts.content.pages import Page as PageDTO
from servicekit import reading
from servicekit.access import Principal
from servicekit.pagination import Window
from servicekit.reading import Column, Row, bytewise

VIEW_DRAFTS: Final = "content.view_page"

SUMMARY: Final[tuple[Column, ...]] = tuple(
    getattr(Page, name)
    for name in (
        *("id", "title", "path", "keywords", "description", "is_published", "content_type"),
        *("template_name", "publish_at", "expire_at", "version", "created", "updated"),
    )
)
PAGE: Final[tuple[Column, ...]] = (
    *SUMMARY,
    Page.content,
    Page.content_markup_type,
    Page.content_html,
)
REVISION_SUMMARY: Final[tuple[Column, ...]] = tuple(
    getattr(PageRevision, name)
    for name in (
        *("id", "number", "action", "note", "actor", "title", "path", "is_published", "created"),
    )
)
REVISION: Final[tuple[Column, ...]] = (
    *REVISION_SUMMARY,
    *(
        getattr(PageRevision, name)
        for name in (
            *("keywords", "description", "content", "content_markup_type", "template_name"),
            "content_type",
        )
    ),
)
PREVIEW: Final[tuple[Column, ...]] = tuple(
    getattr(PagePreview, name) for name in ("id", "page_id", "actor", "created", "expires")
)
ORDERS: Final[Mapping[str, ColumnElement[Any] | Column]] = {
    "title": bytewise(Page.title),
    "path": bytewise(Page.path),
    "updated": Page.updated,
    "id": Page.id,
}


def sees_drafts(caller: Principal) -> bool:
    """Tell whether the caller may know of pages that are not public."""
    return caller.may(VIEW_DRAFTS)


def known_to(caller: Principal) -> ColumnElement[bool]:
    """Select the pages that there are for the caller.

    An answer to a write shows the row: whoever may change pages and not see drafts must not read
    one by changing it.
    """
    return or_(Page.is_published, literal(value=sees_drafts(caller)))


@dataclass(frozen=True, kw_only=True)
class PageFilter:
    """Which pages; None lets everything pass. Texts are compared exactly, `q` is contained."""

    id_in: Sequence[int] | None = None
    id_gt: int | None = None
    title: str | None = None
    path: str | None = None
    path_startswith: str | None = None
    keywords: str | None = None
    keywords_icontains: str | None = None
    is_published: bool | None = None
    template_name: str | None = None
    updated_gte: datetime | None = None
    updated_lt: datetime | None = None
    q: str | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """Yield one condition for each field that is set."""
        for column in (Page.title, Page.path, Page.keywords, Page.is_published, Page.template_name):
            value = getattr(self, column.key)
            if value is not None:
                yield column == value
        if self.id_in is not None:
            yield Page.id.in_(self.id_in)
        if self.id_gt is not None:
            yield Page.id > self.id_gt
        if self.updated_gte is not None:
            yield Page.updated >= self.updated_gte
        if self.updated_lt is not None:
            yield Page.updated < self.updated_lt
        if self.path_startswith:
            prefix = self.path_startswith.strip("/")
            yield Page.path.startswith(prefix, autoescape=True)
        if self.keywords_icontains:
            yield Page.keywords.icontains(self.keywords_icontains, autoescape=True)
        if self.q:
            yield or_(
                Page.title.icontains(self.q, autoescape=True),
                Page.path.icontains(self.q, autoescape=True),
            )


async def pages(  # noqa: PLR0913 - the parameters of a query
    session: AsyncSession,
    window: Window,
    found: PageFilter,
    *,
    drafts: bool,
    order: str,
    text: bool = False,
) -> tuple[list[Row], int]:
    """Return one window of the pages, with their text if told so, and how many match."""
    statement = select(*(PAGE if text else SUMMARY)).where(*found.conditions())
    if not drafts:
        statement = statement.where(Page.is_published)
    by = (reading.direction(ORDERS, order), bytewise(Page.path), Page.id)
    return await reading.page(session, statement, by, window)


async def page(
    session: AsyncSession, condition: ColumnElement[bool], *, drafts: bool
) -> Row | None:
    """Return one page with its text."""
    statement = select(*PAGE).where(condition)
    if not drafts:
        statement = statement.where(Page.is_published)
    return await reading.one(session, statement)


async def at_path(session: AsyncSession, path: str, *, drafts: bool) -> Row | None:
    """Return the page at a path without edge slashes."""
    return await page(session, Page.path == path, drafts=drafts)


async def states(session: AsyncSession, ids: Sequence[int]) -> dict[int, PageDTO]:
    """Return the whole state of each page, drafts too, as events carry it."""
    rows = await reading.every(session, select(*PAGE).where(Page.id.in_(ids)))
    return {row["id"]: PageDTO.model_validate(row) for row in rows}


# --- revisions ---


async def revisions(session: AsyncSession, page_id: int, window: Window) -> tuple[list[Row], int]:
    """Return one window of the states a page had, newest first, without their texts."""
    statement = select(*REVISION_SUMMARY).where(PageRevision.page_id == page_id)
    return await reading.page(session, statement, (PageRevision.number.desc(),), window)


async def revision(session: AsyncSession, page_id: int, number: int) -> Row | None:
    """Return one state with its text."""
    statement = select(*REVISION).where(
        PageRevision.page_id == page_id, PageRevision.number == number
    )
    return await reading.one(session, statement)


# --- previews ---


async def previews(session: AsyncSession, page_id: int) -> list[Row]:
    """Return the previews of a page that still work, newest first."""
    statement = (
        select(*PREVIEW)
        .where(PagePreview.page_id == page_id, PagePreview.expires > func.now())
        .order_by(PagePreview.id.desc())
    )
    return await reading.every(session, statement)


async def previewed(session: AsyncSession, token_sha256: bytes) -> Row | None:
    """Return the page, draft or not, that a preview shows; None where it works no longer."""
    statement = (
        select(*PAGE)
        .join(PagePreview, PagePreview.page_id == Page.id)
        .where(PagePreview.token_sha256 == token_sha256, PagePreview.expires > func.now())
    )
    return await reading.one(session, statement)
