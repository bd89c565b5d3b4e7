"""The authorization code grant of OAuth 2 (RFC 6749) with PKCE (RFC 7636)."""

from __future__ import annotations

from typing import Any, Final, Literal

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from identity.providers.common import Coming, Going, Line, ProviderRefused
from identity.providers.declared import Declared

#: How a site says at a token endpoint that it is itself.
type ClientMethod = Literal["client_secret_basic", "client_secret_post"]

_UNKNOWN_CODE: Final = frozenset({"invalid_grant", "bad_verification_code"})


def location(declared: Declared, endpoint: str, scope: str, going: Going, **more: str) -> str:
    """Return the address to send a browser to."""
    made = prepare_grant_uri(
        endpoint,
        declared.client_id,
        "code",
        redirect_uri=going.back,
        scope=scope,
        state=going.state,
        code_challenge=create_s256_code_challenge(going.verifier),
        code_challenge_method="S256",
        **more,
    )
    return str(made)


async def exchange(
    client: httpx.AsyncClient, line: Line, endpoint: str, method: ClientMethod, coming: Coming
) -> dict[str, Any]:
    """Return the tokens that a code stands for. Raises ProviderRefused, ProviderGarbage."""
    declared = line.declared
    proof = ClientAuth(declared.client_id, declared.client_secret.get_secret_value(), method)
    asked = prepare_token_request(
        "authorization_code",
        code=coming.code,
        redirect_uri=coming.back,
        code_verifier=coming.verifier,
    )
    plain = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
    }
    address, headers, body = proof.prepare("POST", endpoint, plain, asked)
    response = await client.post(address, headers=headers, content=body)
    if response.status_code >= 500:
        response.raise_for_status()
    try:
        found = response.json()
    except ValueError as error:
        raise line.garbage("no JSON for a code") from error
    if not isinstance(found, dict):
        raise line.garbage("no object for a code")
    # GitHub says so with 200, others with 400.
    if "error" in found or response.status_code != 200:
        reason = str(found.get("error", response.status_code))[:100]
        if reason in _UNKNOWN_CODE:
            raise ProviderRefused("The code does not hold, or no longer.")
        raise line.garbage(f"no token: {reason}")
    return found
