"""When something is, in words.

Days are as they are; times are in UTC, for a script to put into the visitor's own zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from gateway.pages.events.models import Moment, When
from gateway.web.templating import clock, short_date, short_day

#: Between a start and an end.
TO = " \N{EN DASH} "


def whole_days(first: date, last: date) -> When:
    """Return the words for an event of whole days; `last` is the last of them."""
    if first == last:
        return When(first=Moment(iso=first.isoformat(), text=short_date(first)))
    same_year = first.year == last.year
    return When(
        first=Moment(
            iso=first.isoformat(), text=short_day(first) if same_year else short_date(first)
        ),
        last=Moment(iso=last.isoformat(), text=short_date(last)),
    )


def timed(start: datetime, end: datetime) -> When:
    """Return the words for an event with times."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    first = Moment(iso=iso(start), text=f"{short_date(start)}, {clock(start)}")
    if end <= start:
        return When(first=first, zone="UTC")
    same_day = start.date() == end.date()
    text = clock(end) if same_day else f"{short_date(end)}, {clock(end)}"
    return When(first=first, last=Moment(iso=iso(end), text=text), zone="UTC")


def spell(value: When) -> str:
    """Return it as plain text."""
    days = value.first.text + (f"{TO}{value.last.text}" if value.last else "")
    return f"{days} {value.zone}".rstrip()


def iso(value: datetime) -> str:
    """Return an instant as the attribute `datetime` has it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
