"""The content service, as the gateway sees it (routes: services/content/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from contracts.content.banners import Banner
from contracts.content.boxes import Box
from contracts.content.menus import Navigation
from contracts.content.search import SearchResults, Suggestions

if TYPE_CHECKING:
    from gateway.backends.client import BackendClient

_BANNERS = TypeAdapter(list[Banner])
_BOXES = TypeAdapter(list[Box])
_FOUND = TypeAdapter(SearchResults)
_SUGGESTED = TypeAdapter(Suggestions)
_NAVIGATION = TypeAdapter(Navigation)


class Content:
    """Reads of the content service. Every method raises `BackendError` where it has no answer."""

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def boxes(self, *labels: str) -> dict[str, Box]:
        """Return the boxes with these labels, by label; one that there is not is left out."""
        found = await self.client.get("/boxes/by-label", _BOXES, {"label": labels})
        return {box.label: box for box in found}

    async def search(self, query: str, kind: str = "", page: int = 1) -> SearchResults:
        """Return one page of what is found in all of the site; `kind` empty: of every kind."""
        return await self.client.get(
            "/search", _FOUND, {"q": query, "type": kind or None, "page": page}
        )

    async def suggestions(self, query: str) -> Suggestions:
        """Return what a question may become whose beginning is typed."""
        return await self.client.get("/search/suggestions", _SUGGESTED, {"q": query})

    async def navigation(self) -> Navigation:
        """Return the tree of menus, without what is hidden."""
        return await self.client.get("/navigation", _NAVIGATION)

    async def banners(self) -> list[Banner]:
        """Return the banners that visitors see now, the most important first."""
        return await self.client.get("/banners/current", _BANNERS)
