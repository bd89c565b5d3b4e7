"""Lists of times: what is on them, where they go on, and how much they ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.occurrences import tasks
from events.settings import Settings
from servicekit.service import Idle, TaskContext
from servicekit.testing import Api, Rows


def wall(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.fixture(autouse=True)
async def _filled(api: Api) -> None:
    """Two calendars: what is over, what is on, and what comes."""
    await api.made("/calendars", {"name": "Main"})
    await api.made("/calendars", {"name": "Second", "position": 1})
    await api.made("/categories", {"name": "Sprints"})
    place = {"name": "Hall", "country": "DE", "latitude": 52.5, "longitude": 13.4}
    await api.made("/locations", place)
    await api.made("/locations", {"name": "Online", "online": True})
    for title, start, end, more in (
        ("over", -50, -48, {}),
        ("just over", -5, -4, {"location_id": 1}),
        ("on", -1, 1, {"kind": "sprint", "category_ids": [1]}),
        ("long", -100, 100, {}),
        ("soon", 5, 6, {"location_id": 1, "featured": True, "category_ids": [1]}),
        ("later", 50, 51, {"location_id": 2, "kind": "sprint"}),
        ("elsewhere", 30, 31, {"calendar_id": 2, "location_id": 1}),
    ):
        body = {"title": title, "calendar_id": 1, "start": wall(start), "end": wall(end), **more}
        await api.made("/events", body)


async def titles(api: Api, query: str) -> list[str]:
    return [one["title"] for one in (await api.read(f"/occurrences?{query}"))["items"]]


async def test_every_filter(api: Api) -> None:
    expected = {
        "": ["soon", "elsewhere", "later"],
        "when=current": ["long", "on"],
        "when=coming&calendar=main": ["long", "on", "soon", "later"],
        "when=past": ["just over", "over"],
        "when=all&kind=sprint": ["on", "later"],
        "category=sprints": ["soon"],
        "category=sprints&when=coming": ["on", "soon"],
        "location=1": ["soon", "elsewhere"],
        "location=1&when=past": ["just over"],
        "country=DE&calendar=second": ["elsewhere"],
        "featured=true": ["soon"],
        "online=true": ["later"],
        "calendar=nothing": [],
        f"since={wall(20)}Z": ["long", "elsewhere", "later"],
        f"until={wall(20)}Z": ["soon"],
    }
    for query, wanted in expected.items():
        assert await titles(api, query) == wanted, query
    # Each event once, whenever it takes place.
    every = {
        "country=DE": ["just over", "soon", "elsewhere"],
        "country=FR": [],
        "category=sprints": ["on", "soon"],
        "kind=sprint&category=sprints": ["on"],
        "calendar=second&country=DE": ["elsewhere"],
    }
    for query, wanted in every.items():
        listed = await api.read(f"/events?{query}")
        assert [one["title"] for one in listed["items"]] == wanted, query
        assert listed["total"] == len(wanted)
    for query in ("country=de", "kind=party"):
        assert (await api.get(f"/events?{query}")).status_code == 400, query
    for query in ("country=de", "kind=party", "when=never", "cursor=abc", "limit=0", "page=2"):
        answer = await api.get(f"/occurrences?{query}")
        assert answer.status_code == 400, query
        assert answer.json()["errors"][0]["loc"][1] == query.partition("=")[0]


async def test_cursors_lead_to_the_end_and_back(api: Api) -> None:
    for number in range(5):
        body = {"title": f"at once {number}", "calendar_id": 1, "start": "2030-01-01T10:00"}
        await api.made("/events", body)
    for query in ("when=coming", "when=past", "when=all&calendar=main"):
        whole = await titles(api, f"{query}&limit=200")
        walked: list[str] = []
        pages: list[list[str]] = []
        page = await api.read(f"/occurrences?{query}&limit=2")
        assert page["previous"] == ""
        while True:
            pages.append([one["title"] for one in page["items"]])
            walked += pages[-1]
            if not page["next"]:
                break
            page = await api.read(f"/occurrences?{query}&limit=2&cursor={page['next']}")
        assert walked == whole, query
        for before in reversed(pages[:-1]):
            page = await api.read(f"/occurrences?{query}&limit=2&cursor={page['previous']}")
            assert [one["title"] for one in page["items"]] == before
        assert page["previous"] == ""


async def test_days_of_a_window(api: Api) -> None:
    for title, more in (
        ("evening", {"start": "2031-03-03T19:00", "zone": "America/New_York"}),
        ("night", {"start": "2031-03-03T23:00", "end": "2031-03-04T01:00"}),
        ("days", {"start": "2031-03-02T00:00", "end": "2031-03-05T00:00", "all_day": True}),
    ):
        await api.made("/events", {"title": title, "calendar_id": 1, **more})
    found = await api.read("/occurrences/days?first=2031-03-01&last=2031-03-06&limit=2")
    assert {day["day"]: [one["title"] for one in day["items"]] for day in found["days"]} == {
        "2031-03-01": [],
        "2031-03-02": ["days"],
        "2031-03-03": ["days", "night"],
        "2031-03-04": ["days", "night"],
        "2031-03-05": [],
        "2031-03-06": [],
    }
    # In New York it is still the third, though in UTC it is not.
    assert [day["more"] for day in found["days"]] == [False, False, True, False, False, False]
    assert found["earlier"] is not None
    assert found["later"] is None
    narrow = await api.read("/occurrences/days?first=2031-03-01&last=2031-03-06&category=sprints")
    assert not any(day["items"] for day in narrow["days"])
    for query in (
        "first=2031-13-01&last=2031-03-06",
        "first=2031-03-06&last=2031-03-01",
        "first=2031-01-01&last=2031-12-31",
        "first=0001-01-01&last=0001-01-02",
        "first=2031-02-30&last=2031-03-01",
    ):
        assert (await api.get(f"/occurrences/days?{query}")).status_code == 400, query


async def test_overviews(api: Api) -> None:
    around = await api.read("/occurrences/around?calendar=main")
    assert {name: [one["title"] for one in rows] for name, rows in around.items()} == {
        "now": ["long", "on"],
        "upcoming": ["soon", "later"],
        "missed": ["just over", "over"],
        "featured": ["soon"],
    }
    listed = await api.read("/calendars")
    assert [(one["slug"], one["next"]["title"]) for one in listed["items"]] == [
        ("second", "elsewhere"), ("main", "soon"),
    ]  # fmt: skip
    main = await api.read("/calendars/main")
    assert [one["name"] for one in main["locations"]] == ["Hall", "Online"]
    assert [one["slug"] for one in main["categories"]] == ["sprints"]
    places = await api.read("/places")
    assert [(one["location"]["name"], one["events"]) for one in places["places"]] == [("Hall", 2)]
    assert places["places"][0]["next"]["title"] == "soon"
    assert (places["countries"], places["online"]) == ([{"country": "DE", "events": 2}], 1)
    soon = next(one for one in around["upcoming"] if one["title"] == "soon")
    beside = await api.read(f"/events/{soon['event_id']}/around")
    assert [one["title"] for one in beside["coming"]] == ["soon"]
    assert beside["past"] == []
    assert (beside["previous"]["title"], beside["next"]["title"]) == ("on", "later")
    assert [one["title"] for one in beside["here"]] == ["elsewhere"]
    assert beside["alike"] == []


async def test_what_a_place_is_changes_its_times(api: Api) -> None:
    body = {"name": "Hall", "country": "FR"}
    assert (await api.put("/locations/1", body)).status_code == 200
    assert await titles(api, "country=FR") == ["soon", "elsewhere"]
    assert await titles(api, "country=DE") == []


async def test_lists_ask_the_same_however_much_there_is(
    api: Api, statements: Callable[[], int]
) -> None:
    async def asked() -> dict[str, int]:
        found = {}
        for path in (
            "/occurrences", "/occurrences/around", "/places", "/calendars", "/calendars/main",
            "/occurrences/days?first=2030-01-01&last=2030-02-10", "/events", "/events/5",
            "/events/5/around", "/ical/calendars/main", "/categories", "/locations",
        ):  # fmt: skip
            before = statements()
            await api.client.get(path)
            found[path] = statements() - before
        return found

    few = await asked()
    for number in range(5):
        more: dict[str, Any] = {"rules": ["FREQ=WEEKLY"], "location_id": 1, "category_ids": [1]}
        await api.made(
            "/events", {"title": f"{number}", "calendar_id": 1, "start": wall(60), **more}
        )
    many = await asked()
    # Of the like there are some now, whose categories are asked for.
    assert many.pop("/events/5/around") <= few.pop("/events/5/around") + 1 <= 20
    assert many == few
    assert max(few.values()) <= 8
    assert few["/occurrences"] == 2


async def test_the_window_moves_on(
    api: Api, rows: Rows, settings: Settings, context: TaskContext
) -> None:
    body = {"title": "weekly", "calendar_id": 1, "start": wall(1), "rules": ["FREQ=WEEKLY"]}
    made = await api.made("/events", body)
    ended = {**body, "title": "ended", "rules": ["FREQ=WEEKLY;UNTIL=20270101T000000Z"]}
    await api.made("/events", ended)
    count = "SELECT count(*) FROM occurrence WHERE event_id = 8"
    there = await rows.one(count)
    assert settings.window_future_days // 7 - 1 <= there <= settings.window_future_days // 7 + 1
    assert isinstance(await tasks.extend(context), Idle)
    last, ids = await rows.last(), await rows.all("SELECT id FROM occurrence ORDER BY id")
    await rows.do("UPDATE event SET projected = now() + interval '300 days' WHERE id = 8")
    late = "starts > now() + interval '300 days'"
    await rows.do(f"DELETE FROM occurrence WHERE event_id = 8 AND {late}")
    assert await tasks.extend(context) == "1 events have more times ahead"
    assert await rows.one(count) == there
    # Nothing of it is a change of the event, and rows that stay keep their place.
    assert await rows.last() == last
    assert (await api.read("/events/8"))["version"] == made["version"]
    kept = {row["id"] for row in await rows.all("SELECT id FROM occurrence")}
    assert len(kept & {row["id"] for row in ids}) > 40
    assert isinstance(await tasks.extend(context), Idle)
