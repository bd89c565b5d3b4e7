"""Secrets and signatures of webhooks, as Standard Webhooks has them (standardwebhooks.com)."""

from __future__ import annotations

import base64
import secrets as random
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook as Signer

PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new() -> bytes:
    """Return a new secret."""
    return random.token_bytes(_BYTES)


def shown(secret: bytes) -> str:
    """Return a secret as its owner is told it, and as libraries of receivers take it."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(name: str, body: str, at: datetime, secrets: Sequence[bytes]) -> dict[str, str]:
    """Return the headers of a message that is sent at a time with a zone, signed by each secret."""
    signatures = (Signer(secret).sign(name, at, body) for secret in secrets)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
