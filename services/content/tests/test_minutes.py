"""Minutes: drafts that nobody hears of, several meetings of one day, years."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from content.minutes import seed
from content.search.sources import minutes as source
from contracts.events import Event
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

DAY = "2024-05-01"
MINUTES: dict[str, Any] = {"date": DAY, "content": "RESOLVED, that *cake* is served."}
STAFF = ["content.view_minutes"]
#: What the public may ask.
PUBLIC = (
    "/minutes", "/minutes/texts", "/minutes/years", f"/minutes/on/{DAY}", "/minutes?year=2024",
    "/minutes?is_published=false",
)  # fmt: skip


async def test_life_of_minutes(api: Api, rows: Rows) -> None:
    made = await api.made("/minutes", MINUTES)
    assert (made["number"], made["is_published"]) == (None, False)
    path = f"/minutes/{made['id']}"
    assert (await api.put(path, MINUTES, match=None)).status_code == 428
    assert (await api.put(path, MINUTES, match=9)).status_code == 412
    assert (await api.put(path, MINUTES)).json()["version"] == 1
    public = {**MINUTES, "is_published": True}
    assert (await api.put(path, public)).json()["number"] == 1
    moved = (await api.put(path, {**public, "date": "2024-05-02"})).json()
    assert (moved["date"], moved["number"]) == ("2024-05-02", 1)
    assert (await api.get(path)).status_code == 200
    assert (await api.put(path, {**MINUTES, "date": "2024-05-02"})).status_code == 200
    assert (await api.get(path)).status_code == 404
    assert (await api.delete(path)).status_code == 204
    told = [(row["subject"].rpartition(".")[2], row["data"]) for row in await rows.events()]
    assert [(verb, data["dates"], data["minutes"] is not None) for verb, data in told] == [
        ("created", [], False),
        ("published", [DAY], True),
        ("updated", [DAY, "2024-05-02"], True),
        ("unpublished", ["2024-05-02"], False),
        ("deleted", [], False),
    ]
    assert [row["action"] for row in await rows.audit()] == [
        "created", "published", "updated", "unpublished", "deleted",
    ]  # fmt: skip


async def test_nothing_of_a_draft_leaks(api: Api, rows: Rows) -> None:
    made = await api.made("/minutes", {**MINUTES, "title": "Secret meeting"})
    answers = [await api.get(path) for path in PUBLIC]
    answers.append(await api.get("/internal/export/minutes", as_=["system.export"]))
    texts = [answer.text for answer in answers] + [str(row["event"]) for row in await rows.events()]
    found = [
        (text, word) for text in texts for word in (DAY, "2024", "Secret", "cake") if word in text
        and not (word == "2024" and "Location" in text)
    ]  # fmt: skip
    assert found == []
    assert (await api.get(f"/minutes/{made['id']}")).status_code == 404
    [event] = [Event.model_validate(row["event"]) for row in await rows.events()]
    assert source.minutes(event) is None
    # To staff it is there wherever others would see it.
    for path in PUBLIC[:5]:
        assert "2024" in (await api.get(path, as_=STAFF)).text, path
    assert (await api.read("/minutes?is_published=true", as_=STAFF))["total"] == 0
    # A draft takes no number from those that are public: the first of the day stays the first.
    await api.made("/minutes", {**MINUTES, "title": "Public", "is_published": True})
    [first] = await api.read(f"/minutes/on/{DAY}")
    assert (first["title"], first["number"]) == ("Public", 1)
    assert [one["number"] for one in await api.read(f"/minutes/on/{DAY}", as_=STAFF)] == [1, None]


async def test_two_meetings_of_a_day_keep_their_numbers(api: Api) -> None:
    bodies = [{**MINUTES, "title": name, "is_published": True} for name in ("One", "Two", "Three")]
    made = await asyncio.gather(*(api.made("/minutes", body) for body in bodies))
    assert sorted(one["number"] for one in made) == [1, 2, 3]
    by_number = {one["number"]: one for one in made}
    listed = await api.read(f"/minutes/on/{DAY}")
    assert [one["number"] for one in listed] == [1, 2, 3]
    # Withdrawn and published again, or others gone: it answers where it did.
    ids = {"ids": [str(by_number[1]["id"]), str(by_number[2]["id"])]}
    assert (await api.post("/admin-api/minutes/actions/unpublish", ids)).status_code == 200
    [third] = await api.read(f"/minutes/on/{DAY}")
    assert third["number"] == 3
    ids["ids"].reverse()
    assert (await api.post("/admin-api/minutes/actions/publish", ids)).status_code == 200
    again = await api.read(f"/minutes/on/{DAY}")
    assert [(one["id"], one["number"]) for one in again] == [
        (by_number[number]["id"], number) for number in (1, 2, 3)
    ]
    other = {**bodies[0], "date": "2024-05-02"}
    assert (await api.put(f"/minutes/{by_number[2]['id']}", other)).json()["number"] == 1


async def test_years_and_windows(
    api: Api, rows: Rows, context: TaskContext, statements: Callable[[], int]
) -> None:
    assert await seed.seed(context) == "added 7 minutes"
    assert await rows.one("SELECT bool_and(sample AND is_published) FROM minutes")
    before = statements()
    years = await api.read("/minutes/years")
    assert statements() - before == 1
    assert [(one["year"], one["count"]) for one in years] == [
        (2026, 3), (2025, 2), (2024, 1), (2001, 1),
    ]  # fmt: skip
    listed = await api.read("/minutes?year=2026")
    assert [(one["date"], one["number"]) for one in listed["items"]] == [
        ("2026-09-09", 2), ("2026-09-09", 1), ("2026-05-13", 1),
    ]  # fmt: skip
    assert "content_html" not in listed["items"][0]
    newest = await api.read("/minutes/texts?limit=2")
    assert [one["date"] for one in newest["items"]] == ["2026-09-09"] * 2
    assert all("<h2" in one["content_html"] for one in newest["items"])
    assert await seed.seed(context) == "added 0 minutes"
    for path in ("/minutes/on/2024-02-30", "/minutes/on/soon", "/minutes/on/20240501x"):
        assert (await api.get(path)).status_code == 404
    assert await api.read("/minutes/on/1999-01-01") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"date": "2024-02-30"}, "date"),
        ({"date": "0001-01-01"}, "date"),
        ({"date": None}, "date"),
        ({"title": ""}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"content": "\0"}, "content"),
        ({"content_markup_type": "tex"}, "content_markup_type"),
        ({"number": 3}, "number"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = await api.post("/minutes", {**MINUTES, **body})
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"][:2] == ["body", field]
    assert await rows.last() == 0


async def test_the_admin_walks_minutes_by_day(api: Api) -> None:
    for day in (DAY, "2023-01-02"):
        answer = await api.post("/admin-api/minutes", {**MINUTES, "date": day})
        assert answer.status_code == 201, answer.text
    found = await api.read("/admin-api/minutes?is_published=false&order=-date", as_=api.permissions)
    assert [one["values"]["date"] for one in found["items"]] == [DAY, "2023-01-02"]
    assert (await api.get("/admin-api/minutes")).status_code == 401
