"""How a page is had: from memory, from Valkey, or by composing it, once however many ask.

What may be answered:

- a fresh copy, always;
- a copy whose time has run out, while a new one is composed behind it;
- a copy that was purged, only when composing takes longer than the patience or fails. The
  composition then goes on in the background, so a backend that hangs costs each page one wait;
- a copy of what was withdrawn, never: it is dropped.

A composition that began before one of its keys was purged is kept as purged, and visitors who came
after the purge wait for the next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import structlog

from gateway.backends.errors import BackendError
from gateway.cache.blocks import Blocks
from gateway.cache.memory import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.cache.entry import Entry
    from gateway.cache.memory import MemoryCache
    from gateway.cache.valkey import Mark, ValkeyCache

type Outcome = Literal["hit", "shared", "miss", "stale", "revalidating", "uncached"]
type Compose = Callable[[], Awaitable[Entry]]

_log = structlog.get_logger("gateway.cache")


@dataclass(frozen=True, slots=True)
class Served:
    """An entry to answer with, and how it was had."""

    entry: Entry
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Limits:
    """Times of the cache, in seconds.

    Attributes:
        patience: How long a visitor waits for a composition while there is a stale copy.
        unheard: How long a copy is fresh while purges cannot be heard.
        hold: How long after a failed composition none is tried while there is a stale copy.
    """

    patience: float = 0.8
    unheard: float = 5.0
    hold: float = 1.0


@dataclass(slots=True, eq=False)
class _Flight:
    """One composition under way. `sequence` counts the purges that it can know of."""

    began: float
    sequence: int
    looked: asyncio.Event = field(default_factory=asyncio.Event)


class PageStore:
    """Both levels and the compositions under way.

    Args:
        memory: First level.
        shared: Second level, or None where none is configured.
        heard: Whether purges reach this process now.
        limits: Times.
    """

    def __init__(
        self,
        memory: MemoryCache,
        shared: ValkeyCache | None,
        heard: Callable[[], bool],
        limits: Limits,
    ) -> None:
        self.memory = memory
        self.shared = shared
        self.heard = heard
        self.limits = limits
        self.blocks = Blocks(self.bound)
        self._flights: dict[str, tuple[_Flight, asyncio.Task[Served]]] = {}
        self._background: set[asyncio.Task[bool]] = set()

    def bound(self) -> float:
        """Return the longest time that a copy counts as fresh now."""
        return float("inf") if self.heard() else self.limits.unheard

    def holds(self, key: str) -> bool:
        """Tell whether the page at `key` would be answered from the memory of this process."""
        entry = self.memory.get(key)
        return entry is not None and entry.fresh(time.monotonic(), self.bound())

    async def fetch(self, key: str, compose: Compose) -> Served:
        """Return the page at `key`.

        Raises whatever `compose` raises, where there is no copy to show instead.
        """
        arrived = self.memory.sequence
        while True:
            entry = self.memory.get(key)
            now = time.monotonic()
            if entry is not None:
                if entry.fresh(now, self.bound()):
                    return Served(entry, "hit")
                if entry.hold_until > now and entry.usable(now):
                    return Served(entry, "stale")
            flight, task = self._flights.get(key) or self._begin(key, compose)
            if entry is None:
                # Valkey answers within its timeout; until then nobody knows if there is a copy.
                await flight.looked.wait()
                entry = None if _succeeded(task) else self.memory.get(key)
            if entry is not None and not entry.usable(now):
                entry = None
            if entry is not None and entry.revalidates(now) and self.heard():
                return Served(entry, "revalidating")
            served = await self._wait(flight, task, entry)
            # A composition that began before this visitor came, and was purged since it began, may
            # have been purged before the visitor came. One more is enough: it begins after that.
            if served.entry is entry or not served.entry.purged or flight.sequence >= arrived:
                return served

    async def purge(self, keys: Iterable[str]) -> int:
        """Drop what has one of these surrogate keys, here and for all who share Valkey.

        Returns how many entries of this process were marked.
        """
        keys = frozenset(keys)
        self.blocks.purge(keys)
        marked = self.memory.purge(keys)
        if self.shared is not None:
            await self.shared.purge(keys)
            # Until Valkey knew, a page that is not in memory may have been taken from there.
            marked += self.memory.purge(keys)
        return marked

    async def doubt(self) -> None:
        """Drop everything here, and trust of Valkey only what is composed from now on."""
        self.blocks.purge({ALL})
        self.memory.purge({ALL})
        if self.shared is not None:
            await self.shared.distrust()

    async def close(self) -> None:
        """Give up what is under way."""
        tasks = [*self._background, *(task for _, task in self._flights.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, key: str, compose: Compose) -> tuple[_Flight, asyncio.Task[Served]]:
        flight = _Flight(time.monotonic(), self.memory.sequence)
        task = asyncio.create_task(self._fly(flight, key, compose), name=f"compose {key}")
        self._flights[key] = flight, task
        task.add_done_callback(_report)
        return flight, task

    async def _wait(
        self, flight: _Flight, task: asyncio.Task[Served], stale: Entry | None
    ) -> Served:
        patience = None
        if stale is not None:
            patience = max(0.0, flight.began + self.limits.patience - time.monotonic())
        await asyncio.wait({task}, timeout=patience)
        if stale is not None and not _succeeded(task):
            return Served(stale, "stale")
        return task.result()

    async def _fly(self, flight: _Flight, key: str, compose: Compose) -> Served:
        """Look in Valkey, else compose; keep what comes of it."""
        try:
            found, mark = await self._look(key)
            if found is not None and not self.memory.purged_since(found, flight.sequence):
                self.memory.put(found)
                return Served(found, "shared")
            flight.looked.set()
            flight.sequence = self.memory.sequence
            try:
                entry = await compose()
            except Exception:
                old = self.memory.get(key)
                if old is not None:
                    old.hold_until = time.monotonic() + self.limits.hold
                raise
            return self._keep(flight, entry, mark)
        finally:
            flight.looked.set()
            del self._flights[key]
            if not self._flights:
                self.memory.forget_purges()

    async def _look(self, key: str) -> tuple[Entry | None, Mark | None]:
        """Return the fresh entry of Valkey and the mark to store another under.

        A stale one is put into memory as purged, for want of a better copy.
        """
        if self.shared is None:
            return None, None
        found, mark = await self.shared.lookup(key)
        if found is None:
            return None, mark
        now = time.monotonic()
        if found.fresh and found.entry.fresh(now, self.bound()):
            return found.entry, mark
        old = self.memory.get(key)
        if old is None or (old.purged and old.composed < found.entry.composed):
            found.entry.purged = True
            self.memory.put(found.entry)
        return None, mark

    def _keep(self, flight: _Flight, entry: Entry, mark: Mark | None) -> Served:
        entry.purged = self.memory.purged_since(entry, flight.sequence)
        if entry.fresh_for <= 0 or self.memory.withdrawn_since(entry, flight.sequence):
            return Served(entry, "miss")
        now = time.monotonic()
        old = self.memory.get(entry.key)
        if entry.degraded and old is not None and _whole(old, now):
            # Nothing changed, only time ran out: the whole old page is better than a part.
            old.hold_until = now + entry.fresh_for
            return Served(old, "stale")
        self.memory.put(entry)
        if self.shared is not None and mark is not None and _worth_sharing(entry):
            task = asyncio.create_task(self.shared.store(entry, mark))
            self._background.add(task)
            task.add_done_callback(self._background.discard)
        return Served(entry, "miss")


def _succeeded(task: asyncio.Task[Served]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def _report(task: asyncio.Task[Served]) -> None:
    """Log a failure, also where all went on with a stale copy and nobody is left to hear of it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        if isinstance(error, BackendError):
            _log.warning("compose.failed", task=task.get_name(), error=str(error))
        else:
            _log.error("compose.failed", task=task.get_name(), exc_info=error)


def _whole(entry: Entry, now: float) -> bool:
    return not entry.degraded and not entry.purged and entry.usable(now)


def _worth_sharing(entry: Entry) -> bool:
    return entry.status < 400 and not entry.purged and not entry.degraded
