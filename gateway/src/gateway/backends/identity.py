"""The token by which services know that a call comes from the gateway."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from servicekit.tokens import SigningKey

SUBJECT = "service:gateway"
_LIFETIME = 60.0
#: A token is not used in its last seconds, for the sake of clocks that differ.
_MARGIN = 15.0


class Tokens:
    """Mints one token for each service and uses it again until it nears its end.

    The token of anonymous visitors: it names the gateway and carries no permission.
    """

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self._minted: dict[str, tuple[str, float]] = {}

    def __call__(self, audience: str) -> str:
        """Return a token for a service that is good for at least a few seconds more."""
        now = time.monotonic()
        token, good_until = self._minted.get(audience, ("", 0.0))
        if now >= good_until:
            token = self._key.mint(subject=SUBJECT, audience=audience, lifetime=_LIFETIME)
            self._minted[audience] = (token, now + _LIFETIME - _MARGIN)
        return token
