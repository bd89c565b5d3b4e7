"""Files that machines ask for at the root, such as robots.txt and favicon.ico."""

from __future__ import annotations

from importlib.resources import files

from gateway.cache.policy import CachePolicy
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
