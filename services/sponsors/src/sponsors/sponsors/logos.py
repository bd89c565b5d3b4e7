"""Logos: pictures for the web in three sizes, and a file for print that only staff get."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from pathlib import PurePath
from typing import Any, Final
from xml.etree import ElementTree as ET

from PIL import Image

from contracts.files import Upload
from contracts.sponsors.dto import LARGE_LOGO, SMALL_LOGO
from servicekit import files, slugs, uploads
from servicekit.database import WriteSession
from servicekit.problems import Invalid

#: Begins the keys of logos that everybody may see.
PREFIX: Final = "sponsors/logos/"
#: Begins the keys of files for print.
PRINT_PREFIX: Final = f"{files.PRIVATE}sponsors/logos/"
_EPS: Final = (b"%!PS-Adobe", b"\xc5\xd0\xd3\xc6")
#: Elements that run, load or hold foreign things.
_ACTIVE: Final = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "handler", "audio", "video"}
)
#: What loads something, in rules of style.
_LOADS: Final = re.compile(r"(?i)@import|url\(\s*['\"]?[^#'\")\s]|expression\(|javascript:")
#: Attributes that may name something elsewhere.
_NAMING: Final = frozenset({"href", "src", "style"})


async def keep(session: WriteSession, sent: Upload, field: str) -> dict[str, Any]:
    """Keep a logo and the smaller pictures made of it; returns a `contracts` Logo as JSON.

    Bytes first, then the row: what a killed process leaves without a row is swept a day later.
    Raises Invalid where it is no picture, Unavailable where the store is away.
    """
    store = files.of(session)
    taken = await uploads.accept(sent.name, sent.data, place=("body", field))
    if not taken.is_picture or taken.width is None or taken.height is None:
        raise Invalid.field(["body", field], "The file is no picture.", "upload")
    stem = PurePath(taken.name).stem
    keys = {"key": f"{PREFIX}{taken.name}"}
    written = [(keys["key"], taken.data, taken.media_type)]
    for name, most in (("small_key", SMALL_LOGO), ("large_key", LARGE_LOGO)):
        if taken.width <= most:
            keys[name] = keys["key"]
            continue
        data = await asyncio.to_thread(_narrower, taken.data, most)
        keys[name] = f"{PREFIX}{stem}-{most}.png"
        written.append((keys[name], data, "image/png"))
    try:
        for key, data, media_type in written:
            await store.put(key, data, media_type)
    except files.FilesAway as error:
        raise files.away(error) from error
    return {**keys, "width": taken.width, "height": taken.height}


async def keep_print(session: WriteSession, sent: Upload, field: str) -> str:
    """Keep a logo for print; returns its key. EPS, PNG and SVG are taken.

    It is never shown in a page: staff save it. An SVG that does more than draw is refused.
    Raises Invalid, Unavailable.
    """
    store = files.of(session)
    name, data, media_type = await _printed(sent, field)
    key = f"{PRINT_PREFIX}{name}"
    try:
        await store.put(key, data, media_type)
    except files.FilesAway as error:
        raise files.away(error) from error
    return key


async def _printed(sent: Upload, field: str) -> tuple[str, bytes, str]:
    suffix = PurePath(sent.name).suffix.lower()
    place = ("body", field)
    if suffix == ".png":
        taken = await uploads.accept(sent.name, sent.data, place=place)
        if taken.is_picture:
            return taken.name, taken.data, taken.media_type
    if not sent.data or len(sent.data) > uploads.MOST_BYTES:
        said = f"The file is empty, or larger than {uploads.MOST_BYTES // 1024 // 1024} MB."
        raise Invalid.field(place, said, "upload")
    stem = slugs.slugify(PurePath(sent.name).stem)[:80] or "logo"
    name = f"{stem}-{hashlib.sha256(sent.data).hexdigest()[:8]}{suffix}"
    if suffix in {".eps", ".epsf", ".epsi"} and sent.data.startswith(_EPS):
        return name, sent.data, "application/postscript"
    if suffix == ".svg" and is_still(sent.data):
        return name, sent.data, "image/svg+xml"
    raise Invalid.field(place, "Taken are EPS, PNG, and SVG that does nothing but draw.", "upload")


def is_still(data: bytes) -> bool:
    """Tell whether bytes are an SVG without scripts, entities and things from elsewhere."""
    text = data.decode("utf-8", "replace")
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper() or "<?xml-stylesheet" in text:
        return False
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities were refused
    except (ET.ParseError, ValueError):
        return False
    if _local(root.tag) != "svg":
        return False
    return all(
        _local(one.tag) not in _ACTIVE
        and not (_local(one.tag) == "style" and _LOADS.search(one.text or ""))
        and not any(
            _local(name).startswith("on")
            or (_local(name) in _NAMING and _away(_local(name), value))
            for name, value in one.attrib.items()
        )
        for one in root.iter()
    )


def _away(name: str, value: str) -> bool:
    """Tell whether an attribute leads out of the picture."""
    return bool(_LOADS.search(value)) if name == "style" else not value.strip().startswith("#")


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()


def _narrower(data: bytes, width: int) -> bytes:
    """Return the first frame of a picture as a PNG of a width."""
    with Image.open(io.BytesIO(data)) as image:
        mode = "RGBA" if image.has_transparency_data else "RGB"
        height = max(1, round(image.height * width / image.width))
        small = image.convert(mode).resize((width, height), Image.Resampling.LANCZOS)
    to = io.BytesIO()
    small.save(to, "PNG", optimize=True)
    return to.getvalue()
