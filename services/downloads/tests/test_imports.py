"""Bulk import: all or nothing, and what is wrong is told by row and field."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from downloads.imports import import_file
from servicekit.problems import Invalid

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from servicekit.service import TaskContext

FTP = "https://www.python.org/ftp/python"


def file(name: str, os: str = "windows", **fields: Any) -> dict[str, Any]:
    return {"name": name, "os": os, "url": f"{FTP}/{name}", **fields}


def release(name: str, *files: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": name, "is_published": True, "files": list(files), **fields}


def bulk(*releases: dict[str, Any]) -> dict[str, Any]:
    return {"releases": list(releases)}


pytestmark = pytest.mark.usefixtures("systems")


async def test_create(api: Api, rows: Rows) -> None:
    answer = await api.post(
        "/imports/releases",
        bulk(
            release("Python 3.14.0", file("a.exe", download_button=True), file("a.tgz", "source")),
            release("Python 3.15.0a1", file("b.exe"), pre_release=True, is_published=False),
            release("Python 3.14.1", is_latest=True, content="*new*"),
        ),
    )
    assert answer.status_code == 200
    assert answer.json() == {
        "dry_run": False,
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "files": 3,
        "slugs": ["python-3140", "python-3150a1", "python-3141"],
    }
    assert await rows.told() == [
        ("release.created", "1", 1),
        ("release.created", "2", 1),
        ("release.created", "3", 1),
        ("release.published", "1", 2),
        ("release.updated", "2", 2),
        ("release.published", "3", 2),
    ]
    found = await api.read("/releases/1")
    assert [each["slug"] for each in found["files"]] == ["3140-atgz", "3140-aexe"]
    assert (await rows.events())[3]["data"]["release"] == {**found, "superseded_by": ""}
    assert (await api.read("/releases/latest/python3"))["name"] == "Python 3.14.1"
    assert (await api.get("/releases/2")).status_code == 404
    assert [entry["action"] for entry in await rows.audit()] == ["created"] * 3


async def test_replace(api: Api, rows: Rows) -> None:
    first = bulk(
        release("Python 3.14.0", file("a.exe", download_button=True), file("b.exe"), file("c.exe")),
        release("Python 3.14.1", file("d.exe"), is_latest=True),
        release("Python 3.14.2", file("e.exe")),
    )
    await api.post("/imports/releases", first)
    before, entries = await rows.last(), len(await rows.audit())
    ids = {row["url"]: row["id"] for row in await rows.all("SELECT id, url FROM release_file")}

    again = await api.post("/imports/releases", first)
    assert again.json()["unchanged"] == 3
    assert await rows.last() == before
    assert len(await rows.audit()) == entries

    # The button moves, a file goes, one is renamed, one is new; the flag moves; one is a draft.
    second = bulk(
        release(
            *("Python 3.14.0", file("a.exe"), file("b.exe", download_button=True)),
            file("n.exe", "macos"),
            is_latest=True,
        ),
        release("Python 3.14.1", {**file("d.exe"), "name": "Renamed"}),
        {"name": "Python 3.14.2", "is_published": False},
    )
    answer = await api.post("/imports/releases", second)
    assert answer.json()["updated"] == 3, answer.text
    now = {row["url"]: row["id"] for row in await rows.all("SELECT id, url FROM release_file")}
    assert set(now) == {f"{FTP}/{name}" for name in ("a.exe", "b.exe", "n.exe", "d.exe", "e.exe")}
    assert {ids[url] for url in now if url in ids} == {now[url] for url in now if url in ids}
    buttons = await rows.all("SELECT url FROM release_file WHERE download_button")
    assert [row["url"] for row in buttons] == [f"{FTP}/b.exe"]
    told = await rows.told(before)
    assert [(what, number) for what, number, _ in told] == [
        ("release.updated", "2"),  # the flag is taken from it first
        ("release.updated", "1"),
        ("release.updated", "2"),
        ("release.unpublished", "3"),
    ]
    assert (await api.read("/releases/latest/python3"))["id"] == 1
    assert len((await api.read("/releases/3", as_=api.ALL))["files"]) == 1
    for row in await rows.all("SELECT id, version FROM release"):
        assert [v for _, a, v in told if a == str(row["id"])][-1] == row["version"]
    changed = [entry for entry in await rows.audit() if entry["entity_id"] == "1"][-1]
    assert f"{FTP}/c.exe" in changed["before"]["files"]
    assert f"{FTP}/c.exe" not in changed["after"]["files"]


@pytest.mark.parametrize(
    ("sent", "loc"),
    [
        (bulk(release("Python 3.14.0"), {"title": "x"}), [1, "name"]),
        (bulk(release("Python 3.14.0"), release("x", color="red")), [1, "color"]),
        (bulk(release("Python 3.14.0", file("a", url="ftp://x"))), [0, "files", 0, "url"]),
        (
            bulk(release("Python 3.14.0", file("a", url="http://www.python.org/a"))),
            [0, "files", 0, "url"],
        ),
        (
            bulk(release("Python 3.14.0", file("a"), file("b", gpg_signature_file=f"{FTP}/a.asc"))),
            [0, "files", 1, "gpg_signature_file"],
        ),
        (bulk(release("Python 3.14.0", file("a", "amiga"))), [0, "files", 0, "os"]),
        (bulk(release("Python 3.14.0"), release("Python 3.14.0")), [1, "slug"]),
        (bulk(release("日本語")), [0, "slug"]),
        (
            bulk(release("Python 3.14.0", file("a")), release("Python 3.14.1", file("a"))),
            [1, "files", 0, "url"],
        ),
        (
            bulk(release("Python 3.14.0", file("a"), file("a", url=f"{FTP}/z"))),
            [0, "files", 1, "slug"],
        ),
        (
            bulk(
                release(
                    "Python 3.14.0",
                    *(file("a", download_button=True), file("b", download_button=True)),
                )
            ),
            [0, "files", 1, "download_button"],
        ),
        (
            bulk(
                *(
                    release("Python 3.14.0", is_latest=True),
                    release("Python 3.14.1", is_latest=True),
                )
            ),
            [1, "is_latest"],
        ),
        (bulk(release("Python 3.14.0", file("taken"))), [0, "files", 0, "url"]),
        (
            bulk(release("Python 3.14.0", file("z", slug="taken"))),
            [0, "files", 0, "slug"],
        ),
        (bulk(release("Python 3.14.0", release_date="x")), [0, "release_date"]),
        (bulk(release("Python 3.14.0", file("a", filesize=2**70))), [0, "files", 0, "filesize"]),
        (bulk(), []),
        ({"releases": {}}, []),
    ],
)
async def test_broken_imports(api: Api, rows: Rows, sent: Any, loc: list[Any]) -> None:
    other = await api.release("Python 3.13.0")
    await api.file(other["id"], 1, "taken")
    before = await rows.last()
    answer = await api.post("/imports/releases", sent)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"] == ["body", "releases", *loc]
    assert await rows.one("SELECT count(*) FROM release") == 1
    assert await rows.last() == before


async def test_every_broken_row_is_told(api: Api) -> None:
    rows = [
        release(f"Python 3.14.{n}", file(f"{n}", url="http://www.python.org/x")) for n in range(5)
    ]
    answer = await api.post("/imports/releases", bulk(*rows))
    told = [error["loc"][2] for error in answer.json()["errors"]]
    assert set(told) == {0, 1, 2, 3, 4}
    many = [release(f"Python 3.{n}.0", file(f"{n}", "amiga")) for n in range(150)]
    answer = await api.post("/imports/releases", bulk(*many))
    assert len(answer.json()["errors"]) == 100
    assert "50 more" in answer.json()["detail"]


async def test_a_dry_run_says_what_would_happen(api: Api, rows: Rows) -> None:
    sent = bulk(release("Python 3.14.0", file("a.exe")))
    answer = await api.post("/imports/releases?dry_run=true", sent)
    assert answer.status_code == 200
    assert (answer.json()["created"], answer.json()["dry_run"]) == (1, True)
    assert await rows.one("SELECT count(*) FROM release") == 0
    assert await rows.last() == 0
    bad = await api.post(
        "/imports/releases?dry_run=true", bulk(release("Python 3", file("a", "x")))
    )
    assert bad.status_code == 400


async def test_a_key_makes_it_safe_to_repeat(api: Api, rows: Rows) -> None:
    sent, headers = bulk(release("Python 3.14.0")), {"Idempotency-Key": "once"}
    first = await api.post("/imports/releases", sent, headers=headers)
    second = await api.post("/imports/releases", sent, headers=headers)
    assert first.json() == second.json()
    assert second.json()["created"] == 1
    assert len(await rows.told()) == 2


async def test_a_file_by_command(
    api: Api, rows: Rows, context: TaskContext, tmp_path: Path
) -> None:
    path = tmp_path / "releases.json"
    path.write_text(json.dumps(bulk(*(release(f"Python 3.14.{n}") for n in range(90)))))
    steps: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None = None, note: str = "") -> None:
        assert note == "releases"
        steps.append((done, total))

    dry = replace(context, dry_run=True)
    assert await import_file(dry, path) == "90 created, 0 updated, 0 unchanged, 0 files"
    assert await rows.one("SELECT count(*) FROM release") == 0
    said = await import_file(replace(context, progress=progress), path)
    assert said == "90 created, 0 updated, 0 unchanged, 0 files"
    assert steps == [(40, 90), (80, 90), (90, 90)]
    assert (await api.read("/releases?limit=1"))["total"] == 90
    assert (await rows.audit())[0]["actor"] == "service:downloads-import"
    for broken in (b"", b"{", b"[]", b'{"releases": [{}]}', b"\xff", b"[" * 100_000):
        path.write_bytes(broken)
        with pytest.raises(Invalid) as caught:
            await import_file(context, path)
        assert caught.value.errors


async def test_a_slug_made_from_the_name_is_not_taken_for_another_version(
    api: Api, rows: Rows
) -> None:
    other = await api.release("Python 3.8.11", content="kept")
    before = await rows.last()
    sent = [release("Python 3.9.0"), release("Python 3.81.1")]
    answer = await api.post("/imports/releases", bulk(*sent))
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["body", "releases", 1, "slug"]
    assert "Python 3.8.11" in error["msg"]
    assert await rows.last() == before
    # By hand, too, the field is named; nothing is replaced.
    made = await api.post("/releases", {"name": "Python 3.81.1"})
    assert made.status_code == 409
    assert made.json()["errors"][0]["loc"] == ["body", "slug"]
    # A slug of its own settles it; one that is sent says which release is meant.
    answer = await api.post(
        "/imports/releases",
        bulk(release("Python 3.81.1", slug="python-3-81-1")),
    )
    assert answer.status_code == 200, answer.text
    assert (await api.read(f"/releases/{other['id']}"))["name"] == "Python 3.8.11"


async def test_a_slug_that_is_sent_says_which_release_is_meant(api: Api) -> None:
    other = await api.release("Python 3.8.11")
    renamed = release("Python 3.8.12", slug="python-3811")
    answer = await api.post("/imports/releases", bulk(renamed))
    assert answer.json()["updated"] == 1, answer.text
    assert (await api.read(f"/releases/{other['id']}"))["name"] == "Python 3.8.12"
