"""What the identity service said of a session or a key, remembered for a moment.

A copy is used for a minute. While the service is away a copy of up to a quarter of an hour lets
readers read on; whatever changes something asks, and is refused then. Events of identity drop
copies in every replica; while these cannot be heard, a copy is used for seconds only.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Final

from gateway.backends.errors import BackendError

#: Seconds.
FRESH: Final = 60.0
UNHEARD: Final = 5.0
GRACE: Final = 900.0
_SIZE: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Copy[S]:
    """An answer, None where there was no such thing, and when (monotonic) it was asked for."""

    state: S | None
    asked: float


class Copies[P: Hashable, S]:
    """Keeps answers by what was asked for, least recently used dropped first.

    Of what is not there it remembers no less and no more: apart, so that somebody with many
    made-up cookies or keys pushes out nobody's grace.

    Args:
        heard: Whether events reach this process now.
    """

    def __init__(self, heard: Callable[[], bool]) -> None:
        self._heard = heard
        self._found: OrderedDict[P, _Copy[S]] = OrderedDict()
        self._absent: OrderedDict[P, _Copy[S]] = OrderedDict()
        #: Counts what was dropped, so that an answer that was under way meanwhile is not kept.
        self._dropped = 0

    async def get(
        self, place: P, ask: Callable[[], Awaitable[S | None]], *, sure: bool
    ) -> S | None:
        """Return the copy, else what `ask` gives; `sure` asks whatever there is.

        Raises BackendError where no answer can be had and no copy may stand in.
        """
        now = time.monotonic()
        kept = self._found if place in self._found else self._absent
        copy = kept.get(place)
        if copy is not None and not sure:
            kept.move_to_end(place)
            if now - copy.asked < (FRESH if self._heard() else UNHEARD):
                return copy.state
        dropped = self._dropped
        try:
            state = await ask()
        except BackendError:
            if copy is not None and not sure and now - copy.asked < GRACE:
                return copy.state
            raise
        if dropped == self._dropped:
            self._keep(place, _Copy(state, now))
        return state

    def _keep(self, place: P, copy: _Copy[S]) -> None:
        kept, other = self._found, self._absent
        if copy.state is None:
            kept, other = other, kept
        other.pop(place, None)
        kept[place] = copy
        while len(kept) > _SIZE:
            kept.popitem(last=False)

    def drop_all(self) -> None:
        """Believe no copy any more."""
        self._dropped += 1
        self._found.clear()
        self._absent.clear()

    def drop(self, concerned: Callable[[P, S], bool]) -> None:
        """Forget the copies that something concerns, and all that was not there: it may be now."""
        self._dropped += 1
        self._absent.clear()
        for place, copy in list(self._found.items()):
            if copy.state is not None and concerned(place, copy.state):
                del self._found[place]

    def forget(self, place: P) -> None:
        """Forget one copy."""
        self._dropped += 1
        self._found.pop(place, None)
        self._absent.pop(place, None)
