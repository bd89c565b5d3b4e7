"""Closing a banner for oneself, on pages that are the same for everybody.

Pages with a banner are kept and shared, so none of them can be made without it for one visitor.
Which banners somebody has closed is a cookie, and a style sheet made of that cookie hides them: it
is the one thing that a browser asks for beside the page, it works without a script, and nothing is
seen of the banner before it goes, since a page is not painted before its style sheets are there. A
browser asks for it with every page that has a banner: what it keeps it would go on using after the
cookie changed, whatever `Vary` says. It is a few bytes, made of the cookie alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie

from gateway.auth.cookies import read
from gateway.cache.paths import SAFE
from gateway.web.forms import read_fields

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler
    from litestar.types import HTTPScope

    from gateway.web.forms import FormGuard

COOKIE: Final = "banners-closed"
#: The newest so many are remembered, for so many seconds.
_MOST: Final = 20
_AGE: Final = 180 * 24 * 3600
_LONGEST: Final = 12
_BYTES: Final = 8 * 1024


def closed(scope: HTTPScope) -> list[int]:
    """Return the ids of the banners that a visitor closed, the newest last."""
    value = read(scope, COOKIE) or ""
    found = [part for part in value.split(".") if part.isascii() and part.isdecimal()]
    return [int(part) for part in found if len(part) <= _LONGEST][-_MOST:]


def dismissal_handlers(guard: FormGuard, *, secure: bool) -> list[HTTPRouteHandler]:
    """Return the handlers that close banners and hide those that were closed."""

    @get("/banners/dismissed.css", include_in_schema=False)
    async def hide(request: Request[Any, Any, Any]) -> Response[str]:
        names = ",".join(f"#banner-{number}" for number in closed(request.scope))
        return Response(
            f"{names}{{display:none}}\n" if names else "",
            media_type="text/css",
            headers={"Cache-Control": "private, no-cache", "Vary": "Cookie"},
        )

    @post(
        "/banners/{number:int}/dismiss/",
        status_code=303,
        include_in_schema=False,
        request_max_body_size=_BYTES,
    )
    async def close(request: Request[Any, Any, Any], number: int) -> Response[bytes]:
        # The page with the form is anybody's, so it holds no token; where the form was sent from
        # is enough for what can be done with it.
        guard.check_origin(request.scope)
        fields = read_fields(request.headers.get("content-type", ""), await request.body())
        kept = [one for one in closed(request.scope) if one != number]
        kept += [number] if 0 < number < 10**_LONGEST else []
        return Response(
            b"",
            media_type="text/html",
            headers={"Location": _back(fields.get("next", "")), "Cache-Control": "no-store"},
            cookies=[
                Cookie(
                    COOKIE,
                    value=".".join(str(one) for one in kept[-_MOST:]),
                    max_age=_AGE,
                    secure=secure,
                    httponly=True,
                    samesite="lax",
                )
            ],
        )

    return [hide, close]


def _back(path: str) -> str:
    """Return where the visitor came from, if that is a page of this site."""
    fine = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return quote(path, safe=SAFE + "%") if fine and path.isprintable() else "/"
