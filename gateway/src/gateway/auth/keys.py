"""From a key of the API to whose it is, asked of the identity service and remembered a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contracts.identity import dto, events
from gateway.auth.cookies import sha256
from gateway.auth.copies import Copies
from gateway.auth.shared import Place
from gateway.auth.visitor import Visitor, of_key
from gateway.backends.errors import BackendRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.events import Event
    from gateway.auth.shared import SharedCopies
    from gateway.backends.identity import Identity


class Keys:
    """Tells who sends a key.

    Args:
        identity: The service, None where the site has no accounts: then no key holds.
        heard: Whether events reach this process now.
        shared: The copies of all replicas, or None.
    """

    def __init__(
        self,
        identity: Identity | None,
        heard: Callable[[], bool],
        shared: SharedCopies[dto.KeyState] | None,
    ) -> None:
        self._identity = identity
        self._copies = Copies(heard, shared)

    async def holder(
        self, kind: dto.KeyKind, secret: str, username: str | None = None, *, sure: bool
    ) -> Visitor | None:
        """Return who has a key, None where it does not hold.

        An apikey is sent with the name of its user, in exactly these letters. `sure` asks identity
        although there is a copy. Raises BackendError.
        """
        if self._identity is None:
            return None
        place = Place(sha256(secret), kind.value, username or "")
        state = await self._copies.get(place, lambda: self._ask(kind, place), sure=sure)
        if state is None or (username is not None and state.user.username != username):
            return None
        if state.key.expires is not None and state.key.expires <= datetime.now(UTC):
            return None
        return of_key(state)

    async def _ask(self, kind: dto.KeyKind, place: Place) -> dto.KeyState | None:
        if self._identity is None:
            return None
        try:
            return await self._identity.key(kind, place.sha256, place.username or None)
        except BackendRefused:
            # What no key looks like is none.
            return None

    def doubt(self) -> None:
        """Have everything asked for again: events may have been missed."""
        self._copies.doubt()

    async def drop(self, event: Event) -> None:
        """Forget the copies that an event of identity concerns."""
        if event.type == events.KeyRevoked.type_name():
            await self._copies.drop_secret(event.read(events.KeyRevoked).sha256)
        elif event.type.startswith("identity.user."):
            await self._copies.drop_user(int(event.aggregateid))
        elif event.type.startswith("identity.group."):
            await self._copies.drop_all()
