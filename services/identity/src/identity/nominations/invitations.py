"""Links by which nominees answer without an account: signed, and kept nowhere.

    /nominations/<election>/<nomination>/answer/<signature>/

A signature is of one nomination, one address and one invitation: with another address, or once
the nominee was asked again, older links open nothing. They answer only while the window is open.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

from identity.nominations.models import Nomination
from identity.settings import Settings


def path(settings: Settings, row: Nomination, election_slug: str) -> str:
    """Return the path that a mail leads to."""
    return f"/nominations/{election_slug}/{row.id}/answer/{signature(settings, row)}/"


def signature(settings: Settings, row: Nomination) -> str:
    """Return what stands for the nominee: HMAC-SHA256, 43 characters."""
    message = f"nomination\n{row.id}\n{row.email.lower()}\n{row.invitations}".encode()
    key = settings.secret_key.get_secret_value().encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def fits(settings: Settings, row: Nomination, sha256: str) -> bool:
    """Tell whether a signature, named by its SHA-256 in hex, is that of the last invitation."""
    expected = hashlib.sha256(signature(settings, row).encode()).hexdigest()
    return row.invitations > 0 and hmac.compare_digest(expected, sha256)
