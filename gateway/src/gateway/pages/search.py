"""The search form of the frame: /search/?q=. It finds releases, until the whole site is indexed."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch, lists
from gateway.pages.downloads.files import system_name
from gateway.pages.downloads.versions import newest_first
from gateway.pages.links import Link, system_path
from gateway.pages.models import SearchPage
from gateway.web.pages import Page, PageContext, page

#: Results on the page.
ROWS = 50


@page(
    "/search/",
    name="search",
    # What people type is endless: a copy is kept for a moment only, against a rush for one thing.
    cache=CachePolicy(params=("q",), fresh=60, revalidate=0, stale=3600),
)
async def search(ctx: PageContext) -> Page:
    """Show releases and systems that match `q`."""
    query = " ".join(ctx.params.get("q", "").split())
    if not query:
        return ctx.render("search.html", _page("", "Search releases by name or version."))
    ctx.use(fetch.LISTS)
    found, systems = await asyncio.gather(
        ctx.backends.downloads.releases(q=query, limit=ROWS, order="-release_date"),
        fetch.systems(ctx),
    )
    words = query.casefold().split()
    return ctx.render(
        "search.html",
        SearchPage(
            query=query,
            summary=_summary(query, found.total, len(found.items)),
            results=tuple(lists.row(release) for release in newest_first(found.items)),
            systems=tuple(
                Link(
                    label=f"{system_name(row.slug, row.name)} downloads",
                    href=system_path(row.slug),
                )
                for row in systems or ()
                if any(word in {row.slug, *row.name.casefold().split()} for word in words)
            ),
            elsewhere=_elsewhere(query),
        ),
    )


def _page(query: str, summary: str) -> SearchPage:
    return SearchPage(
        query=query, summary=summary, results=(), systems=(), elsewhere=_elsewhere(query)
    )


def _summary(query: str, total: int, shown: int) -> str:
    if total == 0:
        return f"No release matches “{query}”."
    count = "1 release matches" if total == 1 else f"{total} releases match"
    rest = f" Shown are the newest {shown}." if shown < total else ""
    return f"{count} “{query}”.{rest}"


def _elsewhere(query: str) -> tuple[Link, ...]:
    """Return where the same words may be looked for."""

    def link(label: str, base: str) -> Link:
        address = f"{base}?{urlencode({'q': query})}" if query else base
        return Link(label=label, href=address, external=True)

    return (
        link("Documentation", "https://docs.python.org/3/search.html"),
        link("Packages on PyPI", "https://pypi.org/search/"),
        link("Discussions", "https://discuss.python.org/search"),
    )
