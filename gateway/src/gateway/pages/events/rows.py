"""Occurrences as pages print them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from contracts.events.dto import EventKind, EventStatus, LocationRef, Occurrence
from gateway.pages.events import links, times
from gateway.pages.events.models import Entry, EventRow, Moment, MonthOfRows, When
from gateway.pages.heads import Mark
from gateway.pages.links import Link
from gateway.web.templating import clock, month_name

KINDS = {
    EventKind.CONFERENCE: "Conference",
    EventKind.USER_GROUP: "User group",
    EventKind.WORKSHOP: "Workshop",
    EventKind.SPRINT: "Sprint",
    EventKind.OTHER: "Other",
}


@cache
def _territories() -> dict[str, str]:
    return dict(Locale.parse("en").territories)


def country_name(code: str) -> str:
    """Return the name of a country (ISO 3166-1, two letters); what is none stays as it is."""
    return _territories().get(code, code)


def countries() -> list[tuple[str, str]]:
    """Return every country as (code, name), by name."""
    named = ((code, name) for code, name in _territories().items() if len(code) == 2)
    # Codes of groups and of places that are no countries begin with these.
    no_country = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    return sorted(((c, n) for c, n in named if c not in no_country), key=lambda one: one[1])


def when(item: Occurrence) -> When:
    """Return when an occurrence is, in words."""
    if item.all_day:
        return times.whole_days(item.first_day, item.last_day)
    return times.timed(item.start, item.end)


def place_of(location: LocationRef | None) -> str:
    """Return a place in a few words."""
    if location is None:
        return ""
    country = country_name(location.country) if location.country else ""
    if not country or location.online or country in location.name:
        return location.name
    return f"{location.name}, {country}"


def marks(item: Occurrence) -> tuple[Mark, ...]:
    """Return the badges of an occurrence."""
    found = []
    if item.status is EventStatus.CANCELLED:
        found.append(Mark(label="cancelled", kind="end-of-life"))
    elif item.status is EventStatus.TENTATIVE:
        found.append(Mark(label="tentative", kind="security"))
    if item.featured:
        found.append(Mark(label="featured", kind="bugfix"))
    if item.location is not None and item.location.online:
        found.append(Mark(label="online", kind="feature"))
    if item.sample:
        found.append(Mark(label="sample"))
    return tuple(found)


def row(item: Occurrence, *, within: str = "") -> EventRow:
    """Return an occurrence as a row; on a page of the calendar `within` it does not name that."""
    calendar = item.calendar
    return EventRow(
        title=item.title,
        href=links.event_path(calendar.slug, item.event_id),
        day=item.first_day if item.all_day else item.start.astimezone(UTC).date(),
        when=when(item),
        place=_place(item),
        calendar=None
        if calendar.slug == within
        else Link(label=calendar.name, href=links.calendar_path(calendar.slug)),
        marks=marks(item),
        gone=item.status is EventStatus.CANCELLED,
    )


def _place(item: Occurrence) -> Link | None:
    if item.location is None:
        return None
    return Link(
        label=place_of(item.location),
        href=links.location_path(item.calendar.slug, item.location.id),
    )


def months(
    items: Iterable[Occurrence], calendar: str = "", *, since: date | None = None
) -> tuple[MonthOfRows, ...]:
    """Return rows under the names of their months, in the order of the items.

    What began before the day `since` stands in the month of that day: there it is still on.
    """
    made = [row(item, within=calendar) for item in items]

    def month(one: EventRow) -> tuple[int, int]:
        day = max(one.day, since) if since else one.day
        return day.year, day.month

    return tuple(
        MonthOfRows(
            title=f"{month_name(first := date(year, number, 1))} {year}",
            href=links.month_path(calendar, first),
            rows=tuple(rows),
        )
        for (year, number), rows in groupby(made, month)
    )


def entry(item: Occurrence, day: date) -> Entry:
    """Return an occurrence as it stands in a day of a grid, by the clock at its place."""
    goes_on = item.first_day < day
    kind = "featured" if item.featured else ""
    if item.status is not EventStatus.CONFIRMED:
        kind = item.status.value
    return Entry(
        title=item.title,
        href=links.event_path(item.calendar.slug, item.event_id),
        clock=None if item.all_day or goes_on else _there(item.start, item.zone),
        place=place_of(item.location),
        kind=kind,
        goes_on=goes_on,
    )


def zone_of(name: str) -> ZoneInfo:
    """Return a zone; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _there(instant: datetime, zone: str) -> Moment:
    return Moment(iso=times.iso(instant), text=clock(instant.astimezone(zone_of(zone))))


def next_link(item: Occurrence) -> Link:
    """Return an occurrence as a link."""
    return Link(label=item.title, href=links.event_path(item.calendar.slug, item.event_id))


def once_each(items: Sequence[Occurrence]) -> list[Occurrence]:
    """Return the first of the occurrences of each event."""
    seen: dict[int, Occurrence] = {}
    for item in items:
        seen.setdefault(item.event_id, item)
    return list(seen.values())
