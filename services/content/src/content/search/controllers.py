"""The routes of the search."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.params import QueryParameter

from content.search import analysis
from content.search.documents import KINDS
from content.search.engines import Asked
from content.search.making import finder_of
from contracts.content.search import (
    MAX_PAGE,
    MAX_PAGE_SIZE,
    MAX_QUERY,
    PAGE_SIZE,
    SearchResults,
    Suggestions,
)
from servicekit import access
from servicekit.dependencies import Reading
from servicekit.problems import Invalid
from servicekit.responses import json_response

Question = Annotated[
    str,
    QueryParameter(
        max_length=MAX_QUERY,
        description='Words, of which all are looked for; "some words" together, -word: without it, '
        "or between two: either",
    ),
]


class SearchController(Controller):
    """The search over all of the site."""

    path = "/search"
    tags = ("search",)

    @get(operation_id="search", opt=access.public())
    async def search(  # noqa: PLR0913, PLR0917 - the parameters of a query
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        q: Question = "",
        type: Annotated[  # noqa: A002 - what errors call it
            str,
            QueryParameter(max_length=50, description="Only of this kind, as `kinds` tells them"),
        ] = "",
        page: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE,
    ) -> Response[SearchResults]:
        """Find what is public in all of the site."""
        if type and type not in KINDS:
            raise Invalid.field(["query", "type"], f"must be one of {', '.join(KINDS)}", "invalid")
        asked = Asked(text=analysis.cleaned(q), kind=type, page=page, size=size)
        return json_response(await finder_of(request).search(read_session, asked))

    @get("/suggestions", operation_id="search_suggestions", opt=access.public())
    async def suggestions(
        self, request: Request[Any, Any, Any], read_session: Reading, q: Question = ""
    ) -> Response[Suggestions]:
        """Tell what a question may become whose beginning is typed."""
        return json_response(await finder_of(request).suggest(read_session, analysis.cleaned(q)))
