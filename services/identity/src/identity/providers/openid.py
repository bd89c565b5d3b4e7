"""OpenID Connect: the authorization code flow with PKCE, state and nonce.

Core 1.0, Discovery 1.0; RFC 7636 (PKCE), RFC 9207 (issuer in the answer). An ID token counts only
with a signature of a key that the issuer publishes, by an algorithm of a fixed list.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from httpx import AsyncClient
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from identity.providers import grant
from identity.providers.common import Coming, Going, Line, ProviderRefused, Told, told
from identity.providers.declared import Declared

ALGORITHMS: Final = ("RS256", "ES256")
"""Never "none", and none whose key could be the client's secret."""
SCOPE: Final = "openid email profile"
LEEWAY: Final = 60
"""Seconds that two clocks may differ."""
OLDEST: Final = 600
"""Seconds: a token was made for this sign-in, and not long before."""
_KEPT: Final = 3600.0
"""Seconds that a discovery document and keys are believed."""
_SOON: Final = 10.0
"""Seconds between two looks for a key that nobody knows, so that forged tokens cost nothing."""

_Endpoint = Annotated[str, StringConstraints(pattern=r"^https?://[^\s#]+$", max_length=2000)]


class Metadata(BaseModel):
    """The parts of a discovery document that are used."""

    issuer: str
    authorization_endpoint: _Endpoint
    token_endpoint: _Endpoint
    jwks_uri: _Endpoint
    userinfo_endpoint: _Endpoint | None = None
    token_endpoint_auth_methods_supported: list[str] = Field(
        default_factory=lambda: ["client_secret_basic"]
    )
    authorization_response_iss_parameter_supported: bool = False

    @property
    def method(self) -> grant.ClientMethod:
        """How to say at its token endpoint who asks; where it does not tell, as Core 1.0 has it."""
        known = self.token_endpoint_auth_methods_supported
        only_post = "client_secret_post" in known and "client_secret_basic" not in known
        return "client_secret_post" if only_post else "client_secret_basic"


class OpenID:
    """A provider that speaks OpenID Connect."""

    def __init__(self, declared: Declared, line: Line) -> None:
        self.declared = declared
        self._line = line
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._read_at = self._keys_at = float("-inf")

    async def start(self, going: Going) -> str:
        """Return the address to send a browser to."""
        async with self._line.talking(), AsyncClient(**self._line.options()) as client:
            metadata = await self._discover(client)
        more = {"nonce": going.nonce}
        if going.again:
            more |= {"max_age": "0", "prompt": "login"}
        endpoint = metadata.authorization_endpoint
        return grant.location(self.declared, endpoint, SCOPE, going, **more)

    async def check_issuer(self, iss: str) -> None:
        """Raise ProviderRefused where an answer says that it is of somebody else."""
        async with self._line.talking(), AsyncClient(**self._line.options()) as client:
            metadata = await self._discover(client)
        named = iss or metadata.authorization_response_iss_parameter_supported
        if named and iss != self.declared.issuer:
            raise ProviderRefused(f"This answer is not of {self.declared.name}.")

    async def finish(self, coming: Coming) -> Told:
        """Return who came back."""
        async with self._line.talking(), AsyncClient(**self._line.options()) as client:
            metadata = await self._discover(client)
            endpoint, method = metadata.token_endpoint, metadata.method
            token = await grant.exchange(client, self._line, endpoint, method, coming)
            claims = await self._claims(client, metadata, token.get("id_token"))
            self._check(claims, coming.nonce)
            if coming.since is not None:
                self._check_time(claims, coming.since)
            if "email" not in claims and metadata.userinfo_endpoint:
                more = await self._userinfo(client, metadata.userinfo_endpoint, token)
                if more.get("sub") != claims["sub"]:
                    raise self._line.garbage("user info of somebody else")
                claims = {**more, **claims}
        return told(
            subject=claims["sub"],
            username=claims.get("preferred_username") or claims.get("nickname"),
            email=claims.get("email"),
            proved=_moment(claims.get("auth_time")),
            # Some write the word.
            verified=claims.get("email_verified") is True or claims.get("email_verified") == "true",
        )

    async def _discover(self, client: AsyncClient) -> Metadata:
        """Return the discovery document, from memory where it was read not long ago."""
        if self._metadata is not None and time.monotonic() - self._read_at < _KEPT:
            return self._metadata
        where = f"{self.declared.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._line.read(client, where)
        try:
            metadata = Metadata.model_validate(found)
        except ValidationError as error:
            raise self._line.garbage("the discovery document lacks something") from error
        if metadata.issuer != self.declared.issuer:
            raise self._line.garbage("the discovery document is of another issuer")
        endpoints = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
        asked = (*endpoints, metadata.userinfo_endpoint or endpoints[0])
        if self.declared.encrypted and not all(url.startswith("https://") for url in asked):
            raise self._line.garbage("the discovery document names addresses without encryption")
        self._metadata, self._read_at = metadata, time.monotonic()
        return metadata

    async def _published(self, client: AsyncClient, metadata: Metadata, kid: object) -> KeySet:
        """Return the keys of the issuer; read anew where they are old, or lack the one."""
        age = time.monotonic() - self._keys_at
        known = self._keys
        if known is not None and (
            age < _SOON
            or (age < _KEPT and (kid is None or any(key.kid == kid for key in known.keys)))
        ):
            return known
        found = await self._line.read(client, metadata.jwks_uri)
        try:
            keys = [
                key
                for key in found["keys"]
                if key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
            ]
            self._keys = KeySet.import_key_set({"keys": keys})
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._line.garbage("its keys cannot be read") from error
        self._keys_at = time.monotonic()
        return self._keys

    async def _claims(self, client: AsyncClient, metadata: Metadata, raw: object) -> dict[str, Any]:
        """Return what an ID token says, if its signature holds."""
        if not isinstance(raw, str):
            raise self._line.garbage("no ID token")
        try:
            header = jws.extract_compact(raw.encode()).headers()
            keys = await self._published(client, metadata, header.get("kid"))
            return dict(jwt.decode(raw, keys, algorithms=list(ALGORITHMS)).claims)
        except (JoseError, ValueError, TypeError) as error:
            raise self._line.garbage("the ID token is not signed as it should be") from error

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        """Check that an ID token is of this issuer, for this site, this browser and now."""
        now = time.time()
        audience = claims.get("aud")
        audiences = [audience] if isinstance(audience, str) else audience
        party = claims.get("azp", self.declared.client_id)
        subject = claims.get("sub")
        wrong = (
            ("is of another issuer", claims.get("iss") != self.declared.issuer),
            (
                "is for somebody else",
                not isinstance(audiences, list)
                or self.declared.client_id not in audiences
                or party != self.declared.client_id
                or (len(audiences) > 1 and "azp" not in claims),
            ),
            ("is over", not _is_number(claims.get("exp")) or claims["exp"] < now - LEEWAY),
            (
                "was not made now",
                not _is_number(claims.get("iat"))
                or not now - OLDEST - LEEWAY < claims["iat"] < now + LEEWAY,
            ),
            (
                "is for another sign-in",
                not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
            ),
            (
                "names nobody",
                not isinstance(subject, str)
                or not 0 < len(subject) <= 255
                or not subject.isprintable(),
            ),
        )
        for what, is_wrong in wrong:
            if is_wrong:
                raise self._line.garbage(f"the ID token {what}")

    def _check_time(self, claims: Mapping[str, Any], since: datetime) -> None:
        """Check that somebody signed in there anew, and did not just happen to be."""
        when = claims.get("auth_time")
        if not _is_number(when) or float(str(when)) < since.timestamp() - LEEWAY:
            raise ProviderRefused(f"{self.declared.name} did not ask who you are.")

    async def _userinfo(
        self, client: AsyncClient, address: str, token: Mapping[str, Any]
    ) -> dict[str, Any]:
        bearer = f"Bearer {token.get('access_token', '')}"
        found = await self._line.read(client, address, Authorization=bearer)
        if not isinstance(found, dict):
            raise self._line.garbage("the user info is no object")
        return found


def _moment(value: object) -> datetime | None:
    """Return when somebody signed in there, None where that is not told, or is yet to come."""
    if not _is_number(value) or not 0 <= float(str(value)) <= time.time() + LEEWAY:
        return None
    return datetime.fromtimestamp(float(str(value)), UTC)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
