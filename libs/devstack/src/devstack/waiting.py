"""Waiting for a condition instead of sleeping."""

import asyncio
import inspect
import time
from collections.abc import Callable, Coroutine
from typing import Any, overload

PAUSE = 0.02
"""Seconds between two looks."""


@overload
async def until[T](
    condition: Callable[[], Coroutine[Any, Any, T]],
    timeout: float = ...,  # noqa: ASYNC109 - as below
    *,
    message: str = ...,
) -> T: ...


@overload
async def until[T](
    condition: Callable[[], T],
    timeout: float = ...,  # noqa: ASYNC109 - as below
    *,
    message: str = ...,
) -> T: ...


async def until(
    condition: Callable[[], Any],
    timeout: float = 10.0,  # noqa: ASYNC109 - the message must tell what was last seen
    *,
    message: str = "",
) -> Any:
    """Call `condition`, plain or async, until it gives something true, and return that.

    An exception of the condition counts as "not yet"; the last one is the cause of the error.

    Raises:
        AssertionError: nothing true within `timeout` seconds; tells what was last seen.
    """
    deadline = time.monotonic() + timeout
    while True:
        seen: Any = None
        failure: Exception | None = None
        try:
            seen = condition()
            if inspect.isawaitable(seen):
                seen = await asyncio.wait_for(seen, max(0.05, deadline - time.monotonic()))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
            failure = error
        if failure is None and seen:
            return seen
        if time.monotonic() >= deadline:
            raise _late(condition, timeout, message, seen, failure)
        await asyncio.sleep(PAUSE)


def wait_until[T](condition: Callable[[], T], timeout: float = 10.0, *, message: str = "") -> T:
    """Do what `until` does, for code without an event loop.

    Raises:
        AssertionError: nothing true within `timeout` seconds; tells what was last seen.
    """
    deadline = time.monotonic() + timeout
    while True:
        seen: Any = None
        failure: Exception | None = None
        try:
            seen = condition()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
            failure = error
        if failure is None and seen:
            return seen  # type: ignore[no-any-return]
        if time.monotonic() >= deadline:
            raise _late(condition, timeout, message, seen, failure)
        time.sleep(PAUSE)


def _late(
    condition: Callable[..., Any],
    timeout: float,
    message: str,
    seen: object,
    failure: Exception | None,
) -> AssertionError:
    what = message or getattr(condition, "__qualname__", repr(condition))
    error = AssertionError(f"not within {timeout:g} s: {what}; last seen: {failure or seen!r}")
    error.__cause__ = failure
    return error
