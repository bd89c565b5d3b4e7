"""Signed tokens between processes: short-lived Ed25519 JWTs.

The gateway and each worker sign with a key of their own; a service verifies against a JWKS that
it is given inline, as a file or by URL, and picks up new keys without a restart. A key says whose
it is, in the member `iss` of its JWK, and holds for tokens of that issuer only; an issuer may have
several keys.
"""

from __future__ import annotations

import asyncio
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from uuid import uuid4

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

#: The fully specified name of EdDSA on Ed25519 (RFC 9864).
ALGORITHM: Final = "Ed25519"
MAX_AGE: Final = 60.0
LEEWAY: Final = 5.0
_SOON: Final = 10.0
"""Seconds between two looks for a key id nobody knows, so that forged ids cost nothing."""

log = structlog.get_logger(__name__)


class TokenError(Exception):
    """A token does not hold; the message may be shown to its bearer."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a token says."""

    subject: str
    audience: str
    issuer: str
    staff: bool
    permissions: tuple[str, ...]
    expires: float
    token_id: str


class SigningKey:
    """A private Ed25519 key with its id, and whose it is."""

    def __init__(self, key: OKPKey) -> None:
        if not key.is_private or key.curve_name != "Ed25519":
            raise ValueError("a signing key is a private Ed25519 key")
        if not key.get("iss"):
            raise ValueError("a signing key says whose it is, in the member iss of its JWK")
        self._key = key
        self.kid: str = key.kid or key.thumbprint()
        self.issuer = str(key.get("iss"))

    @classmethod
    def generate(cls, kid: str, issuer: str) -> SigningKey:
        """Make a new key of the process `issuer`."""
        made = OKPKey.generate_key("Ed25519").as_dict(private=True)
        return cls(OKPKey.import_key({**made, "kid": kid, "iss": issuer}))

    @classmethod
    def load(cls, source: str) -> SigningKey:
        """Read a private JWK, given inline or as the path of a file.

        Where it has no key id, its RFC 7638 thumbprint serves. Raises ValueError or OSError.
        """
        text = source.strip()
        if not text.startswith("{"):
            text = Path(text).read_text(encoding="utf-8")
        return cls(OKPKey.import_key(json.loads(text)))

    def public(self) -> dict[str, Any]:
        """Return the public JWK."""
        return {**self._key.as_dict(private=False), "kid": self.kid, "alg": ALGORITHM, "use": "sig"}

    def private(self) -> dict[str, Any]:
        """Return the private JWK: a secret."""
        return {**self._key.as_dict(private=True), "kid": self.kid, "alg": ALGORITHM, "use": "sig"}

    def mint(
        self,
        *,
        subject: str,
        audience: str,
        permissions: Iterable[str] = (),
        staff: bool = False,
        lifetime: float = MAX_AGE,
    ) -> str:
        """Sign a token for the service `audience`, good for `lifetime` seconds."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "aud": audience,
            "iat": now,
            "exp": now + max(1, int(lifetime)),
            "jti": uuid4().hex,
            "staff": staff,
            "permissions": sorted(set(permissions)),
        }
        header = {"alg": ALGORITHM, "kid": self.kid, "typ": "JWT"}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])


def jwks(*keys: SigningKey) -> dict[str, Any]:
    """Return the JWKS that verifies what `keys` sign."""
    return {"keys": [key.public() for key in keys]}


class KeySet:
    """The keys whose tokens the service `audience` accepts.

    `source` is inline JSON, the path of a file, or an http(s) URL of a JWKS. `max_age` bounds
    `exp - iat` in seconds: a token that lives longer than its rule allows is refused.
    """

    def __init__(
        self, source: str, *, audience: str, refresh: float = 300.0, max_age: float = MAX_AGE
    ) -> None:
        self._source = source.strip()
        self._audience = audience
        self._refresh = refresh
        self._max_age = max_age
        self._keys: dict[str, OKPKey] = {}
        self._looked = float("-inf")
        self._lock = asyncio.Lock()
        self._forget()

    @property
    def inline(self) -> bool:
        """Whether the keys are part of the settings and so never change."""
        return self._source.startswith("{")

    @property
    def kids(self) -> frozenset[str]:
        """The ids of the keys known now."""
        return frozenset(self._keys)

    async def load(self) -> None:
        """Read the source. Raises TokenError where it cannot be read; old keys then stay."""
        self._looked = time.monotonic()
        try:
            self._keys = _read_keys(await self._fetch())
            self._forget()
        except (OSError, ValueError, httpx.HTTPError, JoseError) as error:
            raise TokenError("The keys that verify tokens cannot be read.") from error

    async def keep_fresh(self) -> None:
        """Read the source again and again, until cancelled."""
        while not self.inline:
            await asyncio.sleep(self._refresh)
            await self._try_load()

    async def verify(self, token: str) -> Claims:
        """Return what `token` says, or raise TokenError."""
        kid = _key_id(token)
        key = self._keys.get(kid)
        if key is None:
            await self._look_for(kid)
            key = self._keys.get(kid)
        if key is None:
            raise TokenError("The token is signed by an unknown key.")
        return self._check(self._signed(token, kid))

    def _decode(self, token: str, kid: str) -> Mapping[str, Any]:
        """Return the claims of a token that the key `kid` signed for its own issuer."""
        try:
            decoded = jwt.decode(token, self._keys[kid], algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            # A header of any shape reaches joserfc before the signature is looked at.
            raise TokenError("The token's signature does not hold.") from error
        if decoded.claims.get("iss") != self._keys[kid].get("iss"):
            raise TokenError("The token is not signed by a key of its issuer.")
        return MappingProxyType(decoded.claims)

    def _forget(self) -> None:
        """Keep the claims of tokens from here on: a caller brings the same one for a minute.

        A signature takes longer to check than most answers take to make. What was kept goes with
        the keys that it was checked by.
        """
        self._signed = lru_cache(maxsize=1024)(self._decode)

    async def _look_for(self, kid: str) -> None:
        async with self._lock:
            never = not self._keys
            if kid in self._keys or (self.inline and not never):
                return
            if time.monotonic() - self._looked >= _SOON or self._looked == float("-inf"):
                await self._try_load()

    async def _try_load(self) -> None:
        try:
            await self.load()
        except TokenError as error:
            log.warning("token keys cannot be read", error=repr(error.__cause__))

    async def _fetch(self) -> str:
        if self.inline:
            return self._source
        if self._source.startswith(("http://", "https://")):
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get(self._source)
                response.raise_for_status()
                return response.text
        return await asyncio.to_thread(Path(self._source).read_text, encoding="utf-8")

    def _check(self, claims: Mapping[str, Any]) -> Claims:
        now = time.time()
        audience, subject = claims.get("aud"), claims.get("sub")
        expires, issued = claims.get("exp"), claims.get("iat")
        permissions = claims.get("permissions", [])
        if not isinstance(expires, int | float) or not isinstance(issued, int | float):
            raise TokenError("The token does not say when it was made and when it ends.")
        if now > expires + LEEWAY:
            raise TokenError("The token has expired.")
        if issued > now + LEEWAY:
            raise TokenError("The token is not valid yet.")
        if expires - issued > self._max_age:
            raise TokenError(f"The token lives longer than {self._max_age:.0f} seconds.")
        if audience != self._audience:
            raise TokenError("The token is meant for another service.")
        if not isinstance(subject, str) or not subject:
            raise TokenError("The token does not say whose it is.")
        if not isinstance(permissions, list) or not all(isinstance(p, str) for p in permissions):
            raise TokenError("The token's permissions are not a list of names.")
        return Claims(
            subject=subject,
            audience=self._audience,
            issuer=str(claims.get("iss", "")),
            staff=claims.get("staff") is True,
            permissions=tuple(permissions),
            expires=float(expires),
            token_id=str(claims.get("jti", "")),
        )


def _key_id(token: str) -> str:
    """Return the `kid` of a token that has not been verified yet."""
    try:
        header = json.loads(urlsafe_b64decode(token.partition(".")[0] + "=="))
    except (ValueError, RecursionError) as error:
        raise TokenError("The token cannot be read.") from error
    kid = header.get("kid") if isinstance(header, dict) else None
    if not isinstance(kid, str):
        raise TokenError("The token does not name its key.")
    return kid


def _read_keys(text: str) -> dict[str, OKPKey]:
    """Return the Ed25519 keys of a JWKS by id; keys of other kinds are somebody else's.

    A key that does not say whose it is would hold for everybody, so it is not used.
    """
    document = json.loads(text)
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("not a JWKS")  # noqa: TRY004 - a wrong document, not a wrong call
    found = {}
    for key in keys:
        if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != ("OKP", "Ed25519"):
            continue
        kid, issuer = key.get("kid"), key.get("iss")
        if isinstance(kid, str) and isinstance(issuer, str) and issuer:
            members = ("kty", "crv", "x", "kid", "iss")
            found[kid] = OKPKey.import_key({name: key[name] for name in members})
        else:
            log.warning("a key without kid or iss is not used", kid=kid)
    return found
