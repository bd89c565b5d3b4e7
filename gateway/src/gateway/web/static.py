"""Static files: bundled, hashed, compressed once at the start, answered from memory.

A file `css/site.css` is published as `/static/css/site.<hash>.css` and may be kept for ever. Its
plain name works too, and so does the hash of another build, because a page that was composed
before a deployment may still be shown; both are kept for minutes only. Style sheets are bundled
with what they import and minified; what they and scripts refer to is rewritten to hashed names.

An operator may lay a folder over it: files that are not of this build but that others link to are
served from its `static/` and `images/`, and a few well-known pictures lead to their successors.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
import lightningcss

from gateway.cache.entry import COMPRESSIBLE, Encoding, RawHeaders, choose_encoding, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar.types import HTTPScope, Send

STATIC = Path(__file__).parent.parent / "static"
PREFIX = "/static/"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_TEXTUAL = frozenset({".css", ".js", ".json", ".svg", ".txt", ".webmanifest", ".ico"})

_FOR_EVER = b"public, max-age=31536000, immutable"
_FOR_MINUTES = b"public, max-age=300"
#: As the files of the site's former incarnation were served.
_FOR_A_WEEK = b"public, max-age=604800"

_HASHED = re.compile(r"^(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.[a-z0-9]+)$")
_CSS_IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?["']([^"']+)["']""")
_CSS_URL = re.compile(
    r"""url\(\s*(?P<quote>["']?)(?P<ref>[^"')#?]+)(?P<rest>[^"')]*)(?P=quote)\s*\)"""
)
_JS_IMPORT = re.compile(
    r"""(?P<lead>\b(?:from|import)\s*\(?\s*)(?P<quote>["'])(?P<ref>\.{1,2}/[^"']+)(?P=quote)"""
)

#: What other sites link to, and what of this build stands for it.
_SUCCESSORS = {
    "/static/img/python-logo.png": "img/mark.svg",
    "/static/img/python-logo@2x.png": "img/mark.svg",
    "/static/community_logos/python-logo.png": "img/mark.svg",
    "/static/favicon.ico": "img/mark.svg",
    "/images/python-logo.gif": "img/mark.svg",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One published file."""

    name: str
    url: str
    media_type: str
    digest: str
    bodies: dict[Encoding, bytes]


class StaticFiles:
    """All published files, by name.

    Args:
        folder: Where they are.
        overlay: The operator's folder.
        reload: Build again whenever a file has changed, for development.
    """

    def __init__(
        self, folder: Path = STATIC, overlay: Path | None = None, *, reload: bool = False
    ) -> None:
        self.folder = folder
        self.overlay = overlay.resolve() if overlay else None
        self.reload = reload
        self.assets: dict[str, Asset] = {}
        self._stamp = -1.0
        self._build()

    @property
    def fingerprint(self) -> str:
        """A hash of everything published."""
        return hashlib.sha256(
            "\n".join(sorted(asset.url for asset in self.assets.values())).encode()
        ).hexdigest()[:16]

    def url(self, name: str) -> str:
        """Return the address of a file, e.g. of `css/site.css`. Raises KeyError."""
        self._refresh()
        return self.assets[name].url

    async def answer(self, scope: HTTPScope, send: Send) -> bool:
        """Answer a GET or HEAD below /static/ or /images/; False where there is no such file."""
        self._refresh()
        path = scope["path"]
        name = path.removeprefix(PREFIX) if path.startswith(PREFIX) else ""
        asset, lifetime = self.assets.get(name), _FOR_MINUTES
        if asset is None and (hashed := _HASHED.match(name)):
            asset = self.assets.get(hashed["stem"] + hashed["suffix"])
            if asset is not None and asset.url == path:
                lifetime = _FOR_EVER
        if asset is not None:
            await _send_asset(asset, lifetime, scope, send)
            return True
        if self.overlay is not None:
            body = await asyncio.to_thread(_read_below, self.overlay, path)
            if body is not None:
                await _send_overlaid(path, body, scope, send)
                return True
        successor = self.assets.get(_SUCCESSORS.get(path, ""))
        if successor is not None:
            headers = [(b"location", successor.url.encode()), (b"cache-control", _FOR_MINUTES)]
            await _send(302, [*headers, _ANYWHERE], b"", scope, send)
            return True
        return False

    def _refresh(self) -> None:
        if self.reload and self._newest() != self._stamp:
            self._build()

    def _newest(self) -> float:
        return max((path.stat().st_mtime for path in self._files()), default=0.0)

    def _files(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.rglob("*")) if path.suffix in _TYPES)

    def _build(self) -> None:
        self.assets = {}
        self._stamp = self._newest()
        sources = {path.relative_to(self.folder).as_posix(): path for path in self._files()}
        parts = {
            posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            for name, path in sources.items()
            if path.suffix == ".css"
            for target in _CSS_IMPORT.findall(path.read_text())
        }
        for name in sources.keys() - parts:
            self._publish(name, sources, ())

    def _publish(self, name: str, sources: dict[str, Path], above: tuple[str, ...]) -> Asset | None:
        """Publish a file after those that it refers to; None for a reference to nothing of ours."""
        if name in self.assets:
            return self.assets[name]
        if name not in sources:
            return None
        if name in above:
            raise ValueError(f"static files refer to each other in a circle: {(*above, name)}")
        path = sources[name]
        rewrite = partial(self._rewrite, name, sources, (*above, name))
        if path.suffix == ".css":
            text = lightningcss.bundle_css(str(path), minify=True)
            body = _CSS_URL.sub(rewrite, text).encode()
        elif path.suffix == ".js":
            body = _JS_IMPORT.sub(rewrite, path.read_text()).encode()
        else:
            body = path.read_bytes()
        asset = self.assets[name] = _make_asset(name, body)
        return asset

    def _rewrite(
        self,
        name: str,
        sources: dict[str, Path],
        above: tuple[str, ...],
        match: re.Match[str],
    ) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["ref"]))
        asset = self._publish(target, sources, above)
        return match[0].replace(match["ref"], asset.url) if asset else match[0]


def _make_asset(name: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:12]
    stem, suffix = posixpath.splitext(name)
    bodies: dict[Encoding, bytes] = {"identity": body}
    if suffix in _TEXTUAL and len(body) >= COMPRESSIBLE:
        bodies |= _compressed(body)
    return Asset(name, f"{PREFIX}{stem}.{digest}{suffix}", _TYPES[suffix], digest, bodies)


@lru_cache(maxsize=100)
def _compressed(body: bytes) -> dict[Encoding, bytes]:
    """Compress as far as it goes. Kept, for it takes long and a change is one of few files."""
    return {
        "gzip": gzip.compress(body, 9, mtime=0),
        "br": brotli.compress(body, quality=11),
    }


#: Pictures and styles of this site are linked to from others, and may be.
_ANYWHERE = (b"cross-origin-resource-policy", b"cross-origin")


async def _send_asset(asset: Asset, lifetime: bytes, scope: HTTPScope, send: Send) -> None:
    asked = dict(scope["headers"])
    encoding = choose_encoding(asked.get(b"accept-encoding", b""))
    if encoding not in asset.bodies:
        encoding = "identity"
    etag = f'"{asset.digest}-{encoding}"'.encode()
    headers = [(b"cache-control", lifetime), (b"etag", etag), _ANYWHERE]
    if len(asset.bodies) > 1:
        headers.append((b"vary", b"Accept-Encoding"))
    if matches(etag, asked.get(b"if-none-match", b"")):
        await _send(304, headers, b"", scope, send)
        return
    if encoding != "identity":
        headers.append((b"content-encoding", encoding.encode()))
    headers.append((b"content-type", asset.media_type.encode()))
    await _send(200, headers, asset.bodies[encoding], scope, send)


async def _send_overlaid(path: str, body: bytes, scope: HTTPScope, send: Send) -> None:
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'.encode()
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = [(b"cache-control", _FOR_A_WEEK), (b"etag", etag), _ANYWHERE]
    if matches(etag, dict(scope["headers"]).get(b"if-none-match", b"")):
        await _send(304, headers, b"", scope, send)
        return
    await _send(200, [*headers, (b"content-type", media_type.encode())], body, scope, send)


async def _send(
    status: int, headers: list[tuple[bytes, bytes]], body: bytes, scope: HTTPScope, send: Send
) -> None:
    about: RawHeaders = tuple(headers)
    if status != 304:
        about = (*about, (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": about})
    sent = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": sent, "more_body": False})


def _read_below(folder: Path, path: str) -> bytes | None:
    """Return the file at an address below a folder; None where there is none, or it is outside."""
    parts = path.split("/")[1:]
    if any(part.startswith(".") or not part for part in parts):
        return None  # a way out of static/ or images/, or a file that is hidden
    try:
        file = folder.joinpath(*parts).resolve()
        if file.is_relative_to(folder / parts[0]) and file.is_file():
            return file.read_bytes()
    except (OSError, ValueError):
        return None
    return None
