"""Maps of the site for search engines (https://www.sitemaps.org/protocol.html).

`/sitemap.xml` is an index of one map for each owner of pages. Each map is made of that owner's data
alone, so that one that cannot be had takes no other along.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from contracts.content.groups import HOME as GROUPS_HOME
from contracts.content.minutes import HOME as MINUTES_HOME
from contracts.content.pages import PageTemplate
from gateway.backends.blogs import Blogs
from gateway.cache.policy import CachePolicy
from gateway.pages import asking
from gateway.pages.blogs import fetch as blogs
from gateway.pages.community import newest
from gateway.pages.community import pages as community
from gateway.pages.companies import pages as directory
from gateway.pages.downloads import fetch
from gateway.pages.downloads.versions import newest_first
from gateway.pages.events import fetch as calendars
from gateway.pages.events.links import calendar_path, event_path
from gateway.pages.groups import pages as groups
from gateway.pages.jobs import fetch as board
from gateway.pages.jobs import links
from gateway.pages.links import release_path, system_path
from gateway.pages.minutes import pages as records
from gateway.pages.stories import fetch as stories
from gateway.web.pages import NotFound, Page, PageContext, PageRoute, page

XML = "application/xml; charset=utf-8"

#: A path of the site, and when what it shows changed last, where that is known.
type Entry = tuple[str, datetime | None]

_POLICY = CachePolicy(fresh=86400)
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

#: Events in the map: what is older is found from the pages of the past.
_MOST_EVENTS = 10_000
#: As many as one map may hold, with room for names.
_MOST_JOBS = 45_000

#: Pages that the gateway has by itself.
_STANDING = (
    "/",
    "/about/",
    "/api/docs/",
    "/api/docs/webhooks/",
    "/community/",
    "/doc/",
    "/doc/versions/",
    "/downloads/",
    "/downloads/metadata/sigstore/",
    "/downloads/operating-systems/",
    "/psf-landing/",
    "/shell/",
)


async def _site(_: PageContext) -> Iterable[Entry]:
    return [(path, None) for path in _STANDING]


async def _downloads(ctx: PageContext) -> Iterable[Entry]:
    ctx.use(fetch.LISTS)
    releases, systems = await asyncio.gather(
        ctx.backends.downloads.all_releases(), ctx.backends.downloads.operating_systems()
    )
    return [
        *((system_path(row.slug), None) for row in systems),
        *((release_path(release), release.updated) for release in newest_first(releases)),
    ]


async def _written(ctx: PageContext) -> Iterable[Entry]:
    """Return the news, and pages that editors wrote but for those that stand alone."""
    ctx.use("pages", blogs.KEY)
    content = ctx.backends.content
    if content is None:
        raise NotFound
    groups = await Blogs(content.client).aggregates()
    return [
        (blogs.HOME, None),
        *((blogs.aggregate_path(one.slug), None) for one in groups),
        *[
            (one.url, one.updated)
            async for one in content.all_pages()
            if one.template_name is not PageTemplate.RAW
        ],
    ]


async def _events(ctx: PageContext) -> Iterable[Entry]:
    """Return calendars and events; made up ones are no pages to search."""
    ctx.use(calendars.EVENTS, calendars.NAMES)
    events = calendars.service(ctx)
    found = [
        (event_path(one.calendar.slug, one.id), one.updated)
        async for one in events.all_events(_MOST_EVENTS)
        if not one.sample
    ]
    names = [(calendar_path(one.slug), None) for one in await events.calendars()]
    return [("/events/", None), ("/events/map/", None), *names, *found]


async def _companies(ctx: PageContext) -> Iterable[Entry]:
    """Return the directory and what is in it; made up ones are no pages to search."""
    ctx.use(directory.COMPANIES)
    found = await asking.content(ctx).companies()
    own = [(directory.company_path(one.slug), one.updated) for one in found.items if not one.sample]
    return [(directory.HOME, None), *own]


async def _minutes(ctx: PageContext) -> Iterable[Entry]:
    """Return minutes; made up ones are no pages to search."""
    ctx.use(records.MINUTES)
    found = await asking.content(ctx).minutes()
    own = [(one.url, one.updated) for one in found.items if not one.sample]
    return [(MINUTES_HOME, None), *own]


async def _groups(ctx: PageContext) -> Iterable[Entry]:
    ctx.use(groups.GROUPS)
    found = await asking.content(ctx).work_groups()
    own = [(groups.group_path(one.slug), one.updated) for one in found.items]
    return [(GROUPS_HOME, None), *own]


async def _jobs(ctx: PageContext) -> Iterable[Entry]:
    """Return the open jobs, and the pages that lead to them."""
    ctx.use(board.JOBS, board.NAMES)
    jobs = board.service(ctx)
    facets = await jobs.facets()
    return [
        *((path, None) for path in (links.HOME, links.TYPES, links.CATEGORIES, links.LOCATIONS)),
        *((links.category_path(one.slug), None) for one in facets.categories),
        *((links.type_path(one.slug), None) for one in facets.types),
        *((links.country_path(one.slug), None) for one in facets.countries),
        *[(links.job_path(one.id), one.updated) async for one in jobs.all_addresses(_MOST_JOBS)],
    ]


async def _posts(ctx: PageContext) -> Iterable[Entry]:
    """Return posts of the community; made up ones are no pages to search."""
    ctx.use(newest.POSTS)
    found = await asking.content(ctx).posts()
    own = [(newest.post_path(one.id), one.updated) for one in found.items if not one.sample]
    return [(community.LIST, None), *own]


@dataclass(frozen=True, slots=True)
class Part:
    """One map: `/sitemap-<name>.xml` lists what `entries` returns, while `owner` is there."""

    name: str
    entries: Callable[[PageContext], Awaitable[Iterable[Entry]]]
    owner: str = ""

    @property
    def path(self) -> str:
        """Its address."""
        return f"/sitemap-{self.name}.xml"


async def _stories(ctx: PageContext) -> Iterable[Entry]:
    """Return stories and their categories; made up ones are no pages to search."""
    service = stories.service(ctx)
    found, categories = await asyncio.gather(service.stories(), service.categories())
    return [
        (stories.HOME, None),
        *((stories.category_path(one.slug), None) for one in categories),
        *((stories.story_path(one.slug), one.updated) for one in found.items if not one.sample),
    ]


PARTS = (
    Part("site", _site),
    Part("downloads", _downloads),
    Part("events", _events, "events"),
    Part("pages", _written, "content"),
    Part("companies", _companies, "content"),
    Part("minutes", _minutes, "content"),
    Part("community", _posts, "content"),
    Part("workgroups", _groups, "content"),
    Part("jobs", _jobs, "jobs"),
    Part("stories", _stories, "content"),
)


@page("/sitemap.xml", name="sitemap", cache=_POLICY)
async def index(ctx: PageContext) -> Page:
    """List the maps of the services that the site has."""
    away = {
        *(("content",) if ctx.backends.content is None else ()),
        *(("events",) if ctx.backends.events is None else ()),
        *(("jobs",) if ctx.backends.jobs is None else ()),
    }
    shown = [part for part in PARTS if part.owner not in away]
    maps = "".join(
        f"<sitemap><loc>{escape(ctx.absolute(part.path))}</loc></sitemap>\n" for part in shown
    )
    return ctx.respond(_document("sitemapindex", maps), XML)


def _map(part: Part) -> PageRoute:
    async def sitemap(ctx: PageContext) -> Page:
        return ctx.respond(urlset(ctx.site.origin, await part.entries(ctx)), XML)

    return page(part.path, name=f"sitemap.{part.name}", cache=_POLICY)(sitemap)


SITEMAPS = (index, *(_map(part) for part in PARTS))


def urlset(origin: str, pages: Iterable[Entry]) -> str:
    """Return a map of (path, last change)."""
    return _document(
        "urlset",
        "".join(
            f"<url><loc>{escape(origin + path)}</loc>"
            + (f"<lastmod>{changed.date().isoformat()}</lastmod>" if changed else "")
            + "</url>\n"
            for path, changed in pages
        ),
    )


def _document(root: str, rows: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{_SPACE}">\n{rows}</{root}>\n'
