"""How a replica hears what has become old, and tells the others what it was asked to drop.

Every replica hears every event of the services and every purge asked for over HTTP. Until it hears
for the first time, and after a gap, it trusts nothing that it has.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from contracts.events import Event
from gateway.cache.keys import CachePurged, keys_of
from gateway.cache.memory import ALL
from servicekit import telemetry
from servicekit.ids import uuid7
from servicekit.messaging.fanout import Fanout, Gap, Source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from gateway.cache.fastly import Fastly
    from gateway.cache.store import PageStore
    from gateway.metrics import GatewayMetrics
    from servicekit.messaging.bus import Bus

STREAMS = ("content", "downloads", "events", "identity", "jobs", "sponsors", "gateway")

_LOOK = 0.05
"""Seconds between two looks at whether purges are heard for the first time."""

_log = structlog.get_logger("gateway.cache")


class Copies(Protocol):
    """Copies of what services know, that their events make old."""

    async def drop(self, event: Event) -> None:
        """Forget what an event concerns."""

    def doubt(self) -> None:
        """Have everything asked for again."""


class Invalidation:
    """Hears purges, and makes them."""

    def __init__(
        self,
        store: PageStore,
        bus: Bus,
        fastly: Fastly | None,
        metrics: GatewayMetrics,
        copies: Sequence[Copies],
    ) -> None:
        self._store = store
        self._copies = copies
        self._bus = bus
        self._fastly = fastly
        self._metrics = metrics
        self._source = f"/gateway/{uuid7().hex}"
        self._begun = False
        self._fanout = Fanout(
            bus,
            [Source(stream) for stream in STREAMS],
            on_event=self._on_event,
            on_gap=self._on_gap,
        )

    @property
    def heard(self) -> bool:
        """Whether a purge would reach this replica now, and has since what it has was made."""
        return self._begun and self._fanout.live

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear in the background for the length of the block; returns at once without NATS."""
        async with self._bus.running(), self._fanout.running():
            task = asyncio.create_task(self._begin(), name="first hearing")
            try:
                yield
            finally:
                task.cancel()
                await asyncio.wait([task])

    async def ask(self, path: str, *, soft: bool) -> str:
        """Have every replica drop the page at a canonical path; returns the id of the purge.

        Without NATS this replica and Valkey drop it at once, and the others when its time is up,
        because none of them hears.
        """
        data = CachePurged(paths=(path,))
        event = Event(
            id=uuid7(),
            source=self._source,
            type=CachePurged.type_name(),
            subject=f"{CachePurged.AGGREGATE}:{path}",
            time=datetime.now(UTC),
            aggregateid=path,
            aggregateversion=1,
            traceparent=telemetry.current_traceparent(),
            data=data.model_dump(mode="json"),
        )
        keys = keys_of(event)
        await self._store.purge(keys)
        self._metrics.purges.labels("asked").inc()
        headers = {
            "Nats-Msg-Id": str(event.id),
            "Content-Type": "application/cloudevents+json",
            **({"traceparent": event.traceparent} if event.traceparent else {}),
        }
        try:
            await self._bus.publish(
                CachePurged.SUBJECT,
                event.model_dump_json().encode(),
                stream=CachePurged.context(),
                headers=headers,
            )
        except Exception as error:  # noqa: BLE001 - NATS being away is no reason to refuse
            _log.warning("purge.untold", path=path, error=repr(error))
        if self._fastly is not None:
            await self._fastly.purge(keys, str(event.id), soft=soft)
        return str(event.id)

    async def outdated(self, keys: Collection[str], cause: str) -> None:
        """Drop what has one of these keys, for a reason that every replica finds by itself."""
        marked = await self._store.purge(keys)
        self._metrics.purges.labels("frame").inc()
        _log.info("cache.purged", caused_by=cause, keys=sorted(keys), entries=marked)
        if self._fastly is not None:
            await self._fastly.purge(keys, cause)

    async def _begin(self) -> None:
        while not self._fanout.live:  # noqa: ASYNC110 - it tells its state, not its changes
            await asyncio.sleep(_LOOK)
        # What was composed before the hearing began may have been purged unheard.
        for copies in self._copies:
            copies.doubt()
        await self._store.doubt()
        self._begun = True
        _log.info("cache.purges.heard")

    async def _on_event(self, event: Event) -> None:
        if event.source == self._source:
            return
        for copies in self._copies:
            await copies.drop(event)
        keys = keys_of(event)
        if not keys:
            return
        marked = await self._store.purge(keys)
        self._metrics.purges.labels("event").inc()
        _log.info("cache.purged", caused_by=event.type, keys=sorted(keys), entries=marked)
        if self._fastly is not None and event.type != CachePurged.type_name():
            await self._fastly.purge(keys, str(event.id))

    async def _on_gap(self, gap: Gap) -> None:
        self._metrics.purges.labels("gap").inc()
        for copies in self._copies:
            copies.doubt()
        await self._store.doubt()
        if self._fastly is not None:
            await self._fastly.purge({ALL}, f"{gap.stream}:{gap.after}:{gap.reason}")
