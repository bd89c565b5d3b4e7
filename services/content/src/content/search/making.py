"""The engines of a process, as its settings have them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from content.search.engines.meilisearch import Meilisearch
from content.search.engines.postgres import Postgres
from content.search.finding import Finder

if TYPE_CHECKING:
    from litestar import Request

    from content.settings import Settings


def meilisearch_of(settings: Settings) -> Meilisearch | None:
    """Return the Meilisearch of these settings, the same one each time."""
    if settings.meilisearch_url is None:
        return None
    key = settings.meilisearch_key
    return _meilisearch(
        settings.meilisearch_url,
        None if key is None else key.get_secret_value(),
        settings.meilisearch_timeout,
    )


def finder_of(request: Request[Any, Any, Any]) -> Finder:
    """Return what answers a request."""
    return _finder(meilisearch_of(request.app.state.runtime.settings))


@lru_cache(maxsize=4)
def _meilisearch(url: str, key: str | None, timeout: int) -> Meilisearch:
    return Meilisearch(url, key, timeout)


@lru_cache(maxsize=4)
def _finder(first: Meilisearch | None) -> Finder:
    postgres = Postgres()
    return Finder(postgres) if first is None else Finder(first, postgres)
