"""The policy of calling a service: deadline, retry budget, breaker, concurrency limit.

All four live in one process and on its event loop; none of them needs a lock. Replicas do not
share them: each learns from its own calls, which is enough and cannot fail.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: When the answer to the visitor must be under way, in the time of the running loop.
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give everything called inside at most `seconds`. An outer deadline is never lengthened."""
    at = asyncio.get_running_loop().time() + seconds
    outer = _deadline.get()
    token = _deadline.set(at if outer is None else min(at, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining(limit: float) -> float:
    """Return the seconds that a call may take: `limit`, or less where the deadline is nearer."""
    at = _deadline.get()
    if at is None:
        return limit
    return min(limit, at - asyncio.get_running_loop().time())


class RetryBudget:
    """A bucket of tokens: each call puts `ratio` of one in, each retry takes one out.

    So retries are at most `ratio` of the calls over time, and a service that is down is not asked
    twice as often as one that is up. `reserve` is the size of the bucket, full at start.
    """

    def __init__(self, ratio: float = 0.1, reserve: float = 10) -> None:
        self.ratio = ratio
        self.reserve = reserve
        self.tokens = reserve

    def deposit(self) -> None:
        """Count a call."""
        self.tokens = min(self.reserve, self.tokens + self.ratio)

    def withdraw(self) -> bool:
        """Take the right to retry once; False where the budget is spent."""
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class BreakerState(StrEnum):
    """Closed: calls pass. Open: none does. Half open: one passes, to see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(slots=True)
class Breaker:
    """Stops calling a service that fails.

    It opens when, within `window` seconds, at least `threshold` calls failed and they are at least
    half of all. After `pause` seconds one call is let through: success closes it, failure opens it
    for another `pause`. A probe that never reports back (its task was killed) is forgotten after
    `probe_timeout` seconds.
    """

    window: float = 10.0
    threshold: int = 3
    pause: float = 2.0
    probe_timeout: float = 5.0
    clock: Callable[[], float] = time.monotonic
    _outcomes: deque[tuple[float, bool]] = field(default_factory=deque)
    _failed: int = 0
    _opened: float | None = None
    _probe: float | None = None

    @property
    def state(self) -> BreakerState:
        """What the next call would meet."""
        if self._opened is None:
            return BreakerState.CLOSED
        if self.clock() - self._opened < self.pause:
            return BreakerState.OPEN
        return BreakerState.HALF_OPEN

    def admit(self) -> bool:
        """Ask to make a call. In half-open state only the first who asks may."""
        match self.state:
            case BreakerState.CLOSED:
                return True
            case BreakerState.OPEN:
                return False
            case BreakerState.HALF_OPEN:
                now = self.clock()
                if self._probe is not None and now - self._probe < self.probe_timeout:
                    return False
                self._probe = now
                return True

    def record(self, *, ok: bool) -> None:
        """Report how an admitted call ended."""
        now = self.clock()
        if self._opened is not None:
            # Calls admitted before it opened report late; only the probe decides.
            if self._probe is None:
                return
            self._probe = None
            self._outcomes.clear()
            self._failed = 0
            self._opened = None if ok else now
            return
        self._outcomes.append((now, ok))
        self._failed += not ok
        while now - self._outcomes[0][0] > self.window:
            _, good = self._outcomes.popleft()
            self._failed -= not good
        if self._failed >= self.threshold and self._failed * 2 >= len(self._outcomes):
            self._opened = now

    def release(self) -> None:
        """Report that an admitted call was given up by its caller and says nothing."""
        self._probe = None


class Limiter:
    """At most `limit` calls at once. The next one is refused: a queue would only add delay."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.active = 0

    def enter(self) -> bool:
        """Take a place; False where all are taken."""
        if self.active >= self.limit:
            return False
        self.active += 1
        return True

    def leave(self) -> None:
        """Give the place back."""
        self.active -= 1


@dataclass(slots=True)
class Policy:
    """How one service is called.

    `timeout` bounds one attempt and `connect` the making of a connection, in seconds; `cap` is the
    largest body that is read, in bytes.
    """

    timeout: float = 2.0
    connect: float = 0.5
    cap: int = 5 * 1024 * 1024
    budget: RetryBudget = field(default_factory=RetryBudget)
    breaker: Breaker = field(default_factory=Breaker)
    limiter: Limiter = field(default_factory=lambda: Limiter(64))
