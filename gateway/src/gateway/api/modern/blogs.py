"""Blogs that the site follows, and what they say. They are changed in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from contracts.content import blogs
from gateway.api.modern.declaration import (
    Operation,
    Param,
    by_id,
    by_slug,
    listing,
    reading,
)
from gateway.api.store import MAX_ID

_SERVICE: Final = "content"
_TAG: Final = "blogs"
_KEYS: Final = ("blogs", "api:blogs")
_TEXT: Final = {"type": "string", "maxLength": 200}
_TIME: Final = {"type": "string", "format": "date-time"}
_ID: Final = {"type": "integer", "minimum": 1, "maximum": MAX_ID}


class BlogInShort(BaseModel):
    """A blog as its entries name it."""

    id: int
    name: str
    website: str = Field(examples=["https://blog.python.org/"])


class Blog(BlogInShort):
    """A blog that the site follows."""

    feed: str = Field(description="RSS or Atom")
    is_active: bool = Field(description="Its entries are imported")
    revision: int
    updated_at: datetime


class BlogGroup(BaseModel):
    """Blogs that are shown together."""

    id: int
    slug: str = Field(examples=["psf-news"])
    name: str
    description: str
    page: str = Field(description="Path on the site", examples=["/blogs/psf-news/"])
    blogs: list[BlogInShort]
    revision: int
    updated_at: datetime


class BlogEntry(BaseModel):
    """An entry of a blog. The whole of it is at `url`."""

    id: int
    title: str
    url: str
    blog: BlogInShort
    published_at: datetime
    excerpt: str = Field(description="The first 50 words, as text")
    summary_html: str = Field(description="Safe to be put into a page")
    is_sample: bool = Field(description="Made up, to show what a list looks like")
    revision: int
    updated_at: datetime


def _short(found: blogs.BlogFeedRef) -> BlogInShort:
    return BlogInShort(id=found.id, name=found.name, website=found.website_url)


def _blog(found: blogs.BlogFeed) -> Blog:
    return Blog(
        **_short(found).model_dump(),
        feed=found.feed_url,
        is_active=found.active,
        revision=found.version,
        updated_at=found.updated,
    )


def _group(found: blogs.BlogAggregate) -> BlogGroup:
    return BlogGroup(
        **{name: getattr(found, name) for name in ("id", "slug", "name", "description")},
        page=f"/blogs/{found.slug}/",
        blogs=[_short(one) for one in found.feeds],
        revision=found.version,
        updated_at=found.updated,
    )


def _entry(found: blogs.BlogEntry) -> BlogEntry:
    return BlogEntry(
        **{name: getattr(found, name) for name in ("id", "title", "url", "excerpt")},
        blog=_short(found.feed),
        published_at=found.pub_date,
        summary_html=found.summary_html,
        is_sample=found.sample,
        revision=found.version,
        updated_at=found.updated,
    )


BLOGS: Final = (
    Operation(
        id="list_blogs",
        path="/blogs",
        tag=_TAG,
        summary="List the blogs that the site follows",
        run=listing(_SERVICE, lambda _: "/blog-feeds", blogs.BlogFeed, _blog),
        out=Blog,
        many=True,
        keys=_KEYS,
    ),
    Operation(
        id="list_blog_groups",
        path="/blogs/groups",
        tag=_TAG,
        summary="List groups of blogs",
        run=listing(_SERVICE, lambda _: "/blog-aggregates", blogs.BlogAggregate, _group),
        out=BlogGroup,
        many=True,
        keys=_KEYS,
    ),
    Operation(
        id="get_blog_group",
        path="/blogs/groups/{slug}",
        tag=_TAG,
        summary="Read a group of blogs",
        run=reading(
            _SERVICE,
            by_slug("/blog-aggregates"),
            blogs.BlogAggregate,
            _group,
        ),
        out=BlogGroup,
        keys=_KEYS,
    ),
    Operation(
        id="list_blog_entries",
        path="/blogs/entries",
        tag=_TAG,
        summary="List what blogs say, newest first",
        run=listing(_SERVICE, lambda _: "/blog-entries", blogs.BlogEntry, _entry),
        out=BlogEntry,
        many=True,
        params=(
            Param(name="blog", to="feed", schema=_ID, description="Of a blog, by its id"),
            Param(
                name="group",
                to="aggregate",
                schema=_TEXT,
                description="Of a group of blogs, by its slug",
                example="psf-news",
            ),
            Param(
                name="q", to="q", schema=_TEXT, description="Part of the title, in any case",
                example="3.15",
            ),
            Param(
                name="since", to="pub_date__gte", schema=_TIME,
                description="Published at or after; a day or a time",
            ),
            Param(
                name="before", to="pub_date__lt", schema=_TIME,
                description="Published before; a day or a time",
            ),
        ),
        orders={"published_at": "pub_date", "updated_at": "updated", "id": "id"},
        order="-pub_date",
        cursor=True,
        keys=_KEYS,
    ),
    Operation(
        id="get_blog_entry",
        path="/blogs/entries/{id}",
        tag=_TAG,
        summary="Read an entry of a blog",
        run=reading(_SERVICE, by_id("/blog-entries"), blogs.BlogEntry, _entry),
        out=BlogEntry,
        keys=_KEYS,
    ),
)  # fmt: skip
