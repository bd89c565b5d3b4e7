"""What the gateway asks the identity service about accounts elsewhere.

Some of it asks a provider, which takes as long as that takes; so this is a client of its own, whose
breaker and places are nobody else's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, TypeAdapter

from contracts.identity import dto, social
from gateway.backends.client import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.backends.client import BackendClient

#: Seconds; the identity service gives a provider 8 of them unless it is told otherwise.
TIMEOUT: Final = 12.0
AT_ONCE: Final = 64

_PROVIDERS = TypeAdapter(list[dto.Provider])
_START = TypeAdapter(social.SocialStart)
_OUTCOME = TypeAdapter(social.SocialOutcome)
_PENDING = TypeAdapter(social.PendingIdentity)
_PERHAPS: TypeAdapter[dto.SignedIn | None] = TypeAdapter(dto.SignedIn | None)
_WAYS = TypeAdapter(social.WaysIn)
_ACCOUNT = TypeAdapter(dto.SocialAccount)
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class Social:
    """Calls about accounts elsewhere; they raise what those of `Identity` raise."""

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def providers(self) -> list[dto.Provider]:
        """Return whom people can sign in with."""
        return await self.client.get("/providers", _PROVIDERS)

    async def begin(self, sent: social.SocialBegin) -> social.SocialStart:
        """Return where a browser goes."""
        return await self._send("/social/attempts", _START, sent, {})

    async def answer(
        self, sent: social.SocialAnswer, caller: Mapping[str, str]
    ) -> social.SocialOutcome:
        """Hand on what a browser brought back."""
        return await self._send("/social/answers", _OUTCOME, sent, caller)

    async def pending(self, browser: str) -> social.PendingIdentity | None:
        """Return whom a provider told about to a browser, if an account here is missing."""
        return await self.client.find(f"/social/pending/{browser}", _PENDING)

    async def sign_up(
        self, browser: str, sent: social.SocialSignUp, caller: Mapping[str, str]
    ) -> dto.SignedIn | None:
        """Make that account; None where its address has to be confirmed first."""
        return await self._send(f"/social/pending/{browser}/signup", _PERHAPS, sent, caller)

    async def ways_in(self, user: int) -> social.WaysIn:
        """Return how a user can sign in."""
        return await self.client.get(f"/users/{user}/ways-in", _WAYS)

    async def link(
        self, user: int, sent: social.SocialLink, caller: Mapping[str, str]
    ) -> dto.SocialAccount:
        """Link whom a provider told about to a user."""
        return await self._send(f"/users/{user}/social-accounts", _ACCOUNT, sent, caller)

    async def unlink(self, user: int, account: int, caller: Mapping[str, str]) -> None:
        """Take an account elsewhere away from a user."""
        call = Call("DELETE", f"/users/{user}/social-accounts/{account}", headers=caller)
        await self.client.send(call, _ANY)

    async def set_first_password(
        self, user: int, sent: social.FirstPassword, caller: Mapping[str, str]
    ) -> dto.SignedIn | None:
        """Give a user who has no password one; the named session goes on under a new secret."""
        return await self._send(f"/users/{user}/first-password", _PERHAPS, sent, caller)

    async def _send[T](
        self, path: str, kind: TypeAdapter[T], sent: BaseModel, headers: Mapping[str, str]
    ) -> T:
        body = sent.model_dump_json().encode()
        return await self.client.send(Call("POST", path, None, body, headers=headers), kind)
