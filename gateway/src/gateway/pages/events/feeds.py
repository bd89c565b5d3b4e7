"""What programs subscribe to: iCalendar files, and feeds of what comes as RSS and Atom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from typing import Final

from feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from contracts.events.dto import Occurrence
from gateway.backends.client import Query
from gateway.pages.events import calendars, fetch, links, rows, times
from gateway.web.pages import NotFound, Page, PageContext, PageRoute, page

#: What is in a feed: so many occurrences, what is on included, soonest first.
ITEMS: Final = 30
#: Two characters that a title may hold and XML may not.
_NO_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF))
_TYPES: Final = {
    "rss": (Rss201rev2Feed, "application/rss+xml; charset=utf-8"),
    "atom": (Atom1Feed, "application/atom+xml; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is subscribed to: its name, its page, and what the service is asked for."""

    name: str
    path: str
    query: dict[str, Query]
    kind: str = ""
    key: str | int = ""


type Find = Callable[[PageContext], Awaitable[Subject]]


async def _all(ctx: PageContext) -> Subject:
    ctx.use(fetch.EVENTS, fetch.NAMES)
    return Subject("Python events", links.HOME, {})


async def _calendar(ctx: PageContext) -> Subject:
    found = await fetch.calendar(ctx)
    path = links.calendar_path(found.slug)
    return Subject(found.name, path, {"calendar": found.slug}, "calendars", found.slug)


async def _category(ctx: PageContext) -> Subject:
    calendar, found = await calendars.category_of(ctx)
    path = links.category_path(calendar.slug, found.slug)
    query: dict[str, Query] = {"calendar": calendar.slug, "category": found.slug}
    return Subject(f"{found.name}: {calendar.name}", path, query, "categories", found.slug)


async def _location(ctx: PageContext) -> Subject:
    calendar, found = await calendars.location_of(ctx)
    path = links.location_path(calendar.slug, found.id)
    return Subject(found.name, path, {"location": found.id}, "locations", found.id)


async def _event(ctx: PageContext) -> Subject:
    slug, number = fetch.slug_of(ctx), fetch.number_of(ctx, "event")
    ctx.use(f"event:{number}")
    found = await fetch.service(ctx).event(number)
    if found is None or found.calendar.slug != slug:
        raise NotFound
    return Subject(found.title, links.event_path(slug, number), {}, "events", number)


def _ical(path: str, name: str, find: Find) -> PageRoute:
    async def ical(ctx: PageContext) -> Page:
        subject = await find(ctx)
        found = await fetch.service(ctx).ical(subject.kind, subject.key)
        if found is None:
            raise NotFound
        answer = ctx.respond(found, "text/calendar; charset=utf-8")
        disposition = f'inline; filename="{subject.kind}-{subject.key}.ics"'
        return replace(answer, headers=(("Content-Disposition", disposition),))

    return page(path, name=f"events.{name}_ical", cache=fetch.policy())(ical)


def _feed(path: str, name: str, find: Find, form: str) -> PageRoute:
    async def feed(ctx: PageContext) -> Page:
        subject = await find(ctx)
        found = await fetch.service(ctx).occurrences(**subject.query, when="coming", limit=ITEMS)
        kind, media = _TYPES[form]
        answer = ctx.respond(written(kind, ctx.site.origin, subject, form, found.items), media)
        if not found.items:
            return answer
        changed = max(item.updated for item in found.items).astimezone(UTC)
        return replace(answer, headers=(("Last-Modified", format_datetime(changed, usegmt=True)),))

    return page(f"{path}feed.{form}", name=f"events.{name}_{form}", cache=fetch.policy())(feed)


def written(
    kind: type[SyndicationFeed], origin: str, subject: Subject, form: str, items: list[Occurrence]
) -> bytes:
    """Return a feed; links are whole addresses on `origin`."""
    channel = kind(
        title=subject.name.translate(_NO_XML),
        link=origin + subject.path,
        description=f"What comes next: {subject.name}".translate(_NO_XML),
        language="en-us",
        feed_url=f"{origin}{subject.path}feed.{form}",
    )
    for item in items:
        address = origin + links.event_path(item.calendar.slug, item.event_id)
        when = times.spell(rows.when(item))
        about = ", ".join(filter(None, (when, rows.place_of(item.location))))
        channel.add_item(
            title=item.title.translate(_NO_XML),
            link=address,
            description=f"{about}. {item.summary}".translate(_NO_XML).strip(),
            # An event that repeats is an item each time.
            unique_id=f"{address}#{item.original}",
            pubdate=item.updated,
            updateddate=item.updated,
        )
    return str(channel.writeString("utf-8")).encode()


_EACH: Final = "/events/{calendar:str}/"
_SUBJECTS: Final[tuple[tuple[str, str, Find], ...]] = (
    (_EACH, "calendar", _calendar),
    (_EACH + "categories/{category:str}/", "category", _category),
    (_EACH + "locations/{location:str}/", "location", _location),
)

FEEDS: tuple[PageRoute, ...] = (
    _ical(_EACH + "{event:str}/event.ics", "event", _event),
    *(_ical(f"{path}feed.ics", name, find) for path, name, find in _SUBJECTS),
    *(
        _feed(path, name, find, form)
        for path, name, find in ((links.HOME, "all", _all), *_SUBJECTS)
        for form in _TYPES
    ),
)
