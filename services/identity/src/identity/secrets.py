"""Secrets that people and programs carry: made here, kept as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from identity.settings import Settings


def new() -> str:
    """Return 256 random bits, as a word that fits into an address or a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Return what is kept of a secret. It is random, so a plain SHA-256 cannot be guessed."""
    return hashlib.sha256(secret.encode()).digest()


def seal(settings: Settings, value: bytes, user_id: int) -> bytes:
    """Encrypt what the service has to read again; it opens for the same user only."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_key(settings)).encrypt(nonce, value, str(user_id).encode())


def unseal(settings: Settings, sealed: bytes, user_id: int) -> bytes:
    """Decrypt what `seal` made. Raises InvalidTag where key or user are others."""
    return AESGCM(_key(settings)).decrypt(sealed[:12], sealed[12:], str(user_id).encode())


def _key(settings: Settings) -> bytes:
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, b"seal", hashlib.sha256).digest()


def pseudonym(settings: Settings, value: str) -> str:
    """Return what is kept of an IP address: equal for equal ones, and nothing to try out.

    There are few IPv4 addresses, so the hash is keyed.
    """
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, b"address:" + value.encode(), hashlib.sha256).hexdigest()[:32]
