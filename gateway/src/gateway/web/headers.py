"""Headers that every response has, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.cache.entry import RawHeaders
from gateway.web.guests import Guests

#: No inline script or style anywhere, nothing from elsewhere. Frames and forms stay on the site.
_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
}

_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone",
        "payment", "usb", "browsing-topics",
    )
)  # fmt: skip

#: A year, the least that the preload lists of browsers take.
_HSTS = "max-age=31536000; includeSubDomains"


def content_security_policy(more: Mapping[str, Sequence[str]]) -> str:
    """Return the policy of every page. `more` are hosts that a directive allows beside its own."""
    return "; ".join(
        " ".join((directive, own, *more.get(directive, ()))) for directive, own in _POLICY.items()
    )


def security_headers(*, hsts: bool, guests: Guests) -> RawHeaders:
    """Return the headers of every response. `hsts` only where the site is served by https."""
    headers = {
        "content-security-policy": content_security_policy(guests.sources()),
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": _PERMISSIONS,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if hsts:
        headers["strict-transport-security"] = _HSTS
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


def surrogate_key(path: str, keys: frozenset[str]) -> str:
    """Return the Surrogate-Key header: the site's key, the first path segment, the page's own.

    Fastly drops by these. The first two are as python.org has always sent them.
    """
    segment = path.split("/", 2)[1]
    own = sorted(key for key in keys if key != segment)
    return " ".join(("pydotorg-app", *((segment,) if segment else ()), *own))
