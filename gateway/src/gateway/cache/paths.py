"""The one spelling of an address that the cache knows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

if TYPE_CHECKING:
    from litestar.types import HTTPScope

#: What may stand in a path unencoded (RFC 3986 3.3).
SAFE = "/-._~!$&'()*+,;=:@"


def canonical_path(scope: HTTPScope) -> str:
    """Return the path as it was asked for, with its final slash, encoded in the only way."""
    return quote(unquote_to_bytes(scope["raw_path"]), safe=SAFE)
