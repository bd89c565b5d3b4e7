"""From a series to its times: the rules of RFC 5545 are worked out by recurring-ical-events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import recurring_ical_events
from icalendar import Calendar

from events.events.series import Change, Series, components, instant, wall_of


@dataclass(frozen=True, kw_only=True)
class Time:
    """One time of a series: wall times, instants in UTC, and the days that it touches.

    `original` tells the times of one series apart, see `contracts.events.dto.Occurrence`.
    """

    original: str
    starts: datetime
    ends: datetime
    first_day: date
    last_day: date
    change: Change | None = None


def expand(series: Series, since: date, until: date) -> list[Time]:
    """Return the times that touch the days from `since` to before `until`, in order.

    What does not repeat has its one time, whatever the days.
    """
    if not series.repeats:
        return [_time(series, series.starts, series.starts, series.ends)]
    calendar = Calendar()
    for component in components(series, "x"):
        calendar.add_component(component)
    changes = {change.original: change for change in series.changes}
    query = recurring_ical_events.of(calendar, keep_recurrence_attributes=True)
    found: dict[str, Time] = {}
    for event in query.between(since, until):
        starts = wall_of(series, event["DTSTART"].dt)
        ends = wall_of(series, event["DTEND"].dt)
        original = wall_of(series, event["RECURRENCE-ID"].dt)
        one = _time(series, original, starts, ends, changes.get(original))
        found[one.original] = one
    return sorted(found.values(), key=lambda one: (one.starts, one.original))


def _time(
    series: Series,
    original: datetime,
    starts: datetime,
    ends: datetime,
    change: Change | None = None,
) -> Time:
    last = ends - timedelta(microseconds=1) if ends > starts else ends
    return Time(
        original=f"{original:%Y%m%d}" if series.all_day else f"{original:%Y%m%dT%H%M%S}",
        starts=instant(starts, series.zone),
        ends=instant(ends, series.zone),
        first_day=starts.date(),
        last_day=last.date(),
        change=change,
    )
