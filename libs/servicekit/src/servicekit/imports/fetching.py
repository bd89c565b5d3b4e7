"""Asking a source: only on the public internet, within a time and a size."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx

from servicekit import outside
from servicekit.imports.models import Followed
from servicekit.imports.settings import ImportSettings


class NotFollowed(Exception):
    """A source was not followed: it gave nothing, or nothing that can be taken; says why."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What a source answered, and what to ask it with next time."""

    body: bytes
    media_type: str
    etag: str
    last_modified: str


async def fetch(
    source: Followed, settings: ImportSettings, *, agent: str, accept: str
) -> Fetched | None:
    """Ask a source; None where it says that nothing changed. Raises NotFollowed."""
    headers = {"Accept": accept}
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    seconds = settings.import_timeout
    try:
        async with (
            asyncio.timeout(seconds),
            outside.going_out(
                seconds=seconds, allowed=settings.import_networks, agent=agent
            ) as client,
            client.stream("GET", source.address, headers=headers, follow_redirects=True) as answer,
        ):
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if answer.status_code != httpx.codes.OK:
                raise NotFollowed(f"it answered {answer.status_code}")
            return Fetched(
                body=await outside.read(answer, settings.import_max_bytes),
                media_type=answer.headers.get("content-type", ""),
                etag=answer.headers.get("etag", "")[:500],
                last_modified=answer.headers.get("last-modified", "")[:100],
            )
    except TimeoutError as error:
        raise NotFollowed(f"it took more than {seconds:g} s") from error
    except outside.TooLarge as error:
        raise NotFollowed(f"it is larger than {settings.import_max_bytes} bytes") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        if outside.was_refused(error):
            raise NotFollowed("its address is not on the public internet") from error
        raise NotFollowed(f"{type(error).__name__}: {error}"[:300]) from error
