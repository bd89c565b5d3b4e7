"""The upper part of pages of events: title, breadcrumbs, other ways to look at the same."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gateway.pages.downloads.models import Pager
from gateway.pages.events import fetch, links
from gateway.pages.heads import Head, Subscribe, Tab

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.events.dto import Calendar, Occurrences
    from gateway.web.pages import PageContext

PYTHON = ("Python", "/")
EVENTS = ("Events", links.HOME)


def tabs(calendar: str, current: str) -> tuple[Tab, ...]:
    """Return the ways to look at a calendar; empty: at all. `current` is one of their names."""
    base = links.calendar_path(calendar)
    ways = {
        "Upcoming": base,
        "Month": links.month_path(calendar, fetch.today()),
        "Week": links.week_path(calendar, fetch.today()),
        **(
            {
                "Past": f"{base}past/",
                "Categories": f"{base}categories/",
                "Places": f"{base}locations/",
            }
            if calendar
            else {"Map": links.MAP, "Calendars": links.CALENDARS}
        ),
    }
    return tuple(Tab(label=name, href=href, current=name == current) for name, href in ways.items())


def of_calendar(  # noqa: PLR0913 - what there is to say of a page
    ctx: PageContext,
    calendar: Calendar,
    title: str,
    description: str,
    *,
    current: str,
    text: str = "",
    above: tuple[tuple[str, str], ...] = (),
    subscribe: Subscribe | None = None,
    indexed: bool = True,
) -> Head:
    """Return the head of a page of a calendar; `subscribe` is to the calendar unless it is told."""
    path = links.calendar_path(calendar.slug)
    own = () if current == "Upcoming" and not above else ((calendar.name, path),)
    return Head(
        title=title,
        description=description,
        text=text,
        trail=(PYTHON, EVENTS, *own, *above),
        tabs=tabs(calendar.slug, current),
        subscribe=subscribe or links.subscribe(ctx.site.origin, calendar.name, path),
        indexed=indexed,
    )


def turning(
    ctx: PageContext, found: Occurrences, label: str, params: Mapping[str, str] | None = None
) -> Pager | None:
    """Return the ways from one window of a list to the ones before and after it."""

    def address(cursor: str) -> str | None:
        return f"{ctx.path}?{urlencode({**(params or {}), 'cursor': cursor})}" if cursor else None

    if not found.next and not found.previous:
        return None
    return Pager(
        label=label,
        page=1,
        pages=(),
        previous=address(found.previous),
        next=address(found.next),
    )
