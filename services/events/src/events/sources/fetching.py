"""Asking calendars elsewhere: only on the public internet, within a time and a size."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import httpx

from events.settings import Settings
from events.sources.models import Source
from servicekit import outside

_AGENT: Final = "python.org-events/1.0"


class FetchError(Exception):
    """A source gave no calendar; says why."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What a source answered, and what to ask it with next time."""

    body: bytes
    etag: str
    last_modified: str


async def fetch(source: Source, settings: Settings) -> Fetched | None:
    """Ask a source; None where it says that nothing changed. Raises FetchError."""
    headers = {"Accept": "text/calendar, */*;q=0.1"}
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    seconds = settings.import_timeout
    try:
        async with (
            asyncio.timeout(seconds),
            outside.going_out(
                seconds=seconds, allowed=settings.import_networks, agent=_AGENT
            ) as client,
            client.stream("GET", source.url, headers=headers, follow_redirects=True) as answer,
        ):
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if answer.status_code != httpx.codes.OK:
                raise FetchError(f"it answered {answer.status_code}")
            return Fetched(
                body=await outside.read(answer, settings.import_max_bytes),
                etag=answer.headers.get("etag", "")[:500],
                last_modified=answer.headers.get("last-modified", "")[:100],
            )
    except TimeoutError as error:
        raise FetchError(f"it took more than {seconds:g} s") from error
    except outside.TooLarge as error:
        raise FetchError(f"it is larger than {settings.import_max_bytes} bytes") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        if outside.was_refused(error):
            raise FetchError("its address is not on the public internet") from error
        raise FetchError(f"{type(error).__name__}: {error}"[:300]) from error
