"""The page of one event: /events/<calendar>/<id>/."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from contracts.events import dto
from contracts.events.dto import EventStatus
from gateway.pages.events import calendars, fetch, heads, links, rows, times
from gateway.pages.events.models import EventPage, EventPlace, RowGroup, Time, When
from gateway.pages.heads import Head, Mark
from gateway.pages.links import Link
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page
from gateway.web.templating import clock, short_date

_EVERY: Final = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_STATUS: Final = {
    EventStatus.CONFIRMED: "EventScheduled",
    EventStatus.TENTATIVE: "EventScheduled",
    EventStatus.CANCELLED: "EventCancelled",
}
#: How far ahead the links beside an event lead (as at python.org).
_AHEAD: Final = (
    ("In the next days", 0),
    ("From next week on", 7),
    ("From next month on", 30),
    ("In three months", 90),
    ("In a year", 365),
)
_DESCRIPTION: Final = 200


@page("/events/{calendar:str}/{event:str}/", name="events.event", cache=fetch.policy())
async def event(ctx: PageContext) -> Page:
    """Show an event with its times and its neighbours. Two calls, at once.

    At the address of another calendar that there is, it leads to its own.
    """
    slug, number = fetch.slug_of(ctx), fetch.number_of(ctx, "event")
    ctx.use(f"event:{number}")
    events = fetch.service(ctx)
    found, beside = await asyncio.gather(
        events.event(number),
        ctx.block(
            "events:beside",
            lambda: events.beside(number),
            keys=(),
            fallback=None,
            shared=False,
        ),
    )
    if found is None:
        raise NotFound
    if found.calendar.slug != slug:
        if await events.calendar(slug) is None:
            raise NotFound
        raise Redirect(links.event_path(found.calendar.slug, number), 301)
    if found.location is not None:
        ctx.use(f"location:{found.location.id}")
    return ctx.render("events/event.html", _model(ctx, found, beside))


def _model(ctx: PageContext, found: dto.EventDetail, beside: dto.EventAround | None) -> EventPage:
    slug = found.calendar.slug
    path = links.event_path(slug, found.id)
    coming, gone = (beside.coming, beside.past) if beside else ([], [])
    shown = coming[0] if coming else gone[0] if gone else None
    when = rows.when(shown) if shown else _first(found)
    cancelled = (shown.status if shown else found.status) is EventStatus.CANCELLED
    place = _place(found)
    own = coming[1:] if coming else gone[1:]
    start, end = _machine(shown or found)
    return EventPage(
        head=_head(found, when),
        marks=_marks(found),
        cancelled=cancelled,
        over=beside is not None and not coming and not cancelled,
        sample=found.sample,
        when=when,
        there=_there(shown, found),
        rule=_rule(found),
        place=place,
        website=Link(label=_host(found.link), href=found.link, external=True)
        if found.link
        else None,
        calendar=Link(label=found.calendar.name, href=links.calendar_path(slug)),
        categories=tuple(
            Link(label=one.name, href=links.category_path(slug, one.slug))
            for one in found.categories
        ),
        description=found.description_html,
        ics=f"{path}event.ics",
        add_to=_add_to(ctx, found, shown, place),
        remind=f"{links.REMINDERS}?{urlencode({'event': found.id})}" if coming else "",
        start=start,
        end=end,
        schema_status=_STATUS[shown.status if shown else found.status],
        schema_mode="OnlineEventAttendanceMode"
        if place is not None and place.online
        else "OfflineEventAttendanceMode",
        times_title="More dates" if coming else "Earlier dates",
        times=tuple(_time(one, found) for one in own) if found.repeats else (),
        groups=_groups(found, beside),
        previous=rows.row(beside.previous) if beside and beside.previous else None,
        next=rows.row(beside.next) if beside and beside.next else None,
        soon=_soon(slug),
        subscribe=links.subscribe(ctx.site.origin, found.calendar.name, links.calendar_path(slug)),
    )


def _head(found: dto.EventDetail, when: When) -> Head:
    place = rows.place_of(_ref(found.location))
    about = ", ".join(part for part in (times.spell(when), place) if part)
    words = _plain(found.description_html)
    slug = found.calendar.slug
    return Head(
        title=found.title,
        description=f"{about}. {words}"[:_DESCRIPTION].rstrip() if words else about,
        trail=(heads.PYTHON, heads.EVENTS, (found.calendar.name, links.calendar_path(slug))),
        indexed=not found.sample,
    )


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&amp;", "&").split())


def _first(found: dto.EventDetail) -> When:
    if found.all_day:
        return times.whole_days(found.first_day, found.last_day)
    return times.timed(found.start, found.end)


def _there(shown: dto.Occurrence | None, found: dto.EventDetail) -> str:
    """Return the time by the clock at the place, where that is another than UTC."""
    if found.all_day or found.zone == "UTC":
        return ""
    zone = rows.zone_of(found.zone)
    start = (shown.start if shown else found.start).astimezone(zone)
    end = (shown.end if shown else found.end).astimezone(zone)
    text = f"{short_date(start)}, {clock(start)}"
    if end > start:
        same = start.date() == end.date()
        text += f"{times.TO}{clock(end) if same else f'{short_date(end)}, {clock(end)}'}"
    return f"{text} at the place ({found.zone.replace('_', ' ')})"


def _rule(found: dto.EventDetail) -> str:
    """Return how an event repeats, in a few words; empty where it does not."""
    if not found.repeats:
        return ""
    said = []
    for rule in found.rules:
        parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
        unit = _EVERY.get(parts.get("FREQ", ""))
        count = parts.get("INTERVAL", "1")
        if unit:
            said.append(f"every {unit}" if count == "1" else f"every {count} {unit}s")
    return f"Repeats {' and '.join(said)}" if said else "Repeats"


def _marks(found: dto.EventDetail) -> tuple[Mark, ...]:
    kind = Mark(label=rows.KINDS[found.kind].lower())
    made = [kind] if found.kind is not dto.EventKind.OTHER else []
    if found.status is EventStatus.TENTATIVE:
        made.append(Mark(label="tentative", kind="security"))
    if found.featured:
        made.append(Mark(label="featured", kind="bugfix"))
    return tuple(made)


def _ref(place: dto.Location | None) -> dto.LocationRef | None:
    return dto.LocationRef.model_validate(place) if place is not None else None


def _place(found: dto.EventDetail) -> EventPlace | None:
    place = found.location
    if place is None:
        return None
    own = (Link(label="Website of the place", href=place.url, external=True),) if place.url else ()
    return EventPlace(
        name=place.name,
        href=links.location_path(found.calendar.slug, place.id),
        address=place.address,
        country=rows.country_name(place.country) if place.country else "",
        online=place.online,
        links=(*own, *calendars.on_a_map(place)),
    )


def _time(item: dto.Occurrence, found: dto.EventDetail) -> Time:
    usual = found.location.id if found.location else None
    here = item.location.id if item.location else None
    return Time(
        when=rows.when(item),
        marks=tuple(mark for mark in rows.marks(item) if mark.label in {"cancelled", "tentative"}),
        place=rows.place_of(item.location) if here != usual else "",
    )


def _groups(found: dto.EventDetail, beside: dto.EventAround | None) -> tuple[RowGroup, ...]:
    if beside is None:
        return ()
    place = found.location.name if found.location else ""
    groups = (
        (
            "Also online" if found.location and found.location.online else f"Also at {place}",
            beside.here,
        ),
        ("Of the same category", beside.alike),
    )
    return tuple(
        RowGroup(
            title=title,
            rows=tuple(rows.row(one, within=found.calendar.slug) for one in rows.once_each(items)),
        )
        for title, items in groups
        if items
    )


def _soon(slug: str) -> tuple[Link, ...]:
    today = fetch.today()
    return tuple(
        Link(label=label, href=links.day_path(slug, today + timedelta(days=days)))
        for label, days in _AHEAD
    )


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].removeprefix("www.") or address


def _machine(source: dto.Occurrence | dto.EventDetail) -> tuple[str, str]:
    """Return start and end as schema.org has them: days, or instants."""
    if source.all_day:
        return source.first_day.isoformat(), source.last_day.isoformat()
    return times.iso(source.start), times.iso(source.end)


def _add_to(
    ctx: PageContext,
    found: dto.EventDetail,
    shown: dto.Occurrence | None,
    place: EventPlace | None,
) -> tuple[Link, ...]:
    """Return the links that fill the event into web calendars."""
    source = shown or found
    where = (
        ", ".join(part for part in (place.name, place.address, place.country) if part)
        if place
        else ""
    )
    about = ctx.absolute(links.event_path(found.calendar.slug, found.id))
    if source.all_day:
        begin, end = f"{source.first_day:%Y%m%d}", f"{source.last_day + timedelta(days=1):%Y%m%d}"
        first, last = (
            source.first_day.isoformat(),
            (source.last_day + timedelta(days=1)).isoformat(),
        )
    else:
        begin, end = (f"{one.astimezone(UTC):%Y%m%dT%H%M%SZ}" for one in (source.start, source.end))
        first, last = times.iso(source.start), times.iso(source.end)
    google = {
        "action": "TEMPLATE",
        "text": found.title,
        "dates": f"{begin}/{end}",
        "details": about,
        "location": where,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": found.title,
        "startdt": first,
        "enddt": last,
        "body": about,
        "location": where,
        **({"allday": "true"} if source.all_day else {}),
    }
    return (
        _out("Google Calendar", "https://calendar.google.com/calendar/render", google),
        _out("Outlook", "https://outlook.live.com/calendar/0/deeplink/compose", outlook),
    )


def _out(label: str, base: str, query: dict[str, str]) -> Link:
    asked = {name: value for name, value in query.items() if value}
    return Link(label=label, href=f"{base}?{urlencode(asked, quote_via=quote)}", external=True)
