"""Blogs in the content service, as the gateway sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import TypeAdapter

from contracts.base import Page
from contracts.content.blogs import BlogAggregate, BlogEntry, BlogFeed, RelatedBlog

if TYPE_CHECKING:
    from gateway.backends.client import BackendClient, Query

_FEEDS = TypeAdapter(Page[BlogFeed])
_AGGREGATES = TypeAdapter(Page[BlogAggregate])
_AGGREGATE = TypeAdapter(BlogAggregate)
_ENTRIES = TypeAdapter(Page[BlogEntry])
_RELATED = TypeAdapter(Page[RelatedBlog])


class Blogs:
    """Reads of blogs. Every method raises `BackendError` where it has no answer."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client

    async def feeds(self) -> list[BlogFeed]:
        """Return the blogs that are followed, by name."""
        return (await self._client.get("/blog-feeds", _FEEDS)).items

    async def aggregates(self) -> list[BlogAggregate]:
        """Return the groups of blogs, by name."""
        return (await self._client.get("/blog-aggregates", _AGGREGATES)).items

    async def aggregate(self, slug: str) -> BlogAggregate | None:
        """Return one group of blogs."""
        return await self._client.find(f"/blog-aggregates/{quote(slug, safe='')}", _AGGREGATE)

    async def entries(
        self, limit: int, offset: int = 0, *, aggregate: str | None = None
    ) -> Page[BlogEntry]:
        """Return one window of the entries, newest first; of one group where it is named."""
        query: dict[str, Query] = {"limit": limit, "offset": offset, "aggregate": aggregate}
        return await self._client.get("/blog-entries", _ENTRIES, query)

    async def related(self) -> list[RelatedBlog]:
        """Return related blogs, by name."""
        return (await self._client.get("/related-blogs", _RELATED)).items
