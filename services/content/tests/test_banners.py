"""Banners: what visitors see when, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from content.banners import tasks
from servicekit.service import Idle, TaskContext
from servicekit.testing import Api, Rows

BANNER: dict[str, Any] = {"title": "Go", "message": "PyCon is near.", "link": "https://a.example/"}


def hours(number: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=number)).isoformat()


async def seen(api: Api) -> list[str]:
    return [banner["title"] for banner in await api.read("/banners/current")]


async def test_life_of_a_banner(api: Api, rows: Rows) -> None:
    made = await api.made("/banners", BANNER)
    path = f"/banners/{made['id']}"
    assert await seen(api) == []
    active = {**BANNER, "active": True}
    assert (await api.put(path, active, match=None)).status_code == 428
    assert (await api.put(path, active, match=9)).status_code == 412
    shown = (await api.put(path, active, match=1)).json()
    assert shown["shown"] is True
    assert await seen(api) == ["Go"]
    assert (await api.put(path, active)).json()["version"] == shown["version"]
    assert (await api.put(path, {**active, "priority": 3})).status_code == 200
    assert (await api.put(path, {**active, "title": "No", "active": False})).status_code == 200
    assert await seen(api) == []
    assert (await api.delete(path)).status_code == 204
    events = await rows.events()
    assert [row["subject"].removeprefix("content.banner.") for row in events] == [
        "created", "shown", "updated", "hidden", "deleted",
    ]  # fmt: skip
    versions = [row["aggregate_version"] for row in events]
    assert versions == sorted(set(versions))
    # What visitors do not see leaves as id and state.
    assert [row["data"]["banner"] is not None for row in events] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert [row["action"] for row in await rows.audit()] == [
        "created", "updated", "updated", "updated", "deleted",
    ]  # fmt: skip


async def test_the_most_important_come_first(api: Api) -> None:
    for title, priority in (("a", 0), ("b", 5), ("c", 0)):
        await api.made("/banners", {**BANNER, "title": title, "active": True, "priority": priority})
    assert await seen(api) == ["b", "c", "a"]


async def test_times_come_and_go(api: Api, rows: Rows, context: TaskContext) -> None:
    times = {"past": (-2, -1), "now": (-1, 1), "later": (1, 2), "always": (None, None)}
    for title, (start, end) in times.items():
        when = {
            "starts": None if start is None else hours(start),
            "ends": None if end is None else hours(end),
        }
        await api.made("/banners", {**BANNER, "title": title, "active": True, **when})
    assert await seen(api) == ["always", "now"]
    assert isinstance(await tasks.settle(context), Idle)
    last, trail = await rows.last(), len(await rows.audit())
    await rows.do("UPDATE banner SET ends = now() - interval '1 second' WHERE title = 'now'")
    await rows.do("UPDATE banner SET starts = now() - interval '1 second' WHERE title = 'later'")
    # What is asked for goes by the clock; the tick only tells.
    assert await seen(api) == ["always", "later"]
    assert await tasks.settle(context) == "1 banners shown, 1 hidden"
    assert [
        (row["subject"], row["data"]["banner"] is not None) for row in await rows.events(last)
    ] == [("content.banner.hidden", False), ("content.banner.shown", True)]
    assert [row["action"] for row in (await rows.audit())[trail:]] == ["hidden", "shown"]
    assert isinstance(await tasks.settle(context), Idle)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"message": "a\nb"}, "message"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": ""}, "link"),
        ({"place": "everywhere"}, "place"),
        ({"place": "paths"}, None),
        ({"paths": ["/a/"]}, None),
        ({"place": "paths", "paths": ["a"]}, "paths"),
        ({"starts": hours(2), "ends": hours(1)}, None),
        ({"starts": "2026-01-01T00:00:00"}, "starts"),
        ({"priority": 1001}, "priority"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str | None
) -> None:
    answer = await api.post("/banners", {**BANNER, **body})
    assert answer.status_code == 400, answer.text
    loc = answer.json()["errors"][0]["loc"]
    assert loc[:2] == (["body", field] if field else ["body"])
    assert await rows.last() == 0


async def test_export_and_lists(api: Api) -> None:
    await api.made("/banners", BANNER)
    await api.made("/banners", {**BANNER, "active": True})
    page = await api.read("/internal/export/banners", as_=["system.export"])
    assert [item["data"]["banner"] is not None for item in page["items"]] == [False, True]
    listed = await api.read("/banners", as_=["content.view_banner"])
    assert [item["shown"] for item in listed["items"]] == [True, False]
    assert (await api.get("/banners")).status_code == 401


async def test_staff_edit_banners(api: Api) -> None:
    answer = await api.post("/admin-api/banner", {**BANNER, "paths": []})
    assert answer.status_code == 201, answer.text
    done = await api.post("/admin-api/banner/actions/delete", {"ids": ["1"]})
    assert done.status_code == 200, done.text
