"""From cookie to visitor, asked of the identity service and remembered for a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contracts.identity import dto, events
from gateway.auth.cookies import ErrandCookie, SessionCookie, sha256
from gateway.auth.copies import Copies
from gateway.auth.shared import Place
from gateway.auth.visitor import NOBODY, Visitor, of_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar.types import HTTPScope

    from contracts.events import Event
    from gateway.auth.shared import SharedCopies
    from gateway.backends.identity import Identity


class Sessions:
    """Tells who visits.

    Args:
        identity: The service, None where the site has no accounts.
        cookie: Where the secret is.
        heard: Whether events reach this process now.
        shared: The copies of all replicas, or None.
    """

    def __init__(
        self,
        identity: Identity | None,
        cookie: SessionCookie,
        heard: Callable[[], bool],
        shared: SharedCopies[dto.SessionState] | None,
    ) -> None:
        self.cookie = cookie
        self.errand = ErrandCookie(secure=cookie.secure)
        self._identity = identity
        self._copies = Copies(heard, shared)

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
        state = await self._copies.get(Place(digest), lambda: identity.session(digest), sure=sure)
        if state is None or state.session.expires < datetime.now(UTC):
            return NOBODY
        return of_session(state, digest)

    def doubt(self) -> None:
        """Have everything asked for again: events may have been missed."""
        self._copies.doubt()

    async def drop(self, event: Event) -> None:
        """Forget the copies that an event of identity concerns."""
        if event.type == events.SessionEnded.type_name():
            await self._copies.drop_secret(event.read(events.SessionEnded).sha256)
        elif event.type.startswith("identity.user."):
            await self._copies.drop_user(int(event.aggregateid))
        elif event.type.startswith("identity.group."):
            await self._copies.drop_all()

    async def forget(self, visitor: Visitor) -> None:
        """Forget one session, where it was just ended or changed."""
        await self._copies.drop_secret(visitor.session)
