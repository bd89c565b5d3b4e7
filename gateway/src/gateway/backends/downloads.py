"""The downloads service, as the gateway sees it (routes: services/downloads/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import TypeAdapter

from contracts.base import Page
from contracts.downloads.dto import (
    BySystem,
    LatestReleases,
    OperatingSystem,
    Release,
    ReleaseCycle,
    ReleaseFile,
    ReleaseSummary,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway.backends.client import BackendClient, Query

_SYSTEMS = TypeAdapter(Page[OperatingSystem])
_SUMMARIES = TypeAdapter(Page[ReleaseSummary])
_SUMMARY = TypeAdapter(ReleaseSummary)
_RELEASE = TypeAdapter(Release)
_FILES = TypeAdapter(Page[ReleaseFile])
_LATEST = TypeAdapter(LatestReleases)
_CYCLE = TypeAdapter(ReleaseCycle)
_BY_SYSTEM = TypeAdapter(BySystem)

#: The most rows that the service gives in one answer.
WINDOW = 1000


class Downloads:
    """Reads of the downloads service. Every method raises `BackendError` where it has no answer.

    A thing that does not exist (or is a draft) is None, not an error.
    """

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def latest(self) -> LatestReleases:
        """Return the releases that the download buttons point to, with their files."""
        return await self.client.get("/releases/latest", _LATEST)

    async def latest_of(self, which: str) -> ReleaseSummary | None:
        """Return the newest of `python3`, `python2`, `pymanager`, `prerelease` or `python3.N`."""
        return await self.client.find(f"/releases/latest/{quote(which, safe='')}", _SUMMARY)

    async def release(self, slug: str) -> Release | None:
        """Return one published release with text and files."""
        return await self.client.find(f"/releases/by-slug/{quote(slug, safe='')}", _RELEASE)

    async def releases(self, **query: Query) -> Page[ReleaseSummary]:
        """Return one window of published releases; `query` as in GET /releases."""
        return await self.client.get("/releases", _SUMMARIES, query)

    async def all_releases(self, **query: Query) -> list[ReleaseSummary]:
        """Return every published release that matches, however many calls that takes."""
        return [item async for item in self._all_releases(query)]

    async def _all_releases(self, query: dict[str, Query]) -> AsyncIterator[ReleaseSummary]:
        offset = 0
        while True:
            page = await self.releases(**{**query, "limit": WINDOW, "offset": offset})
            for item in page.items:
                yield item
            offset += len(page.items)
            if not page.items or offset >= page.total:
                return

    async def operating_systems(self) -> list[OperatingSystem]:
        """Return all systems, ordered by name."""
        return (await self.client.get("/operating-systems", _SYSTEMS, {"limit": WINDOW})).items

    async def by_system(self, slug: str) -> BySystem | None:
        """Return stable and pre-releases that have files for a system, with only those files."""
        return await self.client.find(f"/downloads/by-system/{quote(slug, safe='')}", _BY_SYSTEM)

    async def files(self, **query: Query) -> Page[ReleaseFile]:
        """Return one window of files of published releases; `query` as in GET /release-files."""
        return await self.client.get("/release-files", _FILES, query)

    async def release_cycle(self) -> ReleaseCycle:
        """Return the release cycle as the service last had it from its source."""
        return await self.client.get("/release-cycle", _CYCLE)
