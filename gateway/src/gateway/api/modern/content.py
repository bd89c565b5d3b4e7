"""Pages that editors write, and the search over the whole site."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field, TypeAdapter

from contracts.base import said
from contracts.content import pages
from contracts.content.search import MAX_PAGE, MAX_PAGE_SIZE, MAX_QUERY, PAGE_SIZE, SearchResults
from gateway.api.modern.declaration import Found, Operation, Param, Request, by_id, listing, reading

if TYPE_CHECKING:
    from gateway.api.store import Store
    from gateway.api.wire import Ask

_SERVICE: Final = "content"
_TAG: Final = "content"
_KEYS: Final = ("pages", "api:pages")
_RESULTS: Final = TypeAdapter(SearchResults)
_FLAG: Final = {"type": "boolean"}
_TIME: Final = {"type": "string", "format": "date-time"}
_LONG: Final = {"type": "string", "maxLength": 500}


class Page(BaseModel):
    """A page, without its text."""

    id: int
    title: str = Field(examples=["Applications for Python"])
    path: str = Field(description="Without slashes at its ends", examples=["about/apps"])
    page: str = Field(description="Path on the site", examples=["/about/apps/"])
    description: str
    keywords: str
    template: pages.PageTemplate
    is_published: bool
    published_from: datetime | None = Field(description="When a draft becomes public by itself")
    published_until: datetime | None = Field(description="When it stops being public by itself")
    revision: int = Field(description="Grows with each change")
    created_at: datetime
    updated_at: datetime


class WholePage(Page):
    """A page with its text."""

    content: str = Field(description="As it is written")
    markup: pages.PageMarkup
    content_html: str = Field(description="Safe to be put into a page")
    content_type: pages.ContentType = Field(description="As what a `raw` page is served")


class Result(BaseModel):
    """One thing that was found.

    Both texts in HTML are escaped, with `<mark>` around the words that were looked for.
    """

    type: str = Field(examples=["release"])
    type_name: str = Field(examples=["Release"])
    title: str
    title_html: str
    snippet_html: str
    url: str = Field(description="A path of the site, or an address elsewhere")
    date: datetime | None = Field(description="When it was released or published")
    facts: list[str] = Field(description="What there is to know at a glance")


class TypeOfResult(BaseModel):
    """How many results are of one type, whichever type was asked for."""

    type: str = Field(examples=["release"])
    name: str = Field(examples=["Releases"])
    count: int


class Results(BaseModel):
    """One page of what was found, best first."""

    query: str = Field(description="The words as they were taken")
    searched: str = Field(
        description="What the results are for: other words than `query` where that found nothing "
        "and is close to words that do"
    )
    did_you_mean: str = Field(description="Words that may have been meant, or empty")
    is_loose: bool = Field(description="Nothing has all of the words; the results have some")
    total: int
    page: int
    page_size: int
    types: list[TypeOfResult]
    results: list[Result]


def page_of(found: pages.PageSummary) -> Page:
    """Return a page as this API tells it."""
    return Page(**_page(found))


def whole_page_of(found: pages.Page) -> WholePage:
    """Return a page with its text."""
    return WholePage(
        **_page(found),
        content=found.content,
        markup=found.content_markup_type,
        content_html=found.content_html,
        content_type=found.content_type,
    )


def _page(found: pages.PageSummary) -> dict[str, Any]:
    same = ("id", "title", "path", "description", "keywords", "is_published")
    return {
        **{name: getattr(found, name) for name in same},
        "page": found.url,
        "template": found.template_name,
        "published_from": found.publish_at,
        "published_until": found.expire_at,
        "revision": found.version,
        "created_at": found.created,
        "updated_at": found.updated,
    }


def _results(found: SearchResults) -> Results:
    same = ("title", "title_html", "snippet_html", "url", "date", "facts")
    return Results(
        query=found.query,
        searched=found.searched,
        did_you_mean=found.did_you_mean,
        is_loose=found.loose,
        total=found.total,
        page=found.page,
        page_size=found.size,
        types=[TypeOfResult(type=one.kind, name=one.label, count=one.count) for one in found.kinds],
        results=[
            Result(
                type=one.kind,
                type_name=one.label,
                **{name: getattr(one, name) for name in same},
            )
            for one in found.items
        ],
    )


async def _search(asked: Request, store: Store, _: Ask) -> Found | None:
    found = await store.find(_SERVICE, "/search", _RESULTS, asked.query)
    return None if found is None else Found(_results(found))


CONTENT: Final = (
    Operation(
        id="list_pages",
        path="/pages",
        tag=_TAG,
        summary="List pages",
        description="Pages that editors write, without their texts.",
        run=listing(_SERVICE, lambda _: "/pages", pages.PageSummary, page_of),
        out=Page,
        many=True,
        params=(
            Param(
                name="path",
                to="path",
                schema=_LONG,
                description="Exactly this path, without slashes at its ends",
                example="about/apps",
            ),
            Param(
                name="path_begins",
                to="path__startswith",
                schema=_LONG,
                description="Paths that begin so",
                example="community",
            ),
            Param(name="title", to="title", schema=_LONG, description="Exactly this title"),
            Param(
                name="q",
                to="q",
                schema={"type": "string", "maxLength": 200},
                description="Part of the title or of the path, in any case",
                example="guide",
            ),
            Param(
                name="keyword",
                to="keywords__icontains",
                schema={"type": "string", "maxLength": 200},
                description="Part of the keywords, in any case",
            ),
            Param(
                name="template",
                to="template_name",
                schema={"type": "string", "enum": [one.value for one in pages.PageTemplate]},
                description="What the page looks like",
                example="psf",
            ),
            Param(
                name="published",
                to="is_published",
                schema=_FLAG,
                description="Of interest to those who may see drafts",
            ),
            Param(
                name="since",
                to="updated__gte",
                schema=_TIME,
                description="Changed at or after; a day or a time",
            ),
            Param(
                name="before",
                to="updated__lt",
                schema=_TIME,
                description="Changed before; a day or a time",
            ),
        ),
        orders={"title": "title", "path": "path", "updated_at": "updated", "id": "id"},
        order="title",
        cursor=True,
        keys=_KEYS,
    ),
    Operation(
        id="get_page",
        path="/pages/{id}",
        tag=_TAG,
        summary="Read a page with its text",
        run=reading(_SERVICE, by_id("/pages"), pages.Page, whole_page_of),
        out=WholePage,
        keys=_KEYS,
    ),
    Operation(
        id="search",
        path="/search",
        tag=_TAG,
        summary="Find what is public in all of the site",
        description="Pages, downloads, releases, documentation, PEPs and whatever else there is.",
        run=_search,
        out=Results,
        params=(
            Param(
                name="q",
                to="q",
                schema={"type": "string", "maxLength": MAX_QUERY},
                description='Words, of which all are looked for; "some words" together, -word: '
                "without it, or between two: either",
                example="3.14.1",
            ),
            Param(
                name="type",
                to="type",
                schema={
                    "type": "string",
                    "pattern": said(r"^[a-z]{1,50}$", "must be a type that an answer tells"),
                },
                description="Only of this type, as an answer tells them",
                example="release",
            ),
            Param(
                name="page",
                to="page",
                schema={"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1},
                description="Which page",
            ),
            Param(
                name="page_size",
                to="size",
                schema={
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_PAGE_SIZE,
                    "default": PAGE_SIZE,
                },
                description="Results of a page",
            ),
        ),
        kept=False,
    ),
)
