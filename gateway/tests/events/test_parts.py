"""The parts of which pages of events are made: the map, words for times, rules, what is sent in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import hypot

import pytest

from gateway.pages.events import recurrence, submitting, times, worldmap
from gateway.pages.events.projection import HEIGHT, WIDTH, project
from gateway.pages.events.submitting import EventForm
from gateway.web.forms import FormErrors

EMAIL = "ada@example.org"


def place(name: str, longitude: float, latitude: float, count: int = 1) -> worldmap.Place:
    return worldmap.Place(name, longitude, latitude, count, f"/{name}/", f"/near-{name}/")


BERLIN, PRAGUE, LIMA = (
    place("Berlin", 13.4, 52.5, 3),
    place("Prague", 14.4, 50.1),
    place("Lima", -77.0, -12.0),
)


def test_the_projection() -> None:
    widths = [project(180, latitude)[0] - WIDTH / 2 for latitude in range(0, 81, 10)]
    heights = [project(0, latitude)[1] for latitude in range(-50, 81, 10)]
    assert widths[0] == WIDTH / 2
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > WIDTH / 4
    assert heights == sorted(heights, reverse=True)
    assert 0 < heights[-1] < heights[0] < HEIGHT
    assert project(-60, 20)[0] == pytest.approx(WIDTH - project(60, 20)[0])


def test_places_too_near_for_a_finger_are_one_mark() -> None:
    wide = worldmap.build([BERLIN, PRAGUE, LIMA], worldmap.Window(), worldmap.WIDE)
    assert {point.label for point in wide.points} == {"Berlin, Prague: 4 events", "Lima: 1 event"}
    both = next(point for point in wide.points if point.count)
    assert (both.count, both.href) == ("4", "/near-Berlin/")
    alone = next(point for point in wide.points if not point.count)
    assert alone.href == "/Lima/"
    # Wherever marks come to be, a finger meets one of them.
    many = [place(f"p{n}", n % 40 * 2 - 20, n // 40 * 2 + 30) for n in range(800)]
    for pixels in (worldmap.WIDE, worldmap.NARROW):
        found = worldmap.build(many, worldmap.Window(), pixels).points
        least = 24 * WIDTH / pixels
        assert sum(int(point.count or 1) for point in found) == 800
        assert all(hypot(a.x - b.x, a.y - b.y) >= least for a in found for b in found if a is not b)
        assert all(2 * point.reach >= least for point in found)


def test_a_nearer_map_tells_them_apart() -> None:
    near = worldmap.around(BERLIN.longitude, BERLIN.latitude)
    assert near.has(BERLIN)
    assert near.has(PRAGUE)
    assert not near.has(LIMA)
    found = worldmap.build([BERLIN, PRAGUE, LIMA], near, worldmap.WIDE)
    assert {point.href for point in found.points} == {"/Berlin/", "/Prague/"}
    # Where it cannot come nearer, the list below does.
    twin = place("Potsdam", 13.4, 52.5)
    [one] = worldmap.build([BERLIN, twin], near, worldmap.WIDE).points
    assert one.href == "#places"
    for longitude, latitude in ((179, 80), (-179, -50)):
        window = worldmap.around(longitude, latitude)
        assert window.x >= 0
        assert window.y >= 0
        assert window.x + window.width <= WIDTH + 1
        assert window.y + window.height <= HEIGHT + 1


def test_times_in_words() -> None:
    start = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    said = {
        times.spell(times.whole_days(date(2026, 5, 3), date(2026, 5, 3))): "May 3, 2026",
        times.spell(times.whole_days(date(2026, 5, 3), date(2026, 6, 1))): "May 3 - Jun 1, 2026",
        times.spell(
            times.whole_days(date(2026, 12, 31), date(2027, 1, 1))
        ): "Dec 31, 2026 - Jan 1, 2027",
        times.spell(times.timed(start, start)): "Dec 31, 2026, 22:30 UTC",
        times.spell(times.timed(start, start.replace(hour=23))): "Dec 31, 2026, 22:30 - 23:30 UTC",
        times.spell(
            times.timed(start, datetime(2027, 1, 1, 1, tzinfo=UTC))
        ): "Dec 31, 2026, 22:30 - Jan 1, 2027, 01:00 UTC",
    }
    assert {text.replace(times.TO, " - ") for text in said} == set(said.values())


TUESDAY = date(2026, 12, 8)


@pytest.mark.parametrize("choice", list(recurrence.CHOICES))
@pytest.mark.parametrize("last", [None, date(2027, 6, 8)])
@pytest.mark.parametrize("all_day", [True, False])
def test_a_choice_is_found_again_in_its_rule(
    choice: str,
    last: date | None,
    all_day: bool,  # noqa: FBT001 - a case
) -> None:
    zone = "America/Los_Angeles"
    rule = recurrence.until(recurrence.rule_of(choice, TUESDAY), last, zone, all_day=all_day)
    assert recurrence.choice_of(rule, TUESDAY, zone) == (choice, last if choice else None)


def test_rules() -> None:
    assert recurrence.rule_of("monthly-weekday", TUESDAY) == "FREQ=MONTHLY;BYDAY=2TU"
    assert recurrence.rule_of("monthly-weekday", date(2026, 12, 31)) == "FREQ=MONTHLY;BYDAY=-1TH"
    # A day ends by the clock of its zone: here nine hours before that of UTC.
    ends = recurrence.until("FREQ=WEEKLY", date(2026, 12, 31), "Asia/Tokyo", all_day=False)
    assert ends == "FREQ=WEEKLY;UNTIL=20261231T145959Z"
    assert recurrence.choice_of("FREQ=WEEKLY;BYDAY=MO,TU", TUESDAY, "UTC")[0] == recurrence.KEPT


def form(**values: str) -> EventForm:
    given = {
        "title": "PyCon Nowhere",
        "calendar": "python-events",
        "kind": "conference",
        "link": "https://nowhere.example/",
        "description": "Three days.",
        "start_day": "2027-05-03",
        "end_day": "2027-05-05",
        "place": "Nowhere",
    }
    return EventForm.model_validate(given | values)


def test_what_is_typed_is_what_is_sent() -> None:
    days = submitting.sent(form(), EMAIL)
    assert (days.all_day, days.start, days.end) == (
        True,
        datetime(2027, 5, 3),  # noqa: DTZ001 - by the clock at the place
        datetime(2027, 5, 6),  # noqa: DTZ001
    )
    assert (days.rule, days.email, days.attendees) == (None, EMAIL, None)
    evening = submitting.sent(
        form(
            start_time="19:00", end_day="", end_time="21:30", zone="Europe/Berlin",
            repeats="monthly-weekday", repeats_until="2027-12-31", attendees="40",
        ),
        EMAIL,
    )  # fmt: skip
    assert (evening.all_day, f"{evening.start}", f"{evening.end}") == (
        False,
        "2027-05-03 19:00:00",
        "2027-05-03 21:30:00",
    )
    assert evening.rule == "FREQ=MONTHLY;BYDAY=1MO;UNTIL=20271231T225959Z"
    assert evening.attendees == 40
    at_once = submitting.sent(form(start_time="19:00", end_day=""), EMAIL)
    assert at_once.end is None
    kept = submitting.sent(form(repeats="kept"), EMAIL, "FREQ=DAILY;COUNT=3")
    assert kept.rule == "FREQ=DAILY;COUNT=3"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"start_day": ""}, "start_day"),
        ({"start_day": "tomorrow"}, "start_day"),
        ({"start_day": "2027-02-30"}, "start_day"),
        ({"start_day": "9999-12-31"}, "start_day"),
        ({"end_day": "2027-05-01"}, "end_day"),
        ({"end_day": "2029-05-01"}, ""),
        ({"end_time": "18:00"}, "start_time"),
        ({"start_time": "25:00"}, "start_time"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"repeats": "now and then"}, "repeats"),
        ({"place": ""}, "place"),
        ({"attendees": "many"}, "attendees"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"country": "Germany"}, "country"),
        ({"kind": "party"}, "kind"),
        ({"description": "bell \x07"}, "description"),
    ],
)
def test_what_cannot_be_sent_is_said_by_its_field(values: dict[str, str], field: str) -> None:
    with pytest.raises(FormErrors) as refused:
        submitting.sent(form(**values), EMAIL)
    assert set(refused.value.errors) == {field}
