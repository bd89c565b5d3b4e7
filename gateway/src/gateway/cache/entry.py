"""One composed response, ready to be sent.

Everything that a hit needs is made once and kept: the start message with its headers, and the body
in each encoding that somebody has asked for. A hit adds its trace id and sends.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

import brotli  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterable

type Encoding = Literal["identity", "gzip", "br"]
type RawHeaders = tuple[tuple[bytes, bytes], ...]

#: Bodies below this many bytes fit a packet and are sent as they are.
COMPRESSIBLE = 860

_SUFFIX: dict[Encoding, str] = {"identity": "", "gzip": "-gz", "br": "-br"}


@dataclass(frozen=True, slots=True)
class Representation:
    """A response in one encoding: the headers of 200 and of 304, and the body."""

    etag: bytes
    headers: RawHeaders
    not_modified: RawHeaders
    body: bytes


@dataclass(slots=True, eq=False)
class Entry:
    """A composed response with what is known of its age.

    Attributes:
        key: Its place in the cache.
        path: Canonical path, for purges by address.
        status: 200, a redirect or 404.
        headers: What the response says, apart from those made per encoding.
        body: Uncompressed.
        keys: Surrogate keys.
        composed: When its composition began, in the time of `time.monotonic` of this process.
        fresh_for: Seconds after `composed` for which it is answered without asking.
        revalidate_for: Seconds after that for which it is answered while a new one is composed.
        stale_for: Seconds after `fresh_for` for which it may stand in where nothing newer is to be
            had.
        degraded: A block is missing.
        compressible: Whether encodings other than identity are offered.
        purged: One of its keys was dropped since, or nobody can say that none was.
        hold_until: After a failed composition: when the next one may be tried.
    """

    key: str
    path: str
    status: int
    headers: RawHeaders
    body: bytes
    keys: frozenset[str]
    composed: float
    fresh_for: float
    revalidate_for: float
    stale_for: float
    degraded: bool = False
    compressible: bool = True
    purged: bool = False
    hold_until: float = 0.0
    digest: str = ""
    _made: dict[Encoding, Representation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.digest:
            self.digest = hashlib.blake2b(self.body, digest_size=12).hexdigest()
        self.compressible = self.compressible and len(self.body) >= COMPRESSIBLE

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, with its compressed bodies, roughly and not too low."""
        return 2 * len(self.body) + 2048

    def fresh(self, now: float, bound: float) -> bool:
        """Tell whether it may be answered as it is; `bound` shortens `fresh_for`."""
        return not self.purged and now - self.composed < min(self.fresh_for, bound)

    def usable(self, now: float) -> bool:
        """Tell whether it may stand in for a page that cannot be had."""
        return now - self.composed < self.fresh_for + self.stale_for

    def revalidates(self, now: float) -> bool:
        """Tell whether it may be answered at once while a new one is composed behind it."""
        return not self.purged and now - self.composed < self.fresh_for + self.revalidate_for

    def represent(self, encoding: Encoding) -> Representation:
        """Return the response in one encoding, made on first use."""
        if not self.compressible:
            encoding = "identity"
        made = self._made.get(encoding)
        if made is None:
            made = self._made[encoding] = self._represent(encoding)
        return made

    def _represent(self, encoding: Encoding) -> Representation:
        if encoding == "gzip":
            return self._describe(encoding, gzip.compress(self.body, 6, mtime=0))
        if encoding == "br":
            # 5 compresses a page in a millisecond, 11 takes fifty of them for a tenth less.
            packed = brotli.compress(self.body, mode=brotli.MODE_TEXT, quality=5)
            return self._describe(encoding, packed)
        return self._describe(encoding, self.body)

    def _describe(self, encoding: Encoding, body: bytes) -> Representation:
        etag = f'"{self.digest}{_SUFFIX[encoding]}"'.encode()
        varying: list[tuple[bytes, bytes]] = [(b"etag", etag)] if self.status == 200 else []
        if self.compressible:
            varying.append((b"vary", b"Accept-Encoding"))
        described = list(varying)
        if encoding != "identity":
            described.append((b"content-encoding", encoding.encode()))
        return Representation(
            etag=etag,
            headers=(
                *self.headers,
                *described,
                (b"content-length", str(len(body)).encode()),
            ),
            # RFC 9110 15.4.5: only what would have been sent with 200 and guides the cache.
            not_modified=(
                *(item for item in self.headers if item[0] != b"content-type"),
                *varying,
            ),
            body=body,
        )

    def dump(self) -> bytes:
        """Write it for another process."""
        about = {
            "key": self.key,
            "path": self.path,
            "status": self.status,
            "headers": [[k.decode("latin-1"), v.decode("latin-1")] for k, v in self.headers],
            "keys": sorted(self.keys),
            "composed": time.time() - (time.monotonic() - self.composed),
            "fresh_for": self.fresh_for,
            "revalidate_for": self.revalidate_for,
            "stale_for": self.stale_for,
            "compressible": self.compressible,
            "digest": self.digest,
        }
        packed = self.represent("gzip").body if self.compressible else self.body
        return json.dumps(about, separators=(",", ":")).encode() + b"\n" + packed

    @classmethod
    def load(cls, data: bytes) -> Entry:
        """Read what `dump` wrote. Raises ValueError where it is anything else."""
        head, newline, packed = data.partition(b"\n")
        if not newline:
            raise ValueError("no body")
        try:
            about = cast("dict[str, Any]", json.loads(head))
            body = gzip.decompress(packed) if about["compressible"] else packed
            age = max(0.0, time.time() - float(about["composed"]))
            entry = cls(
                key=str(about["key"]),
                path=str(about["path"]),
                status=int(about["status"]),
                headers=raw_headers(about["headers"]),
                body=body,
                keys=frozenset(about["keys"]),
                composed=time.monotonic() - age,
                fresh_for=float(about["fresh_for"]),
                revalidate_for=float(about["revalidate_for"]),
                stale_for=float(about["stale_for"]),
                compressible=bool(about["compressible"]),
                digest=str(about["digest"]),
            )
        except (KeyError, TypeError, OSError, EOFError, zlib.error) as error:
            raise ValueError("not an entry") from error
        if entry.compressible:
            entry._made["gzip"] = entry._describe("gzip", packed)
        return entry


def raw_headers(pairs: Iterable[Iterable[str]]) -> RawHeaders:
    """Return headers as ASGI wants them."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs)


def choose_encoding(accepted: bytes) -> Encoding:
    """Return the best encoding of those in an Accept-Encoding header (RFC 9110 12.5.3)."""
    if accepted in _COMMON:
        return _COMMON[accepted]
    offered: dict[str, float] = {}
    for part in accepted[:256].decode("latin-1").lower().split(","):
        name, _, weight = part.strip().partition(";")
        try:
            offered[name.strip()] = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            offered[name.strip()] = 0.0
    other = offered.get("*", 0.0)
    for encoding in _PREFERRED:
        if offered.get(encoding, other) > 0:
            return encoding
    return "identity"


_PREFERRED: tuple[Encoding, ...] = ("br", "gzip")

#: What browsers and tools send, so that nothing need be parsed.
_COMMON: dict[bytes, Encoding] = {
    b"": "identity",
    b"identity": "identity",
    b"gzip": "gzip",
    b"gzip, deflate": "gzip",
    b"gzip, deflate, br": "br",
    b"gzip, deflate, br, zstd": "br",
}


def matches(etag: bytes, if_none_match: bytes) -> bool:
    """Tell whether a copy with `etag` is one of those in an If-None-Match header (weakly)."""
    if if_none_match == etag:
        return True
    if len(if_none_match) > 4096:
        return False
    candidates = (part.strip().removeprefix(b"W/") for part in if_none_match.split(b","))
    return any(candidate in {etag, b"*"} for candidate in candidates)
