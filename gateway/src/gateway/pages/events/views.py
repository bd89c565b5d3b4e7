"""Months and weeks of a calendar, and of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.events import dto
from gateway.pages.events import fetch, grid, heads, links, times
from gateway.pages.events.models import GridPage
from gateway.pages.heads import Head
from gateway.pages.links import Link
from gateway.web.pages import NotFound, Page, PageContext, PageRoute, Redirect, page
from gateway.web.templating import month_name, short_date

#: Entries of a day: of a month so many, and of a week.
_IN_MONTH, _IN_WEEK = 4, 50

type Address = Callable[[str, date], str]


@dataclass(frozen=True, slots=True)
class Span:
    """Days that a page shows. `before` and `after` are days of the ones beside it."""

    unit: str
    first: date
    last: date
    title: str
    limit: int
    address: Address
    name: Callable[[date], str]

    @property
    def before(self) -> date:
        """The last day before it."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """The first day after it."""
        return self.last + timedelta(days=1)


def _month_title(day: date) -> str:
    return f"{month_name(day)} {day.year}"


def _week_title(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"Week {week}, {year}"


def _month(ctx: PageContext) -> Span:
    first = fetch.month_of(ctx)
    last = grid.last_of_month(first)
    title = _month_title(first)
    return Span("Month", first, last, title, _IN_MONTH, links.month_path, _month_title)


def _week(ctx: PageContext) -> Span:
    first = fetch.week_of(ctx)
    last = first + timedelta(days=6)
    title = f"{_week_title(first)}: {short_date(first)}{times.TO}{short_date(last)}"
    return Span("Week", first, last, title, _IN_WEEK, links.week_path, _week_title)


async def _show(ctx: PageContext, span: Span) -> Page:
    """Show the days of a span; of one calendar where the address names one."""
    events = fetch.service(ctx)
    slug = fetch.slug_of(ctx) if "calendar" in ctx.path_params else ""
    if not slug:
        ctx.use(fetch.EVENTS, fetch.NAMES)
    calendar, found = await asyncio.gather(
        _maybe(ctx, slug),
        events.days(
            calendar=slug or None,
            first=span.first.isoformat(),
            last=span.last.isoformat(),
            limit=span.limit,
        ),
    )
    on = {day.day: day for day in found.days}
    nothing = not any(day.items for day in found.days)
    return ctx.render(
        "events/grid.html",
        GridPage(
            head=_head(ctx, span, calendar, indexed=not nothing),
            unit=f"{span.unit}s",
            weeks=grid.weeks(span.first, span.last, on, slug),
            numbers=span.unit == "Month",
            # Beyond the first and the last event there are months without end.
            previous=_beside(span, slug, span.before) if found.earlier else None,
            here=Link(label="Today", href=span.address(slug, fetch.today())),
            next=_beside(span, slug, span.after) if found.later else None,
            empty=f"Nothing takes place in this {span.unit.lower()}" if nothing else "",
            instead=_elsewhere(span, slug, found),
        ),
    )


async def _maybe(ctx: PageContext, slug: str) -> dto.CalendarDetail | None:
    return await fetch.calendar(ctx) if slug else None


def _head(
    ctx: PageContext, span: Span, calendar: dto.CalendarDetail | None, *, indexed: bool
) -> Head:
    if calendar is not None:
        about = f"Events of {calendar.name}: {span.title}"
        return heads.of_calendar(
            ctx, calendar, span.title, about, current=span.unit, indexed=indexed
        )
    return Head(
        title=span.title,
        description=f"Python events all over the world: {span.title}",
        trail=(heads.PYTHON, heads.EVENTS),
        tabs=heads.tabs("", span.unit),
        indexed=indexed,
    )


def _beside(span: Span, slug: str, day: date) -> Link | None:
    """Return the link to a span beside this one, None beyond the years that there are."""
    if not fetch.FIRST_YEAR <= day.isocalendar().year <= fetch.LAST_YEAR:
        return None
    if not fetch.FIRST_YEAR <= day.year <= fetch.LAST_YEAR:
        return None
    return Link(label=span.name(day), href=span.address(slug, day))


def _elsewhere(span: Span, slug: str, found: dto.Days) -> tuple[Link, ...]:
    """Return the nearest spans with something in them."""
    return tuple(
        Link(label=span.name(day), href=span.address(slug, day))
        for day in (found.earlier, found.later)
        if day is not None
    )


async def _shown_month(ctx: PageContext) -> Page:
    return await _show(ctx, _month(ctx))


async def _shown_week(ctx: PageContext) -> Page:
    return await _show(ctx, _week(ctx))


_EACH = "/events/{calendar:str}/"
_MONTH, _WEEK = "month/{year:str}/{month:str}/", "week/{year:str}/{week:str}/"


def _today(path: str, name: str, address: Address) -> PageRoute:
    """Return the page that leads to the month, or the week, of today."""

    async def today(ctx: PageContext) -> Page:
        slug = fetch.slug_of(ctx) if "calendar" in ctx.path_params else ""
        if slug and await fetch.service(ctx).calendar(slug) is None:
            raise NotFound
        raise Redirect(address(slug, fetch.today()))

    return page(path, name=name, cache=fetch.policy())(today)


VIEWS: tuple[PageRoute, ...] = (
    page(f"/events/{_MONTH}", name="events.month", cache=fetch.policy())(_shown_month),
    page(f"/events/{_WEEK}", name="events.week", cache=fetch.policy())(_shown_week),
    page(_EACH + _MONTH, name="events.calendar_month", cache=fetch.policy())(_shown_month),
    page(_EACH + _WEEK, name="events.calendar_week", cache=fetch.policy())(_shown_week),
    _today("/events/month/", "events.this_month", links.month_path),
    _today("/events/week/", "events.this_week", links.week_path),
    _today(f"{_EACH}month/", "events.calendar_this_month", links.month_path),
    _today(f"{_EACH}week/", "events.calendar_this_week", links.week_path),
)
