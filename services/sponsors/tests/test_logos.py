"""Logos: what is taken, what is made of it, and what goes."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from PIL import Image
from services.sponsors.tests.desk import CONTACT, SPONSOR, Catalogue, picture, upload

from servicekit.files import FileStore
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows
from sponsors.dates import today
from sponsors.settings import Settings
from sponsors.sponsors import logos, tasks

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/>%s</svg>'


def bomb() -> bytes:
    """Return a small PNG that unpacks to more pixels than anybody should."""
    to = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(to, "PNG")
    return to.getvalue()


async def _bytes(settings: Settings, key: str) -> bytes:
    found = await FileStore(str(settings.files_url)).get(key)
    assert found is not None, key
    return b"".join([chunk async for chunk in found.chunks])


async def test_what_is_taken(api: Api, rows: Rows, settings: Settings) -> None:
    await Catalogue(api).begin()
    last = await rows.last()
    refused: list[tuple[str, dict[str, Any]]] = [
        ("web_logo", upload("a.svg", SVG % b"")),
        ("web_logo", upload("a.png", b"")),
        ("web_logo", upload("a.png", b"GIF89a and nothing more")),
        ("web_logo", upload("a.png", bomb())),
        ("web_logo", upload("a.pdf", b"%PDF-1.7")),
        ("white_logo", upload("a.txt", b"words")),
        ("print_logo", upload("a.eps", b"no postscript")),
        ("print_logo", upload("a.exe", b"MZ")),
        ("print_logo", upload("a.svg", SVG % b"<script>1</script>")),
        ("print_logo", upload("a.svg", SVG % b'<a href="javascript:1"/>')),
        ("print_logo", upload("a.svg", SVG % b'<image href="https://x.example/a.png"/>')),
        ("print_logo", upload("a.svg", SVG % b'<g onload="1"/>')),
        ("print_logo", upload("a.svg", SVG % b"<style>@import 'x'</style>")),
        ("print_logo", upload("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % b"&a;")),
    ]
    for field, sent in refused:
        answer = await api.post("/sponsors", SPONSOR | {field: sent})
        assert answer.status_code == 400, (field, sent["name"], answer.text)
        assert answer.json()["errors"][0]["loc"] == ["body", field]
    assert await rows.last() == last
    # A camera's notes are gone, and two smaller pictures are made.
    photo = Image.new("RGB", (800, 400), (9, 99, 9))
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    to = io.BytesIO()
    photo.save(to, "JPEG", exif=exif)
    taken = {
        "web_logo": upload("photo.jpg", to.getvalue()),
        "white_logo": upload("white.png", picture(100, 50)),
        "print_logo": upload("Logo of us.svg", SVG % b'<use href="#a"/>'),
    }
    made = await api.made("/sponsors", SPONSOR | taken)
    web, white = made["web_logo"], made["white_logo"]
    assert (web["width"], web["height"]) == (800, 400)
    assert b"Camera" not in await _bytes(settings, web["key"])
    for name, width in (("small_key", 175), ("large_key", 350)):
        small = Image.open(io.BytesIO(await _bytes(settings, web[name])))
        assert (small.format, small.width) == ("PNG", width)
    assert white["small_key"] == white["large_key"] == white["key"]
    assert made["print_logo"].startswith("private/sponsors/logos/logo-of-us-")
    # What is not sent stays, and what is dropped goes.
    kept = [CONTACT | {"id": made["contacts"][0]["id"]}]
    sent = SPONSOR | {"web_logo": None, "drop_white_logo": True, "contacts": kept}
    changed = (await api.put(f"/sponsors/{made['id']}", sent)).json()
    assert (changed["web_logo"], changed["white_logo"]) == (web, None)
    assert changed["print_logo"] == made["print_logo"]


async def test_files_without_a_sponsor_go(
    api: Api, context: TaskContext, settings: Settings
) -> None:
    made = await api.made("/sponsors", SPONSOR)
    store = FileStore(str(settings.files_url))
    lost = f"{logos.PREFIX}lost.png"
    await store.put(lost, b"x", "image/png")
    assert ", 0 without" in await tasks.sweep(context)
    with time_machine.travel(today() + timedelta(days=3), tick=False):
        said = await tasks.sweep(context)
    assert ", 0 without" not in said
    assert await store.get(lost) is None
    assert await store.get(made["web_logo"]["small_key"]) is not None


@pytest.mark.parametrize("text", ["", "<svg", "<html/>", "\0"])
def test_what_is_no_svg_is_refused(text: str) -> None:
    assert not logos.is_still(text.encode())
