"""How often somebody may do something, counted in Valkey for all replicas together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gateway.backends.policy import Breaker

type WhenUnknown = Literal["allow", "refuse"]

_log = structlog.get_logger("gateway.limits")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a try has cost.

    Attributes:
        allowed: It was within the limit.
        limit: Tries in a window.
        window: Its length in seconds.
        remaining: Tries that are left now.
        reset: Seconds until there are more.
    """

    allowed: bool
    limit: int
    window: int
    remaining: int
    reset: int


class RateLimits:
    """Counts by rule and by whom. Without a `valkey_url` each process counts for itself.

    Args:
        valkey_url: redis://…
        timeout: Seconds that one question may take.
    """

    def __init__(self, valkey_url: str | None, timeout: float) -> None:
        self.timeout = timeout
        self.breaker = Breaker(window=5, threshold=3, pause=1, probe_timeout=1)
        storage: Storage = MemoryStorage()
        self._pool: ConnectionPool | None = None
        if valkey_url is not None:
            self._pool = ConnectionPool.from_url(
                valkey_url,
                socket_timeout=timeout,
                socket_connect_timeout=timeout,
                retry=Retry(NoBackoff(), 0),
            )
            storage = RedisStorage(
                f"async+{valkey_url}",
                implementation="redispy",
                key_prefix="gateway:limits",
                connection_pool=self._pool,  # type: ignore[arg-type] # documented, not declared
            )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._rules: dict[str, RateLimitItem] = {}

    async def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.aclose()

    async def allow(
        self, rule: str, what: str, who: str, *, when_unknown: WhenUnknown = "allow"
    ) -> bool:
        """Count one try of `what` by `who`; False where `rule` ("5/minute") is used up.

        `when_unknown` is the answer where Valkey cannot be asked: reads allow, whatever protects
        a secret refuses.
        """
        allowed = await self.count(rule, what, who)
        return when_unknown == "allow" if allowed is None else allowed

    async def count(self, rule: str, what: str, who: str) -> bool | None:
        """Count one try as `allow` does; None where Valkey cannot be asked."""
        item = self._rules.setdefault(rule, parse(rule))
        return await self._ask(what, lambda: self._limiter.hit(item, what, who))

    async def spend(self, rule: str, what: str, who: str) -> Spent | None:
        """Count one try as `count` does, and tell what is left."""
        item = self._rules.setdefault(rule, parse(rule))

        async def ask() -> Spent:
            allowed = await self._limiter.hit(item, what, who)
            stats = await self._limiter.get_window_stats(item, what, who)
            reset = max(1, round(stats.reset_time - time.time()))
            return Spent(allowed, item.amount, item.get_expiry(), int(stats.remaining), reset)

        return await self._ask(what, ask)

    async def forget(self, rule: str, what: str, who: str) -> None:
        """Begin the count anew, where what was counted turned out to be no misuse."""
        item = self._rules.setdefault(rule, parse(rule))
        await self._ask(what, lambda: self._limiter.clear(item, what, who))

    async def _ask[T](self, what: str, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Ask Valkey; None where it cannot be asked."""
        if not self.breaker.admit():
            return None
        try:
            async with asyncio.timeout(self.timeout):
                answer = await ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, the count is not known
            self.breaker.record(ok=False)
            _log.warning("limits.unknown", what=what, error=repr(error))
            return None
        except BaseException:
            self.breaker.release()
            raise
        self.breaker.record(ok=True)
        return answer
