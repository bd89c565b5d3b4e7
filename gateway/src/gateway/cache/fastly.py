"""Purges at Fastly, where a key is configured; in the background, tried again until done.

API: https://www.fastly.com/documentation/reference/api/purging/
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import structlog

from gateway.cache.memory import ALL, is_withdrawal, path_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

_log = structlog.get_logger("gateway.fastly")

#: The surrogate key of every response of the site.
EVERYTHING = "pydotorg-app"
#: Most keys that one call takes.
_BATCH = 256
_ATTEMPTS = 6
_QUEUE = 1000


@dataclass(frozen=True, slots=True)
class _Order:
    keys: tuple[str, ...]
    paths: tuple[str, ...]
    soft: bool


class Fastly:
    """Purges by surrogate key and by address.

    Args:
        url: Of the API.
        service_id: Whose keys are purged; without it only addresses are.
        api_key: Sent as Fastly-Key.
        origin: The site as visitors know it, e.g. https://www.python.org.
        first: Tells whether this replica is the first to ask for an event; others need not call.
        pause: Seconds before the second attempt; each further one waits twice as long.
    """

    def __init__(  # noqa: PLR0913 - settings
        self,
        url: str,
        service_id: str | None,
        api_key: str,
        *,
        origin: str,
        first: Callable[[str], Awaitable[bool]],
        pause: float = 1.0,
    ) -> None:
        self._url = url.rstrip("/")
        self._service_id = service_id
        self._api_key = api_key
        self._host = origin.partition("://")[2]
        self._first = first
        self._pause = pause
        self._queue: asyncio.Queue[_Order] = asyncio.Queue(_QUEUE)

    async def purge(self, keys: Iterable[str], event_id: str, *, soft: bool = False) -> None:
        """Order a purge; returns at once. `event_id` names what it is for, in all replicas.

        A soft purge marks copies as stale, so that Fastly may show them while it asks.
        """
        if not await self._first(event_id):
            return
        keys = {key for key in keys if not is_withdrawal(key)}
        paths = tuple(sorted(path for key in keys if (path := path_of(key)) is not None))
        names = tuple(sorted(key for key in keys if path_of(key) is None and key != ALL))
        order = _Order((EVERYTHING,) if ALL in keys else names, paths, soft)
        try:
            self._queue.put_nowait(order)
        except asyncio.QueueFull:
            _log.error("fastly.queue.full", keys=order.keys, paths=order.paths)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work on the orders for the length of the block."""
        async with httpx.AsyncClient(
            timeout=10.0, headers={"Fastly-Key": self._api_key, "Accept": "application/json"}
        ) as client:
            task = asyncio.create_task(self._work(client), name="fastly")
            try:
                yield
            finally:
                task.cancel()
                await asyncio.wait([task])

    async def _work(self, client: httpx.AsyncClient) -> None:
        while True:
            order = await self._queue.get()
            headers = {"Fastly-Soft-Purge": "1"} if order.soft else {}
            if self._service_id:
                for at in range(0, len(order.keys), _BATCH):
                    batch = {"surrogate_keys": list(order.keys[at : at + _BATCH])}
                    await self._post(client, f"/service/{self._service_id}/purge", headers, batch)
            for path in order.paths:
                await self._post(client, f"/purge/{self._host}{path}", headers, None)

    async def _post(
        self,
        client: httpx.AsyncClient,
        path: str,
        headers: dict[str, str],
        body: dict[str, list[str]] | None,
    ) -> None:
        reason = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                await asyncio.sleep(self._pause * 2 ** (attempt - 1))
            try:
                response = await client.post(self._url + path, headers=headers, json=body)
            except httpx.HTTPError as error:
                reason = repr(error)
                continue
            if response.is_success:
                return
            reason = f"status {response.status_code}"
            if response.status_code < 500 and response.status_code not in {408, 429}:
                break
        _log.error("fastly.purge.failed", path=path, reason=reason)
