"""When an event takes place, as plain values; and what of it the iCalendar library works with.

A series is read from the tables, from what a form sends and from iCalendar alike. Whoever wants its
times, or a calendar file, goes by the components that are made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Event as Component
from icalendar import vRecur

from contracts.events.inputs import EARLIEST, LATEST

UTC_NAME: Final = "UTC"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One time that is otherwise than its rule says; None is as in the series. Wall times."""

    original: datetime
    starts: datetime | None = None
    ends: datetime | None = None
    title: str = ""
    description: str = ""
    location_id: int | None = None
    link: str = ""
    status: str | None = None


@dataclass(frozen=True, kw_only=True)
class Series:
    """When an event takes place. Wall times in `zone`; of whole days they are midnights."""

    starts: datetime
    ends: datetime
    all_day: bool = False
    zone: str = UTC_NAME
    rules: tuple[str, ...] = ()
    additional: tuple[str, ...] = ()
    exceptions: tuple[datetime, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def repeats(self) -> bool:
        """Whether it takes place more than once."""
        return bool(self.rules or self.additional)

    @property
    def length(self) -> timedelta:
        """How long it takes, by the clock at the place."""
        return self.ends - self.starts


@cache
def zones() -> frozenset[str]:
    """Return the names of all time zones."""
    return frozenset(available_timezones())


def instant(wall: datetime, zone: str) -> datetime:
    """Return the instant at which clocks show a wall time; of two such, the first.

    A time that the clocks leave out is as long after the change as it was meant to be before.
    """
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def period(text: str) -> tuple[datetime, datetime | None]:
    """Read `start` or `start/end`. Raises ValueError."""
    start, _, end = text.partition("/")
    found = datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None
    if any(one is not None and not EARLIEST <= one < LATEST for one in found):
        raise ValueError(f"{text} is too far away")
    return found


def value(series: Series, wall: datetime) -> date | datetime:
    """Return a wall time as iCalendar has it: a day, an instant, or a time with its zone."""
    if series.all_day:
        return wall.date()
    if series.zone == UTC_NAME:
        return wall.replace(tzinfo=UTC)
    return wall.replace(tzinfo=ZoneInfo(series.zone))


def wall_of(series: Series, found: date | datetime) -> datetime:
    """Return what the library calls a time as a wall time of the series."""
    if not isinstance(found, datetime):
        return datetime(found.year, found.month, found.day)  # noqa: DTZ001 - a wall time
    if found.tzinfo is None:
        return found
    return found.astimezone(ZoneInfo(series.zone)).replace(tzinfo=None)


def components(series: Series, uid: str) -> list[Component]:
    """Return the VEVENTs of a series that say when it takes place, the series itself first."""
    own = Component()
    own.add("uid", uid)
    own.add("dtstart", value(series, series.starts))
    own.add("dtend", value(series, series.ends))
    for rule in series.rules:
        own.add("rrule", vRecur.from_ical(rule))
    for text in series.additional:
        start, end = period(text)
        if end is None:
            own.add("rdate", value(series, start))
        else:
            span = (instant(start, series.zone), instant(end, series.zone))
            own.add("rdate", [span], parameters={"VALUE": "PERIOD"})
    for left_out in series.exceptions:
        own.add("exdate", value(series, left_out))
    return [own, *(_changed(series, uid, change) for change in series.changes)]


def _changed(series: Series, uid: str, change: Change) -> Component:
    one = Component()
    one.add("uid", uid)
    one.add("recurrence-id", value(series, change.original))
    starts = change.starts or change.original
    one.add("dtstart", value(series, starts))
    one.add("dtend", value(series, change.ends or starts + series.length))
    return one
