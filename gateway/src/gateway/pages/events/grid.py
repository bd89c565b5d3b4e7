"""Months and weeks: which days they have, and what stands in them. Weeks begin on Monday."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from contracts.events import dto
from gateway.pages.events import fetch, links, rows
from gateway.pages.events.models import Day, Week

_DAYS = 7


def monday(day: date) -> date:
    """Return the first day of a week."""
    return day - timedelta(days=day.weekday())


def last_of_month(day: date) -> date:
    """Return the last day of the month of a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def weeks(
    first: date, last: date, found: Mapping[date, dto.Day], calendar: str
) -> tuple[Week, ...]:
    """Return the weeks from the one of `first` to the one of `last`, with what is on their days.

    Days of these weeks before and after stand there, empty.
    """
    begin = monday(first)
    end = monday(last) + timedelta(days=_DAYS - 1)
    today = fetch.today()
    days = [
        Day(
            date=day,
            href=links.day_path(calendar, day),
            entries=tuple(rows.entry(item, day) for item in found[day].items)
            if day in found
            else (),
            inside=first <= day <= last,
            today=day == today,
            more=day in found and found[day].more,
        )
        for day in (begin + timedelta(days=at) for at in range((end - begin).days + 1))
    ]
    return tuple(
        Week(
            number=days[at].date.isocalendar().week,
            href=links.week_path(calendar, days[at].date),
            days=tuple(days[at : at + _DAYS]),
        )
        for at in range(0, len(days), _DAYS)
    )
