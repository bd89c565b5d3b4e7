"""Where files are kept, and which are."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from servicekit import uploads
from servicekit.files import FileStore
from servicekit.problems import Invalid

PLACE = ("body", "file")


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), **more: object) -> bytes:
    to = io.BytesIO()
    Image.new("RGB", size, "#3776ab").save(to, kind, **more)
    return to.getvalue()


async def read(store: FileStore, key: str) -> bytes | None:
    found = await store.get(key)
    return None if found is None else b"".join([chunk async for chunk in found.chunks])


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    made = (tmp_path / "some where").as_uri() if request.param == "folder" else "memory:///"
    return FileStore(made)


async def test_life_of_a_file(store: FileStore) -> None:
    assert await read(store, "pages/about/a.png") is None
    await store.put("pages/about/a.png", b"first", "image/png")
    # Nothing is ever replaced: whoever has a copy has the file.
    await store.put("pages/about/a.png", b"second", "image/png")
    assert await read(store, "pages/about/a.png") == b"first"
    found = await store.get("pages/about/a.png")
    assert found is not None
    assert (found.size, found.etag[:1]) == (5, '"')
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert [key async for key in store.older("pages/", soon)] == ["pages/about/a.png"]
    assert [key async for key in store.older("pages/", soon - timedelta(days=1))] == []
    for _ in range(2):
        await store.delete("pages/about/a.png")
    assert await read(store, "pages/about/a.png") is None


@pytest.mark.parametrize(
    "key", ["../secret", "pages/../../secret", "/etc/passwd", "a//b", "a\0b", "", "."]
)
async def test_no_key_leads_out_of_the_store(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("secret")
    store = FileStore((tmp_path / "store").as_uri())
    assert await read(store, key) is None


async def test_a_picture_is_written_anew() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x0112] = 6  # held on its side
    sent = picture("JPEG", (8, 6), exif=exif, comment=b"at home") + b"<script>alert(1)</script>"
    taken = await uploads.accept("Señor Photo.JPEG", sent, place=PLACE)
    assert (taken.media_type, taken.width, taken.height) == ("image/jpeg", 6, 8)
    assert taken.name == f"senor-photo-{taken.sha256[:8]}.jpg"
    for left in (b"A camera", b"at home", b"script"):
        assert left not in taken.data
    with Image.open(io.BytesIO(taken.data)) as again:
        assert not again.getexif()


async def test_an_animation_stays_one() -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "lime", "blue")]
    to = io.BytesIO()
    frames[0].save(to, "GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)
    taken = await uploads.accept("a.gif", to.getvalue(), place=PLACE)
    with Image.open(io.BytesIO(taken.data)) as again:
        assert getattr(again, "n_frames", 1) == 3


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("A.CSV", b"a,b\n", "text/csv"),
        ("notes.txt", "żółw".encode(), "text/plain"),
        ("x.zip", b"PK\x03\x04....", "application/zip"),
    ],
)
async def test_documents(name: str, data: bytes, media_type: str) -> None:
    taken = await uploads.accept(name, data, place=PLACE)
    assert (taken.media_type, taken.data, taken.is_picture) == (media_type, data, False)


def bomb() -> bytes:
    to = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(to, "PNG", optimize=True)
    return to.getvalue()


BAD: dict[str, Callable[[], tuple[str, bytes]]] = {
    "empty": lambda: ("a.png", b""),
    "too large": lambda: ("a.txt", b"a" * (uploads.MOST_BYTES + 1)),
    "svg": lambda: ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
    "html": lambda: ("a.html", b"<script>alert(1)</script>"),
    "html called png": lambda: ("a.png", b"<script>alert(1)</script>"),
    "a program called pdf": lambda: ("a.pdf", b"MZ\x90\x00"),
    "bytes called text": lambda: ("a.txt", b"\xff\xfe\x00"),
    "half a picture": lambda: ("a.png", picture()[:40]),
    "a picture that unpacks to gigabytes": lambda: ("a.png", bomb()),
    "a kind that hides others": lambda: ("a.tiff", picture("TIFF")),
    "no name": lambda: ("", b"text"),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_is_not_taken_is_refused_at_its_place(what: str) -> None:
    name, data = BAD[what]()
    with pytest.raises(Invalid) as refused:
        await uploads.accept(name, data, place=PLACE)
    assert [error.loc for error in refused.value.errors] == [list(PLACE)]
