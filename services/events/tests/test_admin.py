"""Events in the staff admin: the form, single times that are otherwise, and actions."""

from __future__ import annotations

from typing import Any

from servicekit.testing import Api, Rows

EVENT: dict[str, Any] = {
    "title": "Meeting",
    "calendar_id": 1,
    "start": "2027-10-05T19:00",
    "end": "2027-10-05T21:00",
    "zone": "Europe/Berlin",
    "rules": ["FREQ=WEEKLY;COUNT=3"],
}


async def test_single_times_of_an_event(api: Api, rows: Rows) -> None:
    await api.made("/admin-api/calendar", {"name": "Main"})
    await api.made("/admin-api/location", {"name": "Hall", "country": "DE"})
    await api.made("/admin-api/category", {"name": "Talks"})
    moved = {"original": "2027-10-12T19:00", "start": "2027-10-13T18:00", "title": "Moved"}
    await api.made("/admin-api/event", {**EVENT, "category_ids": [1], "overrides": [moved]})
    path = "/admin-api/event/1"
    record = await api.read(path, as_=api.permissions)
    assert record["values"]["start"] == "2027-10-05T19:00:00"
    (child,) = record["inlines"]["overrides"]
    assert child["values"]["title"] == "Moved"
    sent = {
        **record["values"],
        "overrides": [
            {**child["values"], "id": child["id"], "version": child["version"], "location_id": 1},
            {"original": "2027-10-19T19:00", "status": "cancelled"},
        ],
    }
    answer = await api.put(path, sent, record["version"])
    assert answer.status_code == 200, answer.text
    listed = (await api.read("/occurrences?when=all"))["items"]
    assert [(one["title"], one["start"][:10], one["status"]) for one in listed] == [
        ("Meeting", "2027-10-05", "confirmed"),
        ("Moved", "2027-10-13", "confirmed"),
        ("Meeting", "2027-10-19", "cancelled"),
    ]
    assert listed[1]["location"]["name"] == "Hall"
    record = await api.read(path, as_=api.permissions)
    first = record["inlines"]["overrides"][0]
    gone = [{"id": first["id"], "version": first["version"], "delete": True}]
    answer = await api.put(path, {**record["values"], "overrides": gone}, record["version"])
    assert answer.status_code == 200, answer.text
    assert (await api.read("/occurrences?when=all"))["items"][1]["title"] == "Meeting"
    last = await rows.last()
    for action, subject in (("feature", "updated"), ("cancel", "updated"), ("delete", "deleted")):
        done = await api.post(f"/admin-api/event/actions/{action}", {"ids": ["1"]})
        assert done.status_code == 200, done.text
        (told,) = await rows.told(last)
        assert told[0] == f"event.{subject}"
        last = await rows.last()
    for resource in ("calendar", "category", "location", "source", "alarm", "import-report"):
        listed = await api.read(f"/admin-api/{resource}", as_=api.permissions)
        assert "items" in listed or "rows" in listed
