"""The content service, as the gateway sees it (routes: services/content/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import TypeAdapter

from contracts.base import Page as Window
from contracts.content.banners import Banner
from contracts.content.boxes import Box
from contracts.content.companies import Company, CompanyLetter
from contracts.content.groups import WorkGroup
from contracts.content.menus import Navigation
from contracts.content.minutes import Minutes, MinutesSummary, MinutesYear
from contracts.content.pages import Page, PageSummary
from contracts.content.posts import Post
from contracts.content.resolution import Resolution
from contracts.content.samples import CodeSample
from contracts.content.search import SearchResults, Suggestions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

    from gateway.backends.client import BackendClient, Query

_BANNERS = TypeAdapter(list[Banner])
_BOXES = TypeAdapter(list[Box])
_COMPANIES = TypeAdapter(Window[Company])
_COMPANY = TypeAdapter(Company)
_FOUND = TypeAdapter(SearchResults)
_SUGGESTED = TypeAdapter(Suggestions)
_GROUP = TypeAdapter(WorkGroup)
_GROUPS = TypeAdapter(Window[WorkGroup])
_LETTERS = TypeAdapter(list[CompanyLetter])
_MEETING = TypeAdapter(Minutes)
_MEETINGS = TypeAdapter(list[Minutes])
_MINUTES = TypeAdapter(Window[MinutesSummary])
_MINUTES_TEXTS = TypeAdapter(Window[Minutes])
_YEARS = TypeAdapter(list[MinutesYear])
_NAVIGATION = TypeAdapter(Navigation)
_PAGE = TypeAdapter(Page)
_POST = TypeAdapter(Post)
_POSTS = TypeAdapter(Window[Post])
_SAMPLES = TypeAdapter(Window[CodeSample])
_SUMMARIES = TypeAdapter(Window[PageSummary])
_RESOLUTION = TypeAdapter(Resolution)

#: The most rows that the service gives in one answer.
_WINDOW = 1000


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

    async def resolve(self, path: str, query: str = "", *, token: str | None = None) -> Resolution:
        """Return what is at a path, encoded as in a URL; drafts with the token of who sees them."""
        asked = {"path": path, "query": query} if query else {"path": path}
        return await self.client.get("/resolve", _RESOLUTION, asked, token=token)

    async def preview(self, token: str) -> Page | None:
        """Return the page that a preview shows, draft or not; None where it works no longer."""
        return await self.client.find(f"/previews/{quote(token, safe='')}", _PAGE)

    async def code_samples(self, limit: int) -> list[CodeSample]:
        """Return the first samples that are published, in their order."""
        return (await self.client.get("/code-samples", _SAMPLES, {"limit": limit})).items

    async def minutes(
        self,
        *,
        year: int | None = None,
        published: bool | None = None,
        limit: int = _WINDOW,
        token: str | None = None,
    ) -> Window[MinutesSummary]:
        """Return minutes without texts, newest first; drafts with the token of who sees them."""
        query: dict[str, Query] = {"year": year, "is_published": published, "limit": limit}
        return await self.client.get("/minutes", _MINUTES, query, token=token)

    async def minutes_texts(self, limit: int) -> Window[Minutes]:
        """Return the newest minutes with their texts."""
        return await self.client.get("/minutes/texts", _MINUTES_TEXTS, {"limit": limit})

    async def minutes_years(self) -> list[MinutesYear]:
        """Return the years that have minutes, newest first."""
        return await self.client.get("/minutes/years", _YEARS)

    async def minutes_of(self, day: date, *, token: str | None = None) -> list[Minutes]:
        """Return the minutes of a day; drafts, last, with the token of who sees them."""
        return await self.client.get(f"/minutes/on/{day.isoformat()}", _MEETINGS, token=token)

    async def minutes_by_id(self, number: int, *, token: str) -> Minutes | None:
        """Return minutes, a draft too, to the bearer of a token."""
        return await self.client.find(f"/minutes/{number}", _MEETING, token=token)

    async def work_groups(self, *, active: bool | None = None) -> Window[WorkGroup]:
        """Return the working groups that are approved, by name."""
        return await self.client.get("/work-groups", _GROUPS, {"active": active, "limit": _WINDOW})

    async def work_group(self, slug: str) -> WorkGroup | None:
        """Return one working group."""
        return await self.client.find(f"/work-groups/by-slug/{quote(slug, safe='')}", _GROUP)

    async def posts(self, *, kind: str = "", limit: int = _WINDOW, offset: int = 0) -> Window[Post]:
        """Return one window of the public posts, newest first."""
        query: dict[str, Query] = {"kind": kind or None, "limit": limit, "offset": offset}
        return await self.client.get("/posts", _POSTS, query)

    async def post(self, number: int) -> Post | None:
        """Return one public post."""
        return await self.client.find(f"/posts/{number}", _POST)

    async def companies(
        self, *, letter: str = "", q: str = "", limit: int = _WINDOW, offset: int = 0
    ) -> Window[Company]:
        """Return one window of the companies, by name."""
        query: dict[str, Query] = {"letter": letter or None, "q": q or None}
        return await self.client.get(
            "/companies", _COMPANIES, {**query, "limit": limit, "offset": offset}
        )

    async def company_letters(self) -> list[CompanyLetter]:
        """Return with which letters names of companies begin."""
        return await self.client.get("/companies/letters", _LETTERS)

    async def company(self, slug: str) -> Company | None:
        """Return one company."""
        return await self.client.find(f"/companies/by-slug/{quote(slug, safe='')}", _COMPANY)

    async def all_pages(self) -> AsyncIterator[PageSummary]:
        """Yield every published page, by path."""
        offset = 0
        while True:
            query: dict[str, Query] = {
                "order": "path",
                "limit": _WINDOW,
                "offset": offset,
                "is_published": True,
            }
            found = await self.client.get("/pages", _SUMMARIES, query)
            for one in found.items:
                yield one
            offset += len(found.items)
            if not found.items or offset >= found.total:
                return
