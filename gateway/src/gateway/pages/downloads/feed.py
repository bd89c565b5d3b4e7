"""The feed of releases: /downloads/feed.rss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from email.utils import format_datetime

from feedgenerator import Rss201rev2Feed

from contracts.downloads.dto import ReleaseSummary
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch
from gateway.pages.links import release_path
from gateway.web.pages import Page, PageContext, page

#: Two characters that a name may hold and XML may not.
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF))

#: Releases in the feed (as at python.org).
ITEMS = 10


@page(
    "/downloads/feed.rss",
    "/getit/feed.rss",
    name="downloads.feed",
    cache=CachePolicy(fresh=3600),
)
async def feed(ctx: PageContext) -> Page:
    """Answer the newest published releases as RSS 2.0, pre-releases and hidden ones included."""
    ctx.use(fetch.LISTS)
    found = await ctx.backends.downloads.releases(limit=ITEMS, order="-release_date")
    answer = ctx.respond(rss(ctx.site.origin, found.items), "application/rss+xml; charset=utf-8")
    if not found.items:
        return answer
    changed = max(release.updated for release in found.items)
    return replace(answer, headers=(("Last-Modified", format_datetime(changed, usegmt=True)),))


def rss(origin: str, releases: Sequence[ReleaseSummary]) -> bytes:
    """Return the feed; links are whole addresses on `origin`."""
    channel = Rss201rev2Feed(
        title="Python Releases",
        link=f"{origin}/downloads/",
        description="The newest releases of Python, pre-releases included",
        language="en-us",
        feed_url=f"{origin}/downloads/feed.rss",
    )
    for release in releases:
        address = origin + release_path(release)
        channel.add_item(
            title=release.name.translate(_NO_XML),
            link=address,
            description=f"Release date: {release.release_date}",
            unique_id=address,
            pubdate=release.release_date,
        )
    return str(channel.writeString("utf-8")).encode()
