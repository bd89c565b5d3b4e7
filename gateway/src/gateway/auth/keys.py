"""From a key of the API to whose it is, asked of the identity service and remembered for a moment.

As with sessions: a copy is used for a minute; while the identity service is away a copy of up to a
quarter of an hour lets readers read on; whatever changes something asks. Events of identity drop
copies in every replica.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from contracts.identity import dto, events
from gateway.auth.cookies import sha256
from gateway.auth.sessions import FRESH, GRACE, UNHEARD
from gateway.auth.visitor import Visitor, of_key
from gateway.backends.errors import BackendError, BackendRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.events import Event
    from gateway.backends.identity import Identity

_SIZE: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Copy:
    """What identity said of a key, None where it does not hold, and when (monotonic)."""

    state: dto.KeyState | None
    asked: float


class Keys:
    """Tells who sends a key.

    Args:
        identity: The service, None where the site has no accounts: then no key holds.
        heard: Whether events reach this process now.
    """

    def __init__(self, identity: Identity | None, heard: Callable[[], bool]) -> None:
        self._identity = identity
        self._heard = heard
        self._copies: OrderedDict[tuple[str, str, str], _Copy] = OrderedDict()
        #: Counts what was dropped, so that an answer that was under way meanwhile is not kept.
        self._dropped = 0

    async def holder(
        self, kind: dto.KeyKind, secret: str, username: str | None = None, *, sure: bool
    ) -> Visitor | None:
        """Return who has a key, None where it does not hold.

        An apikey is sent with the name of its user, in exactly these letters. `sure` asks identity
        although there is a copy. Raises BackendError.
        """
        if self._identity is None:
            return None
        state = await self._state(self._identity, kind, sha256(secret), username or "", sure=sure)
        if state is None or (username is not None and state.user.username != username):
            return None
        if state.key.expires is not None and state.key.expires <= datetime.now(UTC):
            return None
        return of_key(state)

    def drop_all(self) -> None:
        """Believe no copy any more: events were missed."""
        self._dropped += 1
        self._copies.clear()

    def drop(self, event: Event) -> None:
        """Forget the copies that an event of identity concerns."""
        self._dropped += 1
        if event.type == events.KeyRevoked.type_name():
            gone = event.read(events.KeyRevoked).sha256
            self._forget(lambda place, _: place[1] == gone)
        elif event.type.startswith("identity.user."):
            user = int(event.aggregateid)
            self._forget(lambda _, state: state is None or state.user.id == user)
        elif event.type.startswith("identity.group."):
            self._copies.clear()

    def _forget(
        self, concerned: Callable[[tuple[str, str, str], dto.KeyState | None], bool]
    ) -> None:
        for place in [p for p, copy in self._copies.items() if concerned(p, copy.state)]:
            del self._copies[place]

    async def _state(
        self, identity: Identity, kind: dto.KeyKind, digest: str, username: str, *, sure: bool
    ) -> dto.KeyState | None:
        now = time.monotonic()
        place = (kind.value, digest, username)
        copy = self._copies.get(place)
        if copy is not None and not sure:
            self._copies.move_to_end(place)
            if now - copy.asked < (FRESH if self._heard() else UNHEARD):
                return copy.state
        dropped = self._dropped
        try:
            state = await identity.key(kind, digest, username or None)
        except BackendRefused:
            # What no key looks like is none.
            state = None
        except BackendError:
            if copy is not None and not sure and now - copy.asked < GRACE:
                return copy.state
            raise
        if dropped == self._dropped:
            self._copies[place] = _Copy(state, now)
            while len(self._copies) > _SIZE:
                self._copies.popitem(last=False)
        return state
