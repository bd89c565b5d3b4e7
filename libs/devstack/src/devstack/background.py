"""Async calls from code that has no event loop, or that must not touch the running one."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any


class Background:
    """An event loop in a thread of its own; connections made on it live until `close`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="devstack")
        self._thread.start()

    def run[T](self, work: Coroutine[Any, Any, T], timeout: float = 120.0) -> T:
        """Run `work` there and wait for its result here.

        Raises:
            TimeoutError: it took longer than `timeout` seconds.
        """
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
