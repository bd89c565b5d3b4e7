"""Events: what is kept of them, what is told, and when they take place."""

from __future__ import annotations

from typing import Any

import pytest

from servicekit.testing import Api, Rows

EVENT: dict[str, Any] = {
    "title": "Meeting",
    "calendar_id": 1,
    "start": "2030-01-08T19:00",
    "end": "2030-01-08T21:00",
    "zone": "Europe/Berlin",
}


@pytest.fixture(autouse=True)
async def _calendar(api: Api) -> None:
    await api.made("/calendars", {"name": "Python events"})


async def test_life_of_an_event(api: Api, rows: Rows) -> None:
    await api.made("/categories", {"name": "Sprints"})
    await api.made("/locations", {"name": "Hall", "country": "DE"})
    made = await api.made("/events", {**EVENT, "location_id": 1, "category_ids": [1]})
    assert made["start"] == "2030-01-08T18:00:00Z"
    assert made["wall_start"] == "2030-01-08T19:00:00"
    assert made["uid"].endswith("@www.python.org")
    path = "/events/1"
    assert (await api.put(path, EVENT, match=None)).status_code == 428
    assert (await api.put(path, EVENT, match=9)).status_code == 412
    same = {**EVENT, "location_id": 1, "category_ids": [1]}
    assert (await api.put(path, same, match=1)).json()["version"] == 1
    moved = (await api.put(path, {**EVENT, "start": "2030-07-09T19:00", "end": None})).json()
    assert (moved["version"], moved["uid"]) == (2, made["uid"])
    assert moved["start"] == moved["end"] == "2030-07-09T17:00:00Z"
    assert (await api.read(path))["categories"] == []
    assert (await api.delete(path, match=2)).status_code == 204
    assert (await api.get(path)).status_code == 404
    assert await rows.one("SELECT count(*) FROM occurrence") == 0
    told = [event for event in await rows.events() if event["aggregate_type"] == "event"]
    assert [event["subject"] for event in told] == [
        "events.event.created", "events.event.updated", "events.event.deleted",
    ]  # fmt: skip
    # What listed it before the change is named, too.
    assert told[1]["data"]["categories"] == ["sprints"]
    assert told[1]["data"]["locations"] == [1]
    assert told[1]["data"]["event"]["location"] is None
    assert [event["data"]["event"] is None for event in told] == [False, False, True]
    assert [event["aggregate_version"] for event in told] == [1, 2, 3]
    assert [row["action"] for row in await rows.audit()][-3:] == ["created", "updated", "deleted"]


async def test_what_an_event_shows_is_told_anew_when_it_is_called_otherwise(
    api: Api, rows: Rows
) -> None:
    await api.made("/categories", {"name": "Sprints"})
    for name in ("Hall", "Garden", "Elsewhere"):
        await api.made("/locations", {"name": name})
    await api.made("/events", {**EVENT, "location_id": 1, "category_ids": [1]})
    moved = {"original": "2030-01-15T19:00", "location_id": 2}
    weekly = {**EVENT, "rules": ["FREQ=WEEKLY;COUNT=3"], "location_id": 3, "overrides": [moved]}
    await api.made("/events", weekly)

    async def told() -> list[tuple[int, int]]:
        found = [one for one in await rows.events() if one["subject"] == "events.event.updated"]
        for one in found:
            assert one["data"]["event"]["version"] == one["aggregate_version"]
        await rows.do("DELETE FROM outbox")
        return [(one["data"]["id"], one["aggregate_version"]) for one in found]

    assert await told() == []
    for path, body, expected in (
        ("/locations/1", {"name": "Great hall"}, [(1, 2)]),
        ("/locations/2", {"name": "Small garden"}, [(2, 2)]),
        ("/categories/1", {"name": "Hacking", "slug": "sprints"}, [(1, 3)]),
        ("/calendars/1", {"name": "Events", "slug": "python-events"}, [(1, 4), (2, 3)]),
        ("/calendars/1", {"name": "Events", "slug": "python-events", "position": 2}, []),
        ("/locations/3", {"name": "Elsewhere"}, []),
    ):
        answer = await api.put(path, body, match="*")
        assert answer.status_code == 200, answer.text
        assert await told() == expected, path
    shown = await api.read("/events/1")
    assert (shown["location"]["name"], shown["version"]) == ("Great hall", 4)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        # At the ends of the calendar nothing can be worked out.
        ({"start": "9999-12-31T23:00", "end": None}, "start"),
        ({"start": "0001-01-01T00:00", "end": None, "zone": "Asia/Tokyo"}, "start"),
        ({"rules": ["FREQ=YEARLY;UNTIL=99991231"], "zone": "America/Lima"}, "rules"),
        ({"additional": ["9999-12-31T23:00"], "zone": "America/Lima"}, "additional"),
        ({"rules": ["FREQ=DAILY"], "exceptions": ["9999-12-31T23:00"]}, "exceptions"),
        ({"zone": "Europe/Nowhere"}, "zone"),
        ({"start": "2030-01-08T19:00:00Z"}, "start"),
        ({"end": "2030-01-08T18:00"}, None),
        ({"all_day": True}, None),
        ({"end": "2032-01-01T00:00"}, None),
        ({"rules": ["FREQ=HOURLY"]}, "rules"),
        ({"rules": ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"]}, "rules"),
        ({"rules": ["FREQ=WEEKLY;BYDAY=XX"]}, "rules"),
        ({"rules": ["FREQ=DAILY;COUNT=0"]}, "rules"),
        ({"rules": ["FREQ=WEEKLY;COUNT=2;UNTIL=20300301"]}, "rules"),
        ({"rules": ["every tuesday"]}, "rules"),
        ({"additional": ["2030-02-30T19:00"]}, "additional"),
        ({"overrides": [{"original": "2030-01-08T19:00"}]}, "overrides"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str | None
) -> None:
    answer = await api.post("/events", {**EVENT, **body})
    assert answer.status_code == 400, answer.text
    loc = answer.json()["errors"][0]["loc"]
    assert loc[:2] == (["body", field] if field else ["body"])
    assert await rows.one("SELECT count(*) FROM event") == 0


async def test_what_is_in_use_stays(api: Api) -> None:
    await api.made("/categories", {"name": "Sprints"})
    await api.made("/locations", {"name": "Hall"})
    await api.made("/events", {**EVENT, "location_id": 1, "category_ids": [1]})
    for path in ("/calendars/1", "/categories/1", "/locations/1"):
        assert (await api.delete(path)).status_code == 409, path
    assert (await api.post("/events", {**EVENT, "calendar_id": 7})).status_code == 409
    assert (await api.post("/calendars", {"name": "Submit"})).status_code == 400


async def test_text_of_strangers_is_safe(api: Api) -> None:
    text = "<script>alert(1)</script>**Bring** a laptop. " + "word " * 100
    made = await api.made("/events", {**EVENT, "description": text})
    assert "<script" not in made["description_html"]
    assert "<strong>Bring</strong>" in made["description_html"]
    (one,) = (await api.read("/occurrences"))["items"]
    assert len(one["summary"]) <= 300
    assert one["summary"].endswith("word…")


async def test_export_has_every_event(api: Api) -> None:
    for title in ("a", "b"):
        await api.made("/events", {**EVENT, "title": title})
    page = await api.read("/internal/export/events", as_=["system.export"])
    assert [item["data"]["event"]["title"] for item in page["items"]] == ["a", "b"]
    assert {item["type"] for item in page["items"]} == {"events.event.updated.v1"}
