"""Operating systems, and what each can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.downloads.dto import BySystem
from servicekit.sqltrace import count_queries

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from servicekit.database import Database


async def test_list_by_name(api: Api, systems: dict[str, int]) -> None:
    found = await api.read("/operating-systems")
    assert [item["id"] for item in found["items"]] == [
        systems["source"],
        systems["windows"],
        systems["macos"],
    ]
    assert found["total"] == 3
    assert set(found["items"][0]) == {"id", "name", "slug", "version", "created", "updated"}


async def test_filters_are_exact(api: Api, systems: dict[str, int]) -> None:
    assert systems
    path = "/operating-systems"
    assert await api.names(f"{path}?name=Windows&slug=windows") == ["Windows"]
    assert await api.names(f"{path}?name=Windows&slug=macos") == []
    assert await api.names(f"{path}?name=Win") == []
    assert await api.names(f"{path}?name=windows") == []
    assert await api.names(f"{path}?order=-id") == ["Source release", "macOS", "Windows"]


async def test_life_of_a_system(api: Api, rows: Rows) -> None:
    made = await api.made("/operating-systems", {"name": "Plan 9"})
    assert made["slug"] == "plan-9"
    path = f"/operating-systems/{made['id']}"
    answer = await api.get(path)
    assert answer.headers["ETag"] == '"1"'
    assert (await api.put(path, {"name": "Plan Nine"}, match=None)).status_code == 428
    assert (await api.put(path, {"name": "Plan Nine"}, match=7)).status_code == 412
    changed = await api.put(path, {"name": "Plan Nine"}, match=1)
    assert changed.json()["slug"] == "plan-9"
    assert (await api.put(path, {"name": "Plan Nine"}, match=2)).json()["version"] == 2
    assert (await api.delete(path, match=1)).status_code == 412
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404
    assert (await api.delete(path)).status_code == 404
    assert (await api.put(path, {"name": "x"})).status_code == 404
    number = str(made["id"])
    assert await rows.told() == [
        ("operating_system.created", number, 1),
        ("operating_system.updated", number, 2),
        ("operating_system.deleted", number, 3),
    ]
    assert [entry["action"] for entry in await rows.audit()] == ["created", "updated", "deleted"]


async def test_a_slug_is_taken_once(api: Api, systems: dict[str, int]) -> None:
    assert systems
    answer = await api.post("/operating-systems", {"name": "X", "slug": "windows"})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["loc"] == ["body", "slug"]
    headers = {"Idempotency-Key": "one"}
    for _ in range(2):
        answer = await api.post("/operating-systems", {"name": "Plan 9"}, headers=headers)
        assert answer.status_code == 201


async def test_a_new_slug_changes_what_releases_say(
    api: Api, rows: Rows, systems: dict[str, int]
) -> None:
    release = await api.release("Python 3.14.0")
    other = await api.release("Python 3.14.1")
    await api.file(release["id"], systems["windows"], "a.exe")
    before = await rows.last()
    await api.put("/operating-systems/1", {"name": "Windows", "slug": "win"})
    assert await rows.told(before) == [
        ("operating_system.updated", "1", 2),
        ("release.updated", str(release["id"]), 4),
    ]
    system, told = await rows.events(before)
    assert system["data"]["previous_slugs"] == ["windows"]
    assert told["data"]["release"]["files"][0]["os_slug"] == "win"
    assert (await api.read(f"/releases/{other['id']}"))["version"] == 2


async def test_deleting_a_system_deletes_its_files(
    api: Api, rows: Rows, systems: dict[str, int]
) -> None:
    release = await api.release("Python 3.14.0")
    await api.file(release["id"], systems["windows"], "a.exe")
    kept = await api.file(release["id"], systems["macos"], "b.pkg")
    before = await rows.last()
    assert (await api.delete("/operating-systems/1")).status_code == 204
    assert [row["id"] for row in await rows.all("SELECT id FROM release_file")] == [kept["id"]]
    told = await rows.told(before)
    assert sorted(told) == [
        ("operating_system.deleted", "1", 2),
        ("release.updated", str(release["id"]), 5),
    ]
    assert (await rows.audit())[-1]["before"]["files"] == [
        "https://www.python.org/ftp/python/a.exe"
    ]


async def test_what_a_system_can_run(api: Api, systems: dict[str, int], database: Database) -> None:
    for number, (name, fields) in enumerate(
        [
            ("Python 3.9.10", {}),
            ("Python 3.10.0", {}),
            ("Python 3.11.0a1", {"pre_release": True}),
            ("Python 3.8.0", {"show_on_download_page": False}),
            ("Python 3.12.0", {"is_published": False}),
        ],
        start=1,
    ):
        release = await api.release(name, release_date=f"2026-01-{number:02}T12:00:00Z", **fields)
        await api.file(release["id"], systems["windows"], f"{number}.exe")
        if number == 1:
            await api.file(release["id"], systems["macos"], f"{number}.pkg")
    with count_queries(database.engine) as statements:
        answer = await api.get("/downloads/by-system/windows")
    assert len(statements) == 3
    found = BySystem.model_validate_json(answer.content)
    assert answer.json() == found.model_dump(mode="json")
    assert found.operating_system.slug == "windows"
    assert [release.name for release in found.stable] == [
        "Python 3.8.0",
        "Python 3.10.0",
        "Python 3.9.10",
    ]
    assert [release.name for release in found.pre_releases] == ["Python 3.11.0a1"]
    assert [file.os_slug for each in found.stable for file in each.files] == ["windows"] * 3
    assert (await api.read("/downloads/by-system/source"))["stable"] == []
    assert (await api.get("/downloads/by-system/amiga")).status_code == 404
