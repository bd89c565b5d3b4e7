"""What may be kept of the files that people send: known kinds, told by their content.

Pictures are decoded and written anew, so that nothing is left in them but the picture: no place
and no camera, nothing behind the last pixel, and no second meaning as another kind of file.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, ImageSequence

from servicekit.problems import Invalid

#: Bytes of one file.
MOST_BYTES: Final = 10 * 1024 * 1024
#: Pixels of one picture, all its frames together: what a small file may unpack to.
MOST_PIXELS: Final = 40_000_000
MOST_FRAMES: Final = 200

_PICTURES: Final = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
}
#: Documents by the end of their name: their type, and what they begin with.
_DOCUMENTS: Final[dict[str, tuple[str, bytes]]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "zip": ("application/zip", b"PK\x03\x04"),
    "odt": ("application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", b"PK\x03\x04"),
    "odp": ("application/vnd.oasis.opendocument.presentation", b"PK\x03\x04"),
    "gz": ("application/gzip", b"\x1f\x8b"),
    "txt": ("text/plain", b""),
    "csv": ("text/csv", b""),
}
#: What Pillow raises of what is no picture, a broken one or a trap.
_BROKEN: Final = (
    *(OSError, ValueError, SyntaxError, EOFError, MemoryError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
_WORDS: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept. A document has no width and height."""

    name: str
    media_type: str
    data: bytes
    sha256: str
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture."""
        return self.width is not None


async def accept(name: str, data: bytes, *, place: tuple[str | int, ...]) -> Accepted:
    """Return what is kept of a file.

    The name of what is kept is made of the one it had, of a piece of its hash and of what it is,
    `logo-1f8a6c2e.png`, so that two files never have the same.

    Raises Invalid at `place` where it is too large, of no kind that is taken, or broken.
    """
    try:
        return await asyncio.to_thread(_accept, name, data)
    except _Refused as error:
        raise Invalid.field(place, str(error), "upload") from error


class _Refused(Exception):
    """Why a file is not taken, for people."""


def _accept(name: str, data: bytes) -> Accepted:
    if not data:
        raise _Refused("The file is empty.")
    if len(data) > MOST_BYTES:
        raise _Refused(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.")
    stem, _, suffix = name.rpartition(".")
    known = _DOCUMENTS.get(suffix.lower())
    if known is not None:
        media_type, mark = known
        if not data.startswith(mark) or (not mark and not _is_text(data)):
            raise _Refused(f"The file is called .{suffix} and is none.")
        return _accepted(stem, suffix.lower(), media_type, data)
    return _picture(stem or name, data)


def _picture(stem: str, data: bytes) -> Accepted:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(_PICTURES)) as image:
                kind = str(image.format)
                _bound(image)
                anew, size = _anew(image, kind)
    except _Refused:
        raise
    except _BROKEN as error:
        kinds = ", ".join([*(end for _, end in _PICTURES.values()), *_DOCUMENTS])
        raise _Refused(f"The file is of no kind that is taken, or broken. Taken: {kinds}.") from (
            error
        )
    media_type, suffix = _PICTURES[kind]
    return _accepted(stem, suffix, media_type, anew, size)


def _bound(image: Image.Image) -> None:
    """Refuse a picture before its pixels are unpacked."""
    frames = getattr(image, "n_frames", 1)
    if frames > MOST_FRAMES or image.width * image.height * frames > MOST_PIXELS:
        raise _Refused("The picture has too many pixels.")


def _anew(image: Image.Image, kind: str) -> tuple[bytes, tuple[int, int]]:
    """Return a picture written anew, turned the way its camera was held, and its size."""
    to = io.BytesIO()
    if getattr(image, "is_animated", False):
        frames = [_bare(frame) for frame in ImageSequence.Iterator(image)]
        frames[0].save(
            to,
            kind,
            save_all=True,
            append_images=frames[1:],
            duration=image.info.get("duration", 100),
            loop=image.info.get("loop", 0),
        )
        return to.getvalue(), frames[0].size
    upright = _bare(ImageOps.exif_transpose(image))
    upright.save(to, kind, quality=88, optimize=True)
    return to.getvalue(), upright.size


def _bare(image: Image.Image) -> Image.Image:
    """Return the pixels of a picture, and nothing that was said of them."""
    copied = image.copy()
    copied.info = {
        name: value for name, value in copied.info.items() if name in {"transparency", "duration"}
    }
    return copied


def _accepted(
    stem: str, suffix: str, media_type: str, data: bytes, size: tuple[int, int] | None = None
) -> Accepted:
    digest = hashlib.sha256(data).hexdigest()
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = _WORDS.sub("-", plain).strip("-")[:80] or "file"
    width, height = size or (None, None)
    return Accepted(f"{words}-{digest[:8]}.{suffix}", media_type, data, digest, width, height)


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
