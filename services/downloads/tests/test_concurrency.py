"""Writers at the same time: no deadlock, no lost change, no second button, no second latest."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

LATEST = "SELECT count(*) FROM release WHERE is_latest AND is_published"


async def in_order(rows: Rows) -> None:
    """Check that each release is told in the order of its versions, up to the present one."""
    seen: dict[str, list[int]] = {}
    for event in await rows.events():
        if event["aggregate_type"] == "release":
            seen.setdefault(event["aggregate_id"], []).append(event["aggregate_version"])
    for versions in seen.values():
        assert all(left < right for left, right in pairwise(versions)), versions
    for row in await rows.all("SELECT id, version FROM release"):
        assert seen[str(row["id"])][-1] == row["version"]


async def test_many_set_the_latest(api: Api, rows: Rows) -> None:
    made = [await api.release(f"Python 3.14.{number}") for number in range(4)]

    async def flag(number: int) -> int:
        release = made[number % len(made)]
        path = f"/releases/{release['id']}"
        if number % 3 == 0:
            name = f"Python 3.15.{number}"
            body = {"name": name, "is_latest": True, "is_published": True}
            return (await api.post("/releases", body)).status_code
        if number % 3 == 1:
            await api.post(f"{path}/unpublish")
            return (await api.post(f"{path}/publish")).status_code
        body = {"name": release["name"], "is_latest": True, "is_published": True}
        return (await api.put(path, body)).status_code

    statuses = Counter(await asyncio.gather(*(flag(number) for number in range(12))))
    assert set(statuses) <= {200, 201}, statuses
    assert await rows.one(LATEST) == 1
    await in_order(rows)


async def test_two_want_the_button(api: Api, rows: Rows, systems: dict[str, int]) -> None:
    release = await api.release("Python 3.14.0")

    async def add(number: int) -> int:
        sent = api.file_body(
            release["id"], systems["windows"], f"{number}.exe", download_button=True
        )
        return (await api.post("/release-files", sent)).status_code

    statuses = Counter(await asyncio.gather(*(add(number) for number in range(6))))
    assert statuses == {201: 1, 409: 5}
    assert await rows.one("SELECT count(*) FROM release_file") == 1
    await in_order(rows)


async def test_many_add_files_to_one_release(api: Api, rows: Rows, systems: dict[str, int]) -> None:
    release = await api.release("Python 3.14.0")

    async def add(number: int) -> int:
        sent = api.file_body(release["id"], systems["windows"], f"{number}.exe")
        return (await api.post("/release-files", sent)).status_code

    assert set(await asyncio.gather(*(add(number) for number in range(10)))) == {201}
    assert (await api.read(f"/releases/{release['id']}"))["version"] == 12
    await in_order(rows)
    # The last event knows all of them.
    last = (await rows.events())[-1]["data"]["release"]
    assert len(last["files"]) == 10


async def test_one_of_two_editors_is_told(api: Api, rows: Rows) -> None:
    release = await api.release("Python 3.14.0")

    async def edit(text: str) -> int:
        sent = {"name": "Python 3.14.0", "is_published": True, "content": text}
        answer = await api.put(f"/releases/{release['id']}", sent, match=release["version"])
        return answer.status_code

    assert sorted(await asyncio.gather(edit("a"), edit("b"))) == [200, 412]
    await in_order(rows)


async def test_files_swap_releases_while_systems_go(
    api: Api, rows: Rows, systems: dict[str, int]
) -> None:
    """Writers that lock several rows lock them in one order."""
    made = [await api.release(f"Python 3.14.{number}") for number in range(2)]
    files = [
        await api.file(release["id"], systems["macos"], f"{number}.pkg")
        for number, release in enumerate(made)
    ]
    await api.file(made[0]["id"], systems["windows"], "a.exe")
    await api.file(made[1]["id"], systems["windows"], "b.exe")

    async def move(number: int) -> int:
        file, release = files[number % 2], made[(number + number // 2) % 2]
        sent = api.file_body(release["id"], systems["macos"], file["name"])
        return (await api.put(f"/release-files/{file['id']}", sent)).status_code

    async def flag(number: int) -> int:
        body = {"name": f"Python 3.14.{number}", "is_latest": True, "is_published": True}
        return (await api.put(f"/releases/{made[number]['id']}", body)).status_code

    async def drop() -> int:
        return (await api.delete("/operating-systems/1")).status_code

    statuses = await asyncio.gather(
        *(move(number) for number in range(6)), flag(0), flag(1), drop(), move(7), flag(0)
    )
    # A move may find that somebody else moved the file first; nothing may wait in a circle.
    assert set(statuses) <= {200, 204, 409}, statuses
    assert await rows.one(LATEST) == 1
    assert await rows.one("SELECT count(*) FROM release_file WHERE os_id = 1") == 0
    assert await rows.one("SELECT count(*) FROM release_file") == 2
    await in_order(rows)


async def test_one_key_ten_times_at_once(api: Api, rows: Rows) -> None:
    headers = {"Idempotency-Key": "at once"}
    answers = await asyncio.gather(
        *(api.post("/releases", {"name": "Python 3.14.0"}, headers=headers) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await rows.one("SELECT count(*) FROM release") == 1
