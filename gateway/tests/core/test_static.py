"""Static files: hashed, immutable, compressed; nothing outside of the folders."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import httpx
import pytest

from gateway.web.static import StaticFiles

from .conftest import Start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "css/site.css": '@import url("part.css") layer(base);\nbody { color : red }',
        "css/part.css": '.logo { background: url("../img/logo.svg#a") ; color: blue }',
        "css/other.css": "i { background: url(data:image/png;base64,AAAA) }",
        "img/logo.svg": "<svg/>",
        "js/main.js": 'import { x } from "./lib/x.js";\nimport("./lib/x.js");\n' + "//" * 1000,
        "js/lib/x.js": "export const x = 1;",
        "notes.md": "not published",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def body(files: StaticFiles, name: str) -> str:
    return files.assets[name].bodies["identity"].decode()


def test_style_sheets_are_bundled_and_name_what_they_use_by_hash(folder: Path) -> None:
    files = StaticFiles(folder)
    css = body(files, "css/site.css")
    assert "@import" not in css
    assert ".logo" in css
    assert f"{files.url('img/logo.svg')}#a" in css
    assert "data:image/png" in body(files, "css/other.css")
    assert "css/part.css" not in files.assets
    assert "notes.md" not in files.assets


def test_scripts_name_what_they_import_by_hash(folder: Path) -> None:
    files = StaticFiles(folder)
    script = body(files, "js/main.js")
    assert script.count(files.url("js/lib/x.js")) == 2


def test_a_change_changes_the_name_also_of_what_uses_it(folder: Path) -> None:
    before = StaticFiles(folder)
    (folder / "img/logo.svg").write_text("<svg></svg>")
    after = StaticFiles(folder)
    for name in ("img/logo.svg", "css/site.css"):
        assert before.url(name) != after.url(name)
    assert before.url("js/main.js") == after.url("js/main.js")
    assert before.fingerprint != after.fingerprint


def test_circles_are_refused(folder: Path) -> None:
    (folder / "js/lib/x.js").write_text('import "../main.js";')
    with pytest.raises(ValueError, match="circle"):
        StaticFiles(folder)


def test_reload_sees_changes(folder: Path) -> None:
    files = StaticFiles(folder, reload=True)
    before = files.url("img/logo.svg")
    (folder / "img/logo.svg").write_text("<svg> </svg>")
    import os

    os.utime(folder / "img/logo.svg", (2e9, 2e9))
    assert files.url("img/logo.svg") != before


async def raw(site: httpx.AsyncClient, url: str, **headers: str) -> tuple[httpx.Response, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with site.stream("GET", url, headers=named) as answer:
        return answer, b"".join([chunk async for chunk in answer.aiter_raw()])


async def test_the_files_that_ship(start: Start) -> None:
    site, _ = await start()
    page = (await site.get("/search/")).text
    urls = sorted(set(re.findall(r"/static/[^\"#? ]+", page)))
    assert len(urls) >= 3
    for url in urls:
        plain, content = await raw(site, url, accept_encoding="identity")
        assert plain.status_code == 200, url
        assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert plain.headers["cross-origin-resource-policy"] == "cross-origin"
        for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            packed, small = await raw(site, url, accept_encoding=encoding)
            if packed.headers.get("content-encoding"):
                assert unpack(small) == content
                assert len(small) < len(content)
        again, _ = await raw(
            site, url, accept_encoding="identity", if_none_match=plain.headers["etag"]
        )
        assert again.status_code == 304


async def test_other_names_of_a_file_are_kept_for_minutes(start: Start) -> None:
    site, _ = await start()
    for url in ("/static/css/site.css", "/static/css/site.0123456789ab.css"):
        answer = await site.get(url)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=300"


async def test_the_overlay_of_the_operator(start: Start, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    overlay = tmp_path / "overlay"
    for name in ("static/img/old logo.png", "images/success/x.gif", "static/css/site.css"):
        (overlay / name).parent.mkdir(parents=True, exist_ok=True)
        (overlay / name).write_bytes(b"\x89PNG")
    (overlay / "static" / "link").symlink_to(secret)
    site, _ = await start(static_overlay=overlay)
    for path in ("/static/img/old%20logo.png", "/images/success/x.gif"):
        answer = await site.get(path)
        assert (answer.status_code, answer.content) == (200, b"\x89PNG")
        assert answer.headers["cache-control"] == "public, max-age=604800"
        again = await site.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    # What is of this build is not overlaid.
    assert (await site.get("/static/css/site.css")).content != b"\x89PNG"
    for path in (
        "/static/link",
        "/static/../../secret.txt",
        "/static/%2e%2e/%2e%2e/secret.txt",
        "/static/",
        "/static/img",
        "/static/img/old%20logo.png/",
        "/images/" + "x" * 300,
    ):
        answer = await site.get(path)
        assert answer.status_code == 404, path


async def test_pictures_that_others_link_to_lead_to_their_successors(start: Start) -> None:
    site, _ = await start()
    answer = await site.get("/static/img/python-logo.png")
    assert answer.status_code == 302
    assert (await site.get(answer.headers["location"])).status_code == 200
