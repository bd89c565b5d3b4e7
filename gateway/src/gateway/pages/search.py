"""The search of the site: /search/?q=, what browsers make of it, and suggestions while one types.

Results are kept nowhere: they are to be right the moment that something is published or withdrawn,
and what people type is endless. How often an address may ask is limited instead.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import structlog

from contracts.content.search import MAX_PAGE, MAX_QUERY
from gateway.backends.errors import BackendError, BackendRefused
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads.models import Pager
from gateway.pages.links import Link
from gateway.pages.models import SearchKind, SearchPage, SearchRow
from gateway.web.failures import RETRY_AFTER
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page

if TYPE_CHECKING:
    from contracts.content.search import SearchResult, SearchResults

_SUGGESTIONS: Final = "/search/suggestions/"
_PEP: Final = re.compile(r"\bpep[ -]?0*([1-9][0-9]{0,3})\b", re.IGNORECASE)
#: Pages on either side of this one that the row of page numbers has.
_NEAR: Final = 2

_log = structlog.get_logger("gateway.pages")


@page(
    "/search/", name="search", cache=None, params=("q", "type", "page"), longest=MAX_QUERY,
    limit="120/minute",
)  # fmt: skip
async def search(ctx: PageContext) -> Page:
    """Show what is found. `models`, which the address once took, narrows nothing down any more."""
    query = " ".join(ctx.params.get("q", "").split())
    kind, number = ctx.params.get("type", ""), _number(ctx.params.get("page", "1"))
    if not query:
        hint = "Search pages, downloads, releases, documentation and PEPs."
        return ctx.render("search.html", SearchPage(query="", summary=hint, elsewhere=_elsewhere()))
    try:
        found = await _found(ctx, query, kind, number)
    except BackendError as error:
        _log.warning("search.away", error=str(error))
        found = None
    if found is None:
        return _away(ctx, query)
    pages = min(MAX_PAGE, -(-found.total // found.size))
    if number > max(1, pages):
        raise NotFound
    return ctx.render("search.html", _page(found, query, kind, pages))


@page(
    _SUGGESTIONS, name="search.suggestions", cache=None, params=("q",), longest=MAX_QUERY,
    limit="600/minute",
)  # fmt: skip
async def suggestions(ctx: PageContext) -> Page:
    """Answer as browsers ask for it (OpenSearch Suggestions 1.0): words, kinds, addresses."""
    query = ctx.params.get("q", "")
    content = ctx.backends.content
    items = (await content.suggestions(query)).items if query and content is not None else []
    answer = [
        query,
        [item.text for item in items],
        [item.label for item in items],
        [_absolute(ctx, item.url) for item in items],
    ]
    return ctx.respond(json.dumps(answer), "application/x-suggestions+json; charset=utf-8")


@page("/search/opensearch.xml", name="search.description", cache=CachePolicy(fresh=86400))
async def description(ctx: PageContext) -> Page:
    """Tell browsers how to search here (OpenSearch 1.1)."""
    origin = escape(ctx.site.origin, {'"': "&quot;"})
    return ctx.respond(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        "  <ShortName>Python.org</ShortName>\n"
        "  <Description>Pages, downloads, documentation and PEPs of Python</Description>\n"
        "  <InputEncoding>UTF-8</InputEncoding>\n"
        '  <Image width="16" height="16" type="image/svg+xml">'
        f"{origin}/static/img/mark.svg</Image>\n"
        f'  <Url type="text/html" template="{origin}/search/?q={{searchTerms}}"/>\n'
        '  <Url type="application/x-suggestions+json" rel="suggestions" '
        f'template="{origin}{_SUGGESTIONS}?q={{searchTerms}}"/>\n'
        f'  <Url type="application/opensearchdescription+xml" rel="self" '
        f'template="{origin}/search/opensearch.xml"/>\n'
        "</OpenSearchDescription>\n",
        "application/opensearchdescription+xml; charset=utf-8",
    )


async def _found(ctx: PageContext, query: str, kind: str, number: int) -> SearchResults | None:
    """Ask for results; None where there is nobody to ask. Raises BackendError."""
    if ctx.backends.content is None:
        return None
    try:
        return await ctx.backends.content.search(query, kind, number)
    except BackendRefused as error:
        if error.status == 400 and kind:
            raise BadInput("type", "names no kind of result") from error
        raise


def _number(text: str) -> int:
    """Read the number of a page; NotFound for what is none, or deeper than anybody may look."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_PAGE):
        raise NotFound
    return int(text)


def _away(ctx: PageContext, query: str) -> Page:
    summary = "The search of this site cannot answer right now. Please try again in a moment."
    model = SearchPage(query=query, summary=summary, away=True, elsewhere=_elsewhere(query))
    made = ctx.render("search.html", model, status=503)
    return Page(made.body, made.status, headers=(("retry-after", str(RETRY_AFTER)),))


def _page(found: SearchResults, query: str, kind: str, pages: int) -> SearchPage:
    meant = found.did_you_mean
    return SearchPage(
        query=query,
        summary=_summary(found, query),
        kind=kind,
        instead=found.searched if found.searched != found.query else "",
        loose=found.loose,
        meant=Link(label=meant, href=_address(meant)) if meant else None,
        kinds=_kinds(found, query, kind),
        results=tuple(_row(item) for item in found.items),
        pager=_pager(query, kind, found.page, pages),
        elsewhere=_elsewhere(query),
    )


def _summary(found: SearchResults, query: str) -> str:
    if not found.kinds:
        return f"Nothing on this site matches “{query}”."
    count = "1 result" if found.total == 1 else f"{found.total:,} results"
    return f"{count} for “{found.searched}”"


def _kinds(found: SearchResults, query: str, kind: str) -> tuple[SearchKind, ...]:
    if not found.kinds:
        return ()
    every = SearchKind(
        label="Everything",
        count=sum(one.count for one in found.kinds),
        href=_address(query),
        current=not kind,
    )
    return every, *(
        SearchKind(
            label=one.label,
            count=one.count,
            href=_address(query, one.kind),
            current=one.kind == kind,
        )
        for one in found.kinds
    )


def _row(item: SearchResult) -> SearchRow:
    external = not item.url.startswith("/")
    return SearchRow(
        title=item.title_html,
        snippet=item.snippet_html,
        href=item.url,
        address=item.url.removeprefix("https://").rstrip("/") or "/",
        external=external,
        label=item.label,
        date=item.date,
        facts=tuple(item.facts),
    )


def _pager(query: str, kind: str, here: int, last: int) -> Pager | None:
    if last <= 1:
        return None
    numbers = sorted({1, last, *range(max(1, here - _NEAR), min(last, here + _NEAR) + 1)})
    return Pager(
        label="Pages of results",
        page=here,
        pages=tuple((number, _address(query, kind, number), number == here) for number in numbers),
        previous=_address(query, kind, here - 1) if here > 1 else None,
        next=_address(query, kind, here + 1) if here < last else None,
    )


def _address(query: str, kind: str = "", number: int = 1) -> str:
    asked = {
        "q": query,
        **({"type": kind} if kind else {}),
        **({"page": number} if number > 1 else {}),
    }
    return f"/search/?{urlencode(asked)}"


def _absolute(ctx: PageContext, url: str) -> str:
    return ctx.absolute(url) if url.startswith("/") else url


def _elsewhere(query: str = "") -> tuple[Link, ...]:
    """Return where the same words may be looked for."""

    def link(label: str, base: str, text: str) -> Link:
        address = f"{base}?{urlencode({'q': query})}" if query else base
        return Link(label=label, href=address, text=text, external=True)

    named = _PEP.search(query)
    pep = (
        Link(
            label=f"PEP {named[1]}",
            href=f"https://peps.python.org/pep-{named[1]:>04}/",
            text="Python Enhancement Proposal",
            external=True,
        )
        if named
        else Link(
            label="All PEPs",
            href="https://peps.python.org/",
            text="The index of Python Enhancement Proposals",
            external=True,
        )
    )
    return (
        link(
            "Documentation",
            "https://docs.python.org/3/search.html",
            "Tutorial, library and language reference",
        ),
        pep,
        link("PyPI", "https://pypi.org/search/", "Packages that others made"),
        link("Discussions", "https://discuss.python.org/search", "Questions and answers"),
    )
