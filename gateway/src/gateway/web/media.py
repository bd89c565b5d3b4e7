"""Files of the services, from the store to the visitor: /media/…, and the old /m/….

The services write them (servicekit.files) and own them; here they are only passed on, in pieces,
with what a browser needs to know. What is below `private/` is passed on to whoever has a link that
its service signed, for as long as that says, and is kept by nobody on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from litestar import MediaType, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from gateway.cache.memory import path_key
from gateway.cache.paths import SAFE, canonical_path
from gateway.web.errors import Refusal
from gateway.web.forms import Refused
from gateway.web.headers import surrogate_key
from gateway.web.pages import NotFound, Redirect
from servicekit import links
from servicekit.files import PRIVATE, FilesAway, FileStore, Stored
from servicekit.links import Link
from servicekit.problems import Unavailable

if TYPE_CHECKING:
    from gateway.settings import Settings

#: Kinds that a browser shows; all others are saved. SVG may hold scripts and is not among them.
_SHOWN: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "pdf": "application/pdf",
}
_SAVED: Final = "application/octet-stream"
#: A file never changes under its key, but it may be withdrawn.
_KEEP: Final = "public, max-age=86400"
#: What a link was signed for is for who has it, and for nobody whom they tell of it.
_NO_KEEP: Final = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
#: Whatever it is, it runs nothing and asks for nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def media_handlers(settings: Settings) -> list[HTTPRouteHandler]:
    """Return the handlers of /media/ and /m/; without a store every file is unknown."""
    store = FileStore(settings.files_url) if settings.files_url else None

    async def media(request: Request[Any, Any, Any]) -> Response[Any]:
        path = canonical_path(request.scope)
        key = unquote(path).removeprefix("/media/")
        if store is None:
            raise NotFound
        private = key.startswith(PRIVATE)
        if private:
            _check(settings, key, request)
        try:
            found = await store.get(key)
        except FilesAway as error:
            raise Unavailable("Files cannot be had at the moment.") from error
        if found is None:
            raise NotFound
        kind = _SHOWN.get(key.rpartition(".")[2].lower())
        headers = _headers(found) | (_NO_KEEP if private else _kept(path))
        if found.etag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers, media_type=MediaType.TEXT)
        headers["Content-Length"] = str(found.size)
        if kind is None:
            headers["Content-Disposition"] = "attachment"
        if request.method == "HEAD":
            return Response(b"", headers=headers, media_type=kind or _SAVED)
        return Stream(found.chunks, headers=headers, media_type=kind or _SAVED)

    async def moved(request: Request[Any, Any, Any]) -> Response[Any]:
        rest = unquote(canonical_path(request.scope)).removeprefix("/m/").strip("/")
        parts = [part for part in rest.split("/") if part not in {"", ".", ".."}]
        raise Redirect("/media/" + quote("/".join(parts), safe=SAFE), 301)

    return [
        HTTPRouteHandler(
            path, http_method=["GET", "HEAD"], name=name, status_code=200, include_in_schema=False
        )(handler)
        for path, name, handler in (
            ("/media/{rest:path}", "media", media),
            ("/m/{rest:path}", "media:moved", moved),
        )
    ]


def _check(settings: Settings, key: str, request: Request[Any, Any, Any]) -> None:
    """Raise NotFound for what no service signed, Refused for a link whose time is over.

    Whoever has no link is not told whether there is such a file.
    """
    expires, signature = (request.query_params.get(name, "") for name in ("expires", "signature"))
    worth = links.check(settings.files_key, key, expires, signature)
    if worth is Link.FORGED:
        raise NotFound
    if worth is Link.OVER:
        message = "This link is no longer good. Load the page again that had it: it has a new one."
        raise Refused(Refusal(410, message))


def _headers(found: Stored) -> dict[str, str]:
    return {
        "Content-Security-Policy": _POLICY,
        "ETag": found.etag,
        "Last-Modified": found.modified.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }


def _kept(path: str) -> dict[str, str]:
    return {
        "Cache-Control": _KEEP,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Surrogate-Key": surrogate_key(path, frozenset({path_key(path)})),
    }
