"""Cookies with secrets in them, that only the identity service can turn into somebody."""

from __future__ import annotations

import hashlib
import re
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from litestar.datastructures import Cookie

if TYPE_CHECKING:
    from litestar.types import HTTPScope

#: 256 random bits as the identity service writes them.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
#: The identity service ends a session that is not used; the browser may keep its name for longer.
_REMEMBERED = 14 * 86400
#: To a provider and back, and then to sign up.
_ERRAND = 45 * 60


def read(scope: HTTPScope, name: str) -> str | None:
    """Return the value of a cookie, None where there is none or the header cannot be read."""
    cookies: SimpleCookie = SimpleCookie()
    for header, value in scope["headers"]:
        if header == b"cookie":
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:
                return None
    morsel = cookies.get(name)
    return None if morsel is None else morsel.value


class _SecretCookie:
    """A cookie that holds a secret.

    Args:
        name: Of the cookie, without its prefix.
        secure: The site is visited by https. Then the prefix makes browsers refuse the cookie
            unless it came by https, from this host, for all of it.
    """

    def __init__(self, name: str, *, secure: bool) -> None:
        self.name = f"__Host-{name}" if secure else name
        self.secure = secure

    def secret(self, scope: HTTPScope) -> str | None:
        """Return the secret that the browser brings, None where it could not be one of ours."""
        value = read(scope, self.name)
        return value if value is not None and _SECRET.fullmatch(value) else None

    def take(self) -> Cookie:
        """Return the cookie that ends it."""
        return self._make("", 0)

    def _make(self, value: str, age: int | None) -> Cookie:
        return Cookie(
            self.name,
            value=value,
            path="/",
            max_age=age,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


class SessionCookie(_SecretCookie):
    """Names the session of somebody who is signed in."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__("session", secure=secure)

    def give(self, secret: str, *, remember: bool) -> Cookie:
        """Return the cookie of a new session; without `remember` it ends with the browser."""
        return self._make(secret, _REMEMBERED if remember else None)


class ErrandCookie(_SecretCookie):
    """Names a browser that goes to a provider, so that no other can come back in its place."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__("errand", secure=secure)

    def give(self, secret: str) -> Cookie:
        """Return the cookie of a browser that goes."""
        return self._make(secret, _ERRAND)


def sha256(secret: str) -> str:
    """Return by what a secret is named everywhere but in its cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()
