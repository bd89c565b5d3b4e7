"""What pages are composed of and share, kept until an event makes it old.

A release makes hundreds of pages old, and each needs the latest releases: they are asked for once.
A value that is old stays, for when its service is away.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.cache.memory import ALL, is_withdrawal, path_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

#: Seconds for which a value is used again: a bound on what an event nobody sent would leave.
FRESH = 300.0


@dataclass(slots=True, eq=False)
class _Kept:
    """A value, the surrogate keys it depends on, and when (monotonic) it was asked for."""

    keys: frozenset[str]
    began: float
    value: Any = None
    purged: bool = False
    withdrawn: bool = False


class Blocks:
    """Keeps the last `size` values by name, least recently stored dropped first.

    Values are DTOs, which are frozen, so that pages can share them.

    Args:
        bound: Gives the longest time (s) that a copy counts as fresh now.
        size: Most values.
    """

    def __init__(self, bound: Callable[[], float], size: int = 256) -> None:
        self._bound = bound
        self._size = size
        self._values: OrderedDict[str, _Kept] = OrderedDict()
        self._under_way: set[_Kept] = set()

    async def fetch[T](
        self, name: str, keys: Collection[str], ask: Callable[[], Awaitable[T]]
    ) -> T:
        """Return the fresh value of `name`, else what `ask` gives; raises what that raises.

        The value is old once one of the surrogate `keys` is purged, also where that happens while
        it is asked for.
        """
        now = time.monotonic()
        kept = self._values.get(name)
        if kept is not None and not kept.purged and now - kept.began < min(FRESH, self._bound()):
            value: T = kept.value
            return value
        asked = _Kept(frozenset(keys), now)
        self._under_way.add(asked)
        try:
            asked.value = value = await ask()
        finally:
            self._under_way.discard(asked)
        kept = self._values.get(name)
        if not asked.withdrawn and (kept is None or kept.began <= asked.began):
            self._values[name] = asked
            self._values.move_to_end(name)
        while len(self._values) > self._size:
            self._values.popitem(last=False)
        return value

    def last(self, name: str) -> Any | None:  # noqa: ANN401 - the caller knows what it kept
        """Return the value last kept under `name`, however old."""
        kept = self._values.get(name)
        return None if kept is None else kept.value

    def purge(self, keys: Collection[str]) -> None:
        """Make old what depends on one of `keys`; forget it where something was withdrawn.

        A purge by address names no key: whoever asks for it wants all of the page made anew.
        """
        everything = ALL in keys or any(path_of(key) is not None for key in keys)
        withdrawn = any(is_withdrawal(key) for key in keys)
        concerned = [
            (name, kept)
            for name, kept in [*self._values.items(), *(("", kept) for kept in self._under_way)]
            if everything or not kept.keys.isdisjoint(keys)
        ]
        for name, kept in concerned:
            kept.purged = True
            kept.withdrawn = withdrawn or kept.withdrawn
            if withdrawn:
                self._values.pop(name, None)
