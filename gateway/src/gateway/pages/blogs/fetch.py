"""Reads that several pages of blogs share, with the surrogate key that belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.content.blogs import BlogEntry
from gateway.backends.blogs import Blogs
from gateway.cache.policy import CachePolicy
from gateway.pages.blogs.models import EntryRow
from gateway.pages.links import Link
from gateway.web.pages import NotFound

if TYPE_CHECKING:
    from gateway.web.pages import PageContext

HOME = "/blogs/"
#: Of every page that shows an entry or a source.
KEY = "blogs"
#: Entries of a page of the list (as at python.org).
ROWS = 15


def policy(*params: str) -> CachePolicy:
    """Return how pages of blogs are kept."""
    return CachePolicy(params=params, fresh=3600)


def service(ctx: PageContext) -> Blogs:
    """Return the blogs. Raises NotFound where the site has no content service."""
    if ctx.backends.content is None:
        raise NotFound
    ctx.use(KEY)
    return Blogs(ctx.backends.content.client)


def aggregate_path(slug: str) -> str:
    """Return the address of a group of blogs."""
    return f"{HOME}{slug}/"


def row(entry: BlogEntry) -> EntryRow:
    """Return an entry as lists print it."""
    return EntryRow(
        title=entry.title,
        href=entry.url,
        day=entry.pub_date.date(),
        blog=Link(label=entry.feed.name, href=entry.feed.website_url, external=True),
        excerpt=entry.excerpt,
        sample=entry.sample,
    )
