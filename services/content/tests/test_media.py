"""Media files: what is kept, told and noted, what is refused, and where the bytes go."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from PIL import Image

from content.media import services, tasks
from content.settings import Settings
from contracts.events import Event
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows


def sent(name: str = "logo.png", color: str = "#ffd43b", **more: Any) -> dict[str, Any]:
    to = io.BytesIO()
    Image.new("RGB", (12, 8), color).save(to, "PNG")
    file = {"name": name, "data": b64encode(to.getvalue()).decode()}
    return {"folder": "about/apps", "description": "A logo", "file": file, **more}


def place(settings: Settings, key: str) -> Path:
    return Path(urlsplit(str(settings.files_url)).path, key)


async def test_life_of_a_file(api: Api, rows: Rows, settings: Settings, database: Database) -> None:
    made = await api.made("/media-files", sent())
    assert made["key"] == f"pages/about/apps/logo-{made['sha256'][:8]}.png"
    assert (made["kind"], made["width"], made["height"]) == ("picture", 12, 8)
    assert place(settings, made["key"]).stat().st_size == made["size"]
    again = await api.post("/media-files", sent())
    assert (again.status_code, again.json()["errors"][0]["loc"]) == (409, ["body", "file"])
    path = f"/media-files/{made['id']}"
    said = {"folder": "about/apps", "description": "The logo of an application"}
    assert (await api.put(path, said, match=None)).status_code == 428
    assert (await api.put(path, said, match=1)).json()["version"] == 2
    assert (await api.put(path, said, match=2)).json()["version"] == 2
    assert (await api.delete(path)).status_code == 204
    number = str(made["id"])
    assert await rows.told() == [
        ("media_file.created", number, 1),
        ("media_file.updated", number, 2),
        ("media_file.deleted", number, 3),
    ]
    assert [one["action"] for one in await rows.audit()] == ["created", "updated", "deleted"]
    assert all("data" not in str(one["after"]) for one in await rows.audit())
    # The bytes go when the event comes back.
    gone = Event.model_validate((await rows.events())[-1]["event"])
    async with database.write() as session:
        await services.forget(gone, session)
    assert not place(settings, made["key"]).exists()


async def test_bytes_of_a_file_that_is_there_again_stay(
    api: Api, rows: Rows, settings: Settings, database: Database
) -> None:
    made = await api.made("/media-files", sent())
    await api.delete(f"/media-files/{made['id']}")
    gone = Event.model_validate((await rows.events())[-1]["event"])
    await api.made("/media-files", sent())
    async with database.write() as session:
        await services.forget(gone, session)
    assert place(settings, made["key"]).exists()


@pytest.mark.parametrize(
    ("changed", "loc"),
    [
        ({"folder": "../etc"}, ["body", "folder"]),
        ({"folder": "a//b"}, ["body", "folder"]),
        ({"folder": ""}, ["body", "folder"]),
        ({"file": None}, ["body", "file"]),
        ({"file": {"name": "a.png", "data": "x"}}, ["body", "file", "data"]),
        ({"file": {"name": "a.svg", "data": "PHN2Zy8+"}}, ["body", "file"]),
        ({"file": {"name": "a\nb.png", "data": ""}}, ["body", "file", "name"]),
        ({"description": "a\0b"}, ["body", "description"]),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    api: Api, rows: Rows, changed: dict[str, Any], loc: list[str]
) -> None:
    answer = await api.post("/media-files", sent() | changed)
    assert answer.status_code == 400, answer.text
    assert [error["loc"] for error in answer.json()["errors"]] == [loc]
    assert await rows.one("SELECT count(*) FROM media_file") == 0


async def test_a_file_is_never_replaced(api: Api) -> None:
    made = await api.made("/media-files", sent())
    path = f"/media-files/{made['id']}"
    for changed in (sent(), {"folder": "other", "description": ""}):
        assert (await api.put(path, changed, match=1)).status_code == 400


async def test_the_form_of_a_page_has_its_files(api: Api) -> None:
    page = await api.made("/pages", {"title": "Apps", "path": "about/apps", "is_published": True})
    made = await api.made("/media-files", sent(folder="about/apps", description="A logo"))
    await api.made("/media-files", sent(folder="about/help"))
    path = f"/admin-api/page/{page['id']}"
    record = await api.read(path, as_=api.permissions)
    [file] = record["inlines"]["files"]
    address = f"/media/{made['key']}"
    assert file["values"] == {"address": address, "text": f"![A logo]({address})"}
    # They are shown and not sent: saving the page leaves them alone.
    body = {"title": "Applications", "path": "about/apps", "content": f"![A logo]({address})"}
    assert (await api.put(path, body)).status_code == 200
    assert (await api.read(f"/media-files/{made['id']}", as_=api.permissions))["version"] == 1
    # Who may not see files sees the page without.
    allowed = [one for one in api.permissions if one != "content.view_mediafile"]
    assert (await api.read(path, as_=allowed))["inlines"] == {}


async def test_what_no_row_knows_is_swept_after_a_day(
    api: Api, settings: Settings, context: TaskContext
) -> None:
    made = await api.made("/media-files", sent())
    lost = place(settings, "pages/lost/file-12345678.txt")
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_text("lost")
    await tasks.sweep(context)
    assert lost.exists()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        await tasks.sweep(replace(context, dry_run=True))
        assert lost.exists()
        assert "without a row deleted" in await tasks.sweep(context)
    assert not lost.exists()
    assert place(settings, made["key"]).exists()
