"""What the identity service said of a session or a key, remembered for a moment.

A copy is used for a minute. While the service is away a copy of up to a quarter of an hour lets
readers read on, also in a replica that has just begun; whatever changes something asks, and is
refused then. Events of identity drop copies in every replica and in Valkey; while these cannot be
heard, a copy is used for seconds only.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from gateway.auth.shared import Owned, Place, SharedCopies
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


class Copies[S: Owned]:
    """Keeps answers by what was asked for, least recently used dropped first.

    Of what is not there it remembers no less and no more: apart, so that somebody with many
    made-up cookies or keys pushes out nobody's grace. Valkey has only what is there.

    Args:
        heard: Whether events reach this process now.
        shared: The copies of all replicas, or None.
    """

    def __init__(self, heard: Callable[[], bool], shared: SharedCopies[S] | None) -> None:
        self._heard = heard
        self._shared = shared
        self._found: OrderedDict[Place, _Copy[S]] = OrderedDict()
        self._absent: OrderedDict[Place, _Copy[S]] = OrderedDict()
        #: Counts what was dropped, so that an answer that was under way meanwhile is not kept.
        self._dropped = 0
        #: What was asked for earlier stands in while the service is away, and no more.
        self._since = 0.0

    async def get(
        self, place: Place, ask: Callable[[], Awaitable[S | None]], *, sure: bool
    ) -> S | None:
        """Return the copy, else what `ask` gives; `sure` asks whatever there is.

        Raises BackendError where no answer can be had and no copy may stand in.
        """
        copy = self._kept(place)
        if copy is not None and not sure and self._fresh(copy):
            return copy.state
        now, dropped = time.monotonic(), self._dropped
        found, mark = await self._shared.read(place) if self._shared else (None, None)
        if found is not None and dropped == self._dropped:
            copy = self._newer(place, copy, _Copy(found.state, now - found.age))
            if not sure and self._fresh(copy):
                return copy.state
        try:
            state = await ask()
        except BackendError:
            if copy is not None and not sure and time.monotonic() - copy.asked < GRACE:
                return copy.state
            raise
        if dropped == self._dropped:
            self._keep(place, _Copy(state, now))
            await self._share(place, state, mark, there=found is not None)
        return state

    def _newer(self, place: Place, copy: _Copy[S] | None, other: _Copy[S]) -> _Copy[S]:
        """Return the newer of what is here and what Valkey has, and keep it."""
        if copy is not None and copy.asked >= other.asked:
            return copy
        self._keep(place, other)
        return other

    async def _share(self, place: Place, state: S | None, mark: int | None, *, there: bool) -> None:
        """Tell the other replicas an answer; what is not there is only taken away."""
        if self._shared is None or mark is None:
            return
        if state is not None:
            await self._shared.store(place, state, mark)
        elif there:
            await self._shared.drop_secret(place.sha256)

    def _kept(self, place: Place) -> _Copy[S] | None:
        kept = self._found if place in self._found else self._absent
        copy = kept.get(place)
        if copy is not None:
            kept.move_to_end(place)
        return copy

    def _fresh(self, copy: _Copy[S]) -> bool:
        age = time.monotonic() - copy.asked
        return copy.asked >= self._since and age < (FRESH if self._heard() else UNHEARD)

    def _keep(self, place: Place, copy: _Copy[S]) -> None:
        kept, other = self._found, self._absent
        if copy.state is None:
            kept, other = other, kept
        other.pop(place, None)
        kept[place] = copy
        kept.move_to_end(place)
        while len(kept) > _SIZE:
            kept.popitem(last=False)

    def doubt(self) -> None:
        """Have everything asked for again: events may have been missed.

        Whoever is known to Valkey keeps the grace: other replicas dropped there what they heard.
        """
        self._dropped += 1
        self._since = time.monotonic()
        self._found.clear()
        self._absent.clear()

    async def drop_all(self) -> None:
        """Believe no copy any more, here and in Valkey."""
        self.doubt()
        if self._shared is not None:
            await self._shared.drop_all()

    async def drop_user(self, user: int) -> None:
        """Forget the copies of a user, and all that was not there: it may be now."""
        self._forget(lambda _, state: state.user.id == user)
        if self._shared is not None:
            await self._shared.drop_user(user)

    async def drop_secret(self, sha256: str) -> None:
        """Forget what a secret opened."""
        self._forget(lambda place, _: place.sha256 == sha256)
        if self._shared is not None:
            await self._shared.drop_secret(sha256)

    def _forget(self, concerned: Callable[[Place, S], bool]) -> None:
        self._dropped += 1
        self._absent.clear()
        for place, copy in list(self._found.items()):
            if copy.state is not None and concerned(place, copy.state):
                del self._found[place]
