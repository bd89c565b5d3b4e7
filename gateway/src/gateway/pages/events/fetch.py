"""What pages of events ask for, how they are kept, and what their addresses mean.

Time passes without an event, so a page that shows what is on or to come is fresh for minutes only.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from contracts.events.dto import CalendarDetail
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads.fetch import is_slug
from gateway.web.pages import BadInput, NotFound

if TYPE_CHECKING:
    from gateway.backends import Events
    from gateway.web.pages import PageContext

#: Dropped with everything that takes place, in whatever calendar.
EVENTS = "events"
#: Dropped with every calendar, category and location.
NAMES = "calendars"
#: Years that addresses may name: no calendar of ours has anything before or after.
FIRST_YEAR, LAST_YEAR = 1990, 2099

FRESH = 120
_LONGEST = 19


def policy(*params: str) -> CachePolicy:
    """Return how pages of events are kept."""
    return CachePolicy(params=params, fresh=FRESH, revalidate=600)


def service(ctx: PageContext) -> Events:
    """Return the events service. Raises NotFound where the site has none."""
    if ctx.backends.events is None:
        raise NotFound
    return ctx.backends.events


def of_calendar(slug: str) -> str:
    """Return the surrogate key of pages that list what takes place in a calendar."""
    return f"calendar:{slug}"


def slug_of(ctx: PageContext, name: str = "calendar") -> str:
    """Return a slug in the address. Raises NotFound for what is none."""
    slug = ctx.path_params[name]
    if not is_slug(slug):
        raise NotFound
    if name == "calendar":
        ctx.use(NAMES, of_calendar(slug))
    return slug


async def calendar(ctx: PageContext) -> CalendarDetail:
    """Return the calendar that the address names. Raises NotFound."""
    found = await service(ctx).calendar(slug_of(ctx))
    if found is None:
        raise NotFound
    return found


def number_of(ctx: PageContext, name: str) -> int:
    """Return an id in the address. Raises NotFound for what is none."""
    text = ctx.path_params[name]
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST and int(text)):
        raise NotFound
    return int(text)


def day_of(ctx: PageContext) -> date:
    """Return the day that the address names by year, month and day. Raises NotFound."""
    return _day(ctx, "year", "month", "day")


def month_of(ctx: PageContext) -> date:
    """Return the first day of the month that the address names. Raises NotFound."""
    return _day(ctx, "year", "month")


def _day(ctx: PageContext, *names: str) -> date:
    parts = [ctx.path_params[name] for name in names]
    widths = (4, 2, 2)
    if not all(
        part.isascii() and part.isdecimal() and len(part) <= width
        for part, width in zip(parts, widths, strict=False)
    ):
        raise NotFound
    year, month, day = [*map(int, parts), 1][:3]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    try:
        return date(year, month, day)
    except ValueError:
        raise NotFound from None


def week_of(ctx: PageContext) -> date:
    """Return the Monday of the ISO week that the address names. Raises NotFound."""
    year, week = ctx.path_params["year"], ctx.path_params["week"]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in (year, week)):
        raise NotFound
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise NotFound
    try:
        return date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        raise NotFound from None


def day_param(ctx: PageContext, name: str) -> date | None:
    """Return a day that a parameter names, None where it is not given. Raises BadInput."""
    text = ctx.params.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(name, "must be a day, such as 2026-12-24") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(name, f"must be in the years from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def instant(day: date) -> str:
    """Return the beginning of a day in UTC, as the service takes it."""
    return datetime.combine(day, time(), UTC).isoformat()


def today() -> date:
    """Return the day that it is in UTC."""
    return datetime.now(UTC).date()
