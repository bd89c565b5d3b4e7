"""Calendar files: samples give the expected times, and what is published is read back equal."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from contracts.events.inputs import EventInput
from events.events import rules
from events.events.series import Series
from events.events.services import series_of
from events.ical import reading
from events.occurrences.expansion import expand
from servicekit.testing import Api

SAMPLES = Path(
    os.environ.get("ICS_SAMPLES", Path(__file__).resolve().parents[4] / "shared" / "data" / "ics")
)
needs_samples = pytest.mark.skipif(
    not (SAMPLES / "expectations.json").is_file(),
    reason="no sample calendars: ICS_SAMPLES names no folder that has them",
)


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / "expectations.json").read_text())["files"][name]
    return found


def series(found: reading.Found) -> Series:
    sent = EventInput.model_validate({**found.values, "calendar_id": 1})
    return rules.check(series_of(sent))


def instants(one: Series, start: str, end: str) -> list[tuple[str, str]]:
    """Return the times of a series as the expectations name them."""
    times = expand(one, date.fromisoformat(start), date.fromisoformat(end))
    inside = [
        time
        for time in times
        if time.last_day >= date.fromisoformat(start) and time.first_day < date.fromisoformat(end)
    ]
    if one.all_day:
        return [(str(time.first_day), str(time.last_day + timedelta(days=1))) for time in inside]
    return [
        (time.starts.strftime("%Y-%m-%dT%H:%M:%SZ"), time.ends.strftime("%Y-%m-%dT%H:%M:%SZ"))
        for time in inside
    ]


def told(occurrence: dict[str, Any], which: str) -> str:
    value: dict[str, str] = occurrence[which]
    return value["value"] if value["kind"] == "date" else value["utc"]


@needs_samples
def test_every_sample_gives_the_expected_times() -> None:
    files = json.loads((SAMPLES / "expectations.json").read_text())["files"]
    assert files
    for name, wanted in files.items():
        body = (SAMPLES / name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == wanted["sha256"], name
        parsed = reading.read(body)
        assert len(parsed.skipped) == len(wanted.get("parse_errors", [])), (name, parsed.skipped)
        window = (wanted["window"]["start"], wanted["window"]["end"])
        found = sorted(time for one in parsed.found for time in instants(series(one), *window))
        given = sorted((told(one, "start"), told(one, "end")) for one in wanted["occurrences"])
        assert found == given, name


@pytest.fixture
async def _calendar(api: Api) -> None:
    await api.made("/calendars", {"name": "Main", "description": "Of; all, kinds"})


async def published(api: Api, path: str) -> bytes:
    answer = await api.get(f"/ical{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return answer.content


def by_ical(body: bytes, start: date, end: date) -> list[tuple[str, str]]:
    """Return the times that the library of another author works out."""
    timeline = IcsCalendarStream.calendar_from_ics(body.decode()).timeline
    return sorted(
        (_utc(one.dtstart), _utc(one.dtend or one.dtstart))
        for one in timeline.overlapping(start, end)
    )


def _utc(moment: date | datetime | None) -> str:
    if not isinstance(moment, datetime):
        return str(moment)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


#: Names of samples with times that the other library does not read, and why.
UNREAD = {"issue_113_period_in_rdate.ics": "it takes no periods in RDATE"}


@needs_samples
@pytest.mark.usefixtures("_calendar")
async def test_what_was_read_is_published_equal(api: Api) -> None:
    """Import, export, and read back: by our reader, by `ical` and by `vobject`."""
    files = json.loads((SAMPLES / "expectations.json").read_text())["files"]
    for name, wanted in files.items():
        window = (wanted["window"]["start"], wanted["window"]["end"])
        given = sorted((told(one, "start"), told(one, "end")) for one in wanted["occurrences"])
        parsed = reading.read((SAMPLES / name).read_bytes())
        bodies = []
        for found in parsed.found:
            sent = EventInput.model_validate({**found.values, "calendar_id": 1})
            made = await api.made("/events", sent.model_dump(mode="json"))
            bodies.append(await published(api, f"/events/{made['id']}"))
        again = [one for body in bodies for one in reading.read(body).found]
        assert sorted(t for one in again for t in instants(series(one), *window)) == given, name
        for body in bodies:
            assert len(list(vobject.readComponents(body.decode()))) == 1, name
            assert not Calendar.from_ical(body).errors, name
        if name not in UNREAD:
            days = (date.fromisoformat(window[0]), date.fromisoformat(window[1]))
            assert sorted(t for body in bodies for t in by_ical(body, *days)) == given, name


@pytest.mark.usefixtures("_calendar")
async def test_a_file_is_stable_and_whole(api: Api) -> None:
    await api.made("/categories", {"name": "Talks, and more"})
    await api.made(
        "/locations",
        {"name": "Café; Süd", "address": "Am Weg 1", "latitude": 52.5, "longitude": 13.4},
    )
    event = {
        "title": "Äpfel, Birnen; \\ und " + "sehr " * 20,
        "calendar_id": 1,
        "category_ids": [1],
        "location_id": 1,
        "start": "2026-10-20T19:00",
        "end": "2026-10-20T21:00",
        "zone": "Europe/Berlin",
        "rules": ["FREQ=WEEKLY;COUNT=4"],
        "exceptions": ["2026-11-03T19:00"],
        "overrides": [
            {"original": "2026-10-27T19:00", "start": "2026-10-28T18:00", "title": "Moved"},
            {"original": "2026-11-10T19:00", "status": "cancelled"},
        ],
        "description": "One\n\nTwo; with, all",
    }
    made = await api.made("/events", event)
    files = ["/calendars/main", "/categories/talks-and-more", "/locations/1", "/events/1"]
    bodies = [await published(api, path) for path in files]
    for path, body in zip(files, bodies, strict=True):
        assert body == await published(api, path)
        assert all(len(line) <= 75 for line in body.split(b"\r\n"))
        calendar: Any = Calendar.from_ical(body)
        assert [str(one["UID"]) for one in calendar.events] == [made["uid"]] * 3
        assert calendar.events[0]["RRULE"]["COUNT"] == [4]
        assert str(calendar.timezones[0]["TZID"]) == "Europe/Berlin"
        # The clocks change between the first time and the second; both libraries know.
        expected_times = [
            ("2026-10-20T17:00:00Z", "2026-10-20T19:00:00Z"),
            ("2026-10-28T17:00:00Z", "2026-10-28T19:00:00Z"),
            ("2026-11-10T18:00:00Z", "2026-11-10T20:00:00Z"),
        ]
        assert by_ical(body, date(2026, 10, 1), date(2026, 12, 1)) == expected_times
        (read,) = reading.read(body).found
        assert read.place == "Café; Süd, Am Weg 1"
        assert instants(series(read), "2026-10-01", "2026-12-01") == expected_times
        assert read.values["overrides"][1]["status"] == "cancelled"
    parts = vobject.readOne(bodies[0].decode())
    assert parts.vevent.summary.value == made["title"]
    assert parts.vevent.description.value == "One\nTwo; with, all"
    tag = (await api.get("/ical/events/1")).headers["etag"]
    same = await api.get("/ical/events/1", headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    for path in ("/calendars/other", "/categories/other", "/locations/9", "/events/9"):
        assert (await api.get(f"/ical{path}")).status_code == 404


@pytest.mark.parametrize(
    ("event", "window", "wanted"),
    [
        # Noon in New York is another instant after the clocks changed.
        (
            {
                "start": "2026-10-30T12:00",
                "zone": "America/New_York",
                "rules": ["FREQ=WEEKLY;COUNT=2"],
            },
            ("2026-10-01", "2026-12-01"),
            ["2026-10-30T16:00:00Z", "2026-11-06T17:00:00Z"],
        ),
        # The clocks leave 02:30 out, and show it twice.
        (
            {"start": "2026-03-29T02:30", "zone": "Europe/Berlin"},
            ("2026-03-01", "2026-04-01"),
            ["2026-03-29T01:30:00Z"],
        ),
        (
            {"start": "2026-10-25T02:30", "zone": "Europe/Berlin"},
            ("2026-10-01", "2026-11-01"),
            ["2026-10-25T00:30:00Z"],
        ),
        # Leap days, 31sts, and over the end of a year.
        (
            {"start": "2024-02-29T10:00", "rules": ["FREQ=YEARLY"]},
            ("2024-01-01", "2033-01-01"),
            ["2024-02-29T10:00:00Z", "2028-02-29T10:00:00Z", "2032-02-29T10:00:00Z"],
        ),
        (
            {"start": "2026-08-31T10:00", "rules": ["FREQ=MONTHLY"]},
            ("2026-08-01", "2027-02-01"),
            [
                f"{day}T10:00:00Z"
                for day in ("2026-08-31", "2026-10-31", "2026-12-31", "2027-01-31")
            ],
        ),
        (
            {"start": "2026-12-31T23:00", "end": "2027-01-01T01:00", "zone": "Pacific/Auckland"},
            ("2026-12-01", "2027-02-01"),
            ["2026-12-31T10:00:00Z"],
        ),
    ],
)
def test_hard_times(event: dict[str, Any], window: tuple[str, str], wanted: list[str]) -> None:
    sent = EventInput.model_validate({"title": "a", "calendar_id": 1, **event})
    one = rules.check(series_of(sent))
    assert [start for start, _ in instants(one, *window)] == wanted


def test_whole_days_are_the_same_days_everywhere() -> None:
    for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
        sent = EventInput.model_validate(
            {
                "title": "a", "calendar_id": 1, "all_day": True, "zone": zone,
                "start": "2026-12-31T00:00", "end": "2027-01-02T00:00",
            }
        )  # fmt: skip
        one = rules.check(series_of(sent))
        assert instants(one, "2026-01-01", "2028-01-01") == [("2026-12-31", "2027-01-02")]
