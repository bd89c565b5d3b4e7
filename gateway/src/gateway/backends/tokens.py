"""The tokens by which services know for whom the gateway calls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor
    from servicekit.tokens import SigningKey

SUBJECT = "service:gateway"
_LIFETIME = 60.0
#: A token is not used in its last seconds, for the sake of clocks that differ.
_MARGIN = 15.0

#: What the gateway itself may do: it acts for visitors who sign up and in, obeys switches, and
#: knows which keys of the API are those of publishers.
_OWN = {
    "identity": ("identity.serve_accounts", "system.view_switches"),
    "jobs": ("jobs.serve_visitors",),
    "sponsors": ("sponsors.serve_visitors", "sponsors.sponsor_publisher", "system.view_switches"),
}


class Tokens:
    """Mints one token for each service and uses it again until it nears its end.

    The gateway's own: what anonymous visitors see is asked for with it.
    """

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self._minted: dict[str, tuple[str, float]] = {}

    def of_visitor(self, visitor: Visitor, audience: str) -> str:
        """Return a token that speaks for somebody who is signed in."""
        return self._key.mint(
            subject=visitor.subject,
            audience=audience,
            permissions=visitor.permissions,
            staff=visitor.staff,
            lifetime=_LIFETIME,
        )

    def __call__(self, audience: str) -> str:
        """Return a token for a service that is good for at least a few seconds more."""
        now = time.monotonic()
        token, good_until = self._minted.get(audience, ("", 0.0))
        if now >= good_until:
            token = self._key.mint(
                subject=SUBJECT,
                audience=audience,
                permissions=_OWN.get(audience, ()),
                lifetime=_LIFETIME,
            )
            self._minted[audience] = (token, now + _LIFETIME - _MARGIN)
        return token
