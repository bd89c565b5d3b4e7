"""From cookie to visitor, asked of the identity service and remembered for a moment.

A copy is used for a minute. While the identity service is away a copy of up to a quarter of an hour
lets readers read on; whatever changes something asks, and is refused then. Events of identity drop
copies in every replica; while these cannot be heard, a copy is used for seconds only.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from contracts.identity import dto, events
from gateway.auth.cookies import ErrandCookie, SessionCookie, sha256
from gateway.auth.visitor import NOBODY, Visitor, of_session
from gateway.backends.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar.types import HTTPScope

    from contracts.events import Event
    from gateway.backends.identity import Identity

#: Seconds.
FRESH: Final = 60.0
UNHEARD: Final = 5.0
GRACE: Final = 900.0
_SIZE: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Copy:
    """What identity said of a session, None where there was none, and when (monotonic)."""

    state: dto.SessionState | None
    asked: float


class Sessions:
    """Tells who visits.

    Args:
        identity: The service, None where the site has no accounts.
        cookie: Where the secret is.
        heard: Whether events reach this process now.
    """

    def __init__(
        self,
        identity: Identity | None,
        cookie: SessionCookie,
        heard: Callable[[], bool],
    ) -> None:
        self.cookie = cookie
        self.errand = ErrandCookie(secure=cookie.secure)
        self._identity = identity
        self._heard = heard
        self._copies: OrderedDict[str, _Copy] = OrderedDict()
        #: Counts what was dropped, so that an answer that was under way meanwhile is not kept.
        self._dropped = 0

    async def visitor(self, scope: HTTPScope) -> Visitor:
        """Return who visits.

        Methods that change something always ask identity, and so may raise BackendError.
        """
        secret = self.cookie.secret(scope)
        if secret is None or self._identity is None:
            return NOBODY
        sure = scope["method"] not in {"GET", "HEAD"}
        return await self._visitor(sha256(secret), self._identity, sure=sure)

    async def renewed(self, visitor: Visitor) -> Visitor:
        """Ask identity who a visitor is by now, where a copy may be too old. Raises BackendError.

        A replica hears of the end of a session, but not that its password was given again.
        """
        if visitor.anonymous or self._identity is None:
            return visitor
        return await self._visitor(visitor.session, self._identity, sure=True)

    async def _visitor(self, digest: str, identity: Identity, *, sure: bool) -> Visitor:
        state = await self._state(digest, identity, sure=sure)
        if state is None or state.session.expires < datetime.now(UTC):
            return NOBODY
        return of_session(state, digest)

    def drop_all(self) -> None:
        """Believe no copy any more: events were missed."""
        self._dropped += 1
        self._copies.clear()

    def drop(self, event: Event) -> None:
        """Forget the copies that an event of identity concerns."""
        self._dropped += 1
        if event.type == events.SessionEnded.type_name():
            self._copies.pop(event.read(events.SessionEnded).sha256, None)
        elif event.type.startswith("identity.user."):
            user = int(event.aggregateid)
            for digest in [
                digest
                for digest, copy in self._copies.items()
                if copy.state is not None and copy.state.user.id == user
            ]:
                del self._copies[digest]
        elif event.type.startswith("identity.group."):
            self._copies.clear()

    def forget(self, visitor: Visitor) -> None:
        """Forget one session here, where it was just ended or changed."""
        self._dropped += 1
        self._copies.pop(visitor.session, None)

    async def _state(
        self, digest: str, identity: Identity, *, sure: bool
    ) -> dto.SessionState | None:
        now = time.monotonic()
        copy = self._copies.get(digest)
        if copy is not None and not sure:
            self._copies.move_to_end(digest)
            if now - copy.asked < (FRESH if self._heard() else UNHEARD):
                return copy.state
        dropped = self._dropped
        try:
            state = await identity.session(digest)
        except BackendError:
            if copy is not None and not sure and now - copy.asked < GRACE:
                return copy.state
            raise
        if dropped == self._dropped:
            self._copies[digest] = _Copy(state, now)
            while len(self._copies) > _SIZE:
                self._copies.popitem(last=False)
        return state
