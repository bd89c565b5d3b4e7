"""GitHub: OAuth 2 with PKCE, and its own API to ask who somebody is.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

from __future__ import annotations

from typing import Any, Final

from httpx import AsyncClient

from identity.providers import grant
from identity.providers.common import Coming, Going, Line, Told, told
from identity.providers.declared import Declared

SCOPE: Final = "read:user user:email"


class GitHub:
    """GitHub, or an installation of its Enterprise Server.

    It does not tell when somebody signed in there last, and so proves nothing again.
    """

    def __init__(self, declared: Declared, line: Line) -> None:
        self.declared = declared
        self._line = line

    async def start(self, going: Going) -> str:
        """Return the address to send a browser to."""
        endpoint = f"{self.declared.issuer.rstrip('/')}/login/oauth/authorize"
        return grant.location(self.declared, endpoint, SCOPE, going)

    async def check_issuer(self, iss: str) -> None:
        """Do nothing: answers of GitHub come to an address of their own, which tells them apart."""

    async def finish(self, coming: Coming) -> Told:
        """Return who came back, with the address that GitHub has confirmed."""
        async with self._line.talking(), AsyncClient(**self._line.options()) as client:
            where = f"{self.declared.issuer.rstrip('/')}/login/oauth/access_token"
            token = await grant.exchange(client, self._line, where, "client_secret_post", coming)
            user = await self._ask(client, "/user", token)
            addresses = await self._ask(client, "/user/emails", token)
        number = user.get("id") if isinstance(user, dict) else None
        if (
            not isinstance(number, int)
            or isinstance(number, bool)
            or not isinstance(addresses, list)
        ):
            raise self._line.garbage("the user is not told")
        found = [row for row in addresses if isinstance(row, dict) and row.get("primary") is True]
        primary: dict[str, Any] = found[0] if found else {}
        return told(
            # Names of users change hands, numbers do not.
            subject=str(number),
            username=user.get("login"),
            email=primary.get("email"),
            verified=primary.get("verified") is True,
        )

    async def _ask(self, client: AsyncClient, path: str, token: dict[str, Any]) -> Any:  # noqa: ANN401
        bearer = f"Bearer {token.get('access_token', '')}"
        where = f"{self.declared.api.rstrip('/')}{path}"
        return await self._line.read(client, where, Authorization=bearer)
