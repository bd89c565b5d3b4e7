"""An authenticator in software: makes passkeys and signs with them as devices do (WebAuthn).

It does what a browser and a device do together, and what liars do where a test asks for that.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT: Final = 0x01
_VERIFIED: Final = 0x04
_CAN_BE_BACKED_UP: Final = 0x08
_BACKED_UP: Final = 0x10
_HAS_KEY: Final = 0x40


def encoded(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: int | str | bytes | dict[Any, Any]) -> bytes:
    """Return a value in the form of RFC 8949, as far as authenticators need it."""
    match value:
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case dict():
            parts = (cbor(part) for pair in value.items() for part in pair)
            return _head(5, len(value)) + b"".join(parts)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    if number < 256:
        return bytes([major << 5 | 24, number])
    return bytes([major << 5 | 25]) + struct.pack(">H", number)


@dataclass
class Authenticator:
    """One device with at most one passkey.

    Attributes:
        origin: The site that the browser shows.
        verifies: It asks its user for a finger or a PIN.
        backs_up: Its passkeys live in more than one device.
        counter: Uses so far; it stays 0 where `counts` is false.
    """

    origin: str
    verifies: bool = True
    backs_up: bool = False
    counts: bool = True
    counter: int = 0
    credential_id: bytes = b""
    handle: bytes = b""
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any], *, origin: str = "", challenge: str = "") -> str:
        """Make a passkey as `navigator.credentials.create` does; returns its JSON."""
        self.credential_id = secrets.token_bytes(32)
        self.handle = decoded(options["user"]["id"])
        point = self._key.public_key().public_numbers()
        key = cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        made = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + key
        data = self._data(options["rp"]["id"], _HAS_KEY) + made
        told = self._told("webauthn.create", challenge or options["challenge"], origin)
        statement = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            clientDataJSON=told, attestationObject=statement, transports=["internal", "hybrid"]
        )

    def get(
        self,
        options: dict[str, Any],
        *,
        origin: str = "",
        challenge: str = "",
        rp: str = "",
        counter: int | None = None,
        handle: bytes | None = None,
    ) -> str:
        """Use the passkey as `navigator.credentials.get` does; returns its JSON."""
        self.counter += self.counts
        data = self._data(rp or options["rpId"], 0, counter)
        told = self._told("webauthn.get", challenge or options["challenge"], origin)
        signed = data + hashlib.sha256(told).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=told,
            authenticatorData=data,
            signature=signature,
            userHandle=self.handle if handle is None else handle,
        )

    def _data(self, rp: str, flags: int, counter: int | None = None) -> bytes:
        flags |= _PRESENT
        flags |= _VERIFIED if self.verifies else 0
        flags |= _CAN_BE_BACKED_UP | _BACKED_UP if self.backs_up else 0
        count = self.counter if counter is None else counter
        return hashlib.sha256(rp.encode()).digest() + struct.pack(">BI", flags, count)

    def _told(self, kind: str, challenge: str, origin: str) -> bytes:
        shown = {"type": kind, "challenge": challenge, "origin": origin or self.origin}
        return json.dumps({**shown, "crossOrigin": False}).encode()

    def _credential(self, **response: bytes | list[str]) -> str:
        name = encoded(self.credential_id)
        told = {
            field: encoded(value) if isinstance(value, bytes) else value
            for field, value in response.items()
        }
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})
