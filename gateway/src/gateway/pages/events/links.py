"""Addresses of events and of what there is about them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from gateway.pages.heads import Subscribe

if TYPE_CHECKING:
    from contracts.events import dto

HOME = "/events/"
CALENDARS = "/events/calendars/"
MAP = "/events/map/"
SUBMIT = "/events/submit/"
OWN = "/events/submissions/"
REMINDERS = "/events/alarms/"

type Named = dto.CalendarRef | dto.Calendar


def calendar_path(slug: str) -> str:
    """Return the address of a calendar; empty: of all."""
    return f"{HOME}{slug}/" if slug else HOME


def event_path(slug: str, number: int) -> str:
    """Return the address of an event in its calendar."""
    return f"{HOME}{slug}/{number}/"


def category_path(calendar: str, slug: str) -> str:
    """Return the address of a category in a calendar."""
    return f"{HOME}{calendar}/categories/{slug}/"


def location_path(calendar: str, number: int) -> str:
    """Return the address of a place in a calendar."""
    return f"{HOME}{calendar}/locations/{number}/"


def month_path(calendar: str, day: date) -> str:
    """Return the address of the month of a day."""
    return f"{calendar_path(calendar)}month/{day:%Y/%m}/"


def week_path(calendar: str, day: date) -> str:
    """Return the address of the week of a day."""
    year, week, _ = day.isocalendar()
    return f"{calendar_path(calendar)}week/{year}/{week:02}/"


def day_path(calendar: str, day: date) -> str:
    """Return the address of what takes place on a day and after it."""
    if calendar:
        return f"{HOME}{calendar}/date/{day:%Y/%m/%d}/"
    return f"{HOME}?{urlencode({'since': day.isoformat()})}#found"


def subscribe(origin: str, what: str, path: str, *, file: bool = True) -> Subscribe:
    """Return how to subscribe to what has the page `path`. Without `file` there are only feeds."""
    host = urlsplit(origin).netloc
    return Subscribe(
        what=what,
        webcal=f"webcal://{host}{path}feed.ics" if file else "",
        ics=f"{path}feed.ics" if file else "",
        rss=f"{path}feed.rss",
        atom=f"{path}feed.atom",
    )
