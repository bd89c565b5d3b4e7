"""Links to private files: signed by the service that owns one, checked by who passes it on.

    links.sign(settings, "private/sponsors/contracts/5f…/statement-of-work.pdf")
    → "/media/private/sponsors/contracts/5f…/statement-of-work.pdf?expires=…&signature=…"

A link opens one file for a while, for whoever has it: so a service makes it for somebody who may
read the file, at the moment that they ask, and nobody keeps it. Both sides have one secret,
`PYDOTORG_FILES_KEY`; with a new one, links that were given out open nothing any more.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from pydantic import Field, SecretStr

from servicekit.files import PRIVATE, FileSettings
from servicekit.problems import Unavailable

#: Seconds that a link opens its file: long enough to press a button on the page that has it.
SECONDS: Final = 900
#: The longest that a link may be asked for.
MOST_SECONDS: Final = 7 * 24 * 3600
_SHORTEST: Final = 32

FilesKey = Annotated[SecretStr, Field(min_length=_SHORTEST)]


class PrivateFileSettings(FileSettings):
    """Settings of a service that keeps files which are not for everybody."""

    #: Signs links to private files; the gateway has the same. Without it there are no links.
    files_key: FilesKey | None = None


class Link(StrEnum):
    """What a link is worth."""

    GOOD = "good"
    OVER = "over"
    FORGED = "forged"


def sign(settings: PrivateFileSettings, key: str, *, seconds: int = SECONDS) -> str:
    """Return the path and query that open a private file for some seconds.

    Raises ValueError for a key that is not private, or for more than MOST_SECONDS; Unavailable
    where the process has no secret.
    """
    if not key.startswith(PRIVATE):
        raise ValueError("what is public needs no signature")
    if not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"a link is good for 1 to {MOST_SECONDS} seconds")
    if settings.files_key is None:
        raise Unavailable("This process cannot sign links to files (PYDOTORG_FILES_KEY).")
    expires = str(int(time.time()) + seconds)
    query = {"expires": expires, "signature": _signature(settings.files_key, key, expires)}
    return f"/media/{quote(key)}?{urlencode(query)}"


def check(secret: SecretStr | None, key: str, expires: str, signature: str) -> Link:
    """Tell what a link to `key` is worth; without a secret, none is worth anything."""
    if secret is None or not key.startswith(PRIVATE):
        return Link.FORGED
    expected = _signature(secret, key, expires)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return Link.FORGED
    # What was signed here is a number.
    return Link.GOOD if int(expires) >= time.time() else Link.OVER


def _signature(secret: SecretStr, key: str, expires: str) -> str:
    message = f"file\n{key}\n{expires}".encode()
    digest = hmac.new(secret.get_secret_value().encode(), message, hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
