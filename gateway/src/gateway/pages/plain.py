"""Files that machines ask for at the root, such as robots.txt and sitemap.xml."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from xml.sax.saxutils import escape

from contracts.content.pages import PageTemplate
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch
from gateway.pages.downloads.versions import newest_first
from gateway.pages.links import release_path, system_path
from gateway.web.pages import Page, PageContext, Redirect, page

TEXT = "text/plain; charset=utf-8"

#: Robots that the site has always turned away, and what no robot need fetch.
_ROBOTS = """\
User-agent: HTTrack
User-agent: puf
User-agent: MSIECrawler
Disallow: /

User-agent: *
Disallow: /accounts/
Disallow: /admin/
Disallow: /authenticated
Disallow: /box/
Disallow: /page-edit-button/
Disallow: /preview/
Disallow: /release-edit-button/
Disallow: /search/

Sitemap: {sitemap}
"""

_HUMANS = """\
/* TEAM */
The people of the Python Software Foundation and its volunteers.
Contact: psf@python.org
Faults of the site: https://github.com/python/pythondotorg/issues

/* SITE */
Address: {origin}
Language: English
Standards: HTML, CSS, SVG, RSS, Open Graph, schema.org
Made with: Python, Litestar, PostgreSQL, NATS JetStream, Valkey
Works without: scripts, cookies, other people's servers
"""

#: Pages of the sitemap that are always there.
_STANDING = (
    "/",
    "/downloads/",
    "/downloads/operating-systems/",
    "/doc/",
    "/doc/versions/",
    "/api/docs/",
)


@page("/robots.txt", name="robots", cache=CachePolicy(fresh=86400))
async def robots(ctx: PageContext) -> Page:
    """Tell robots where they need not go."""
    return ctx.respond(_ROBOTS.format(sitemap=ctx.absolute("/sitemap.xml")), TEXT)


@page("/humans.txt", name="humans", cache=CachePolicy(fresh=86400))
async def humans(ctx: PageContext) -> Page:
    """Tell humans who made the site."""
    return ctx.respond(_HUMANS.format(origin=ctx.site.origin), TEXT)


@page("/funding.json", name="funding", cache=CachePolicy(fresh=86400))
async def funding(ctx: PageContext) -> Page:
    """Tell funders how to support Python, in the form of https://fundingjson.org/."""
    body = files("gateway.pages").joinpath("funding.json").read_bytes()
    return ctx.respond(body, "application/json")


@page("/favicon.ico", name="favicon", cache=CachePolicy(fresh=86400))
async def favicon(ctx: PageContext) -> Page:  # noqa: ARG001 - a page function
    """Lead programs that look for a picture only here to one. Pages name theirs themselves."""
    raise Redirect("/static/img/touch.png")


@page("/sitemap.xml", name="sitemap", cache=CachePolicy(fresh=86400))
async def sitemap(ctx: PageContext) -> Page:
    """List the pages for search engines (https://www.sitemaps.org/protocol.html)."""
    ctx.use(fetch.LISTS, "pages")
    releases, systems = await asyncio.gather(
        ctx.backends.downloads.all_releases(), ctx.backends.downloads.operating_systems()
    )
    written = await ctx.block("written-pages", lambda: _written(ctx), keys={"pages"}, fallback=())
    pages: list[tuple[str, datetime | None]] = [
        *((path, None) for path in _STANDING),
        *written,
        *((system_path(row.slug), None) for row in systems),
        *((release_path(release), release.updated) for release in newest_first(releases)),
    ]
    return ctx.respond(urlset(ctx.site.origin, pages), "application/xml; charset=utf-8")


async def _written(ctx: PageContext) -> tuple[tuple[str, datetime], ...]:
    """Return the pages that editors wrote; those that stand alone are no pages to search."""
    content = ctx.backends.content
    if content is None:
        return ()
    return tuple(
        [
            (one.url, one.updated)
            async for one in content.all_pages()
            if one.template_name is not PageTemplate.RAW
        ]
    )


def urlset(origin: str, pages: Iterable[tuple[str, datetime | None]]) -> str:
    """Return a sitemap of (path, last change)."""
    urls = "".join(
        f"<url><loc>{escape(origin + path)}</loc>"
        + (f"<lastmod>{changed.date().isoformat()}</lastmod>" if changed else "")
        + "</url>\n"
        for path, changed in pages
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{urls}</urlset>\n"
    )
