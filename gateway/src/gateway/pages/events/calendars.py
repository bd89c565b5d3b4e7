"""Calendars, and lists of what is in one: to come, past, from a day on, by category, by place."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Final

from contracts.events import dto
from gateway.pages.events import fetch, heads, links, rows
from gateway.pages.events.models import CalendarCard, CalendarsPage, Group, ListPage, NamesPage
from gateway.pages.heads import Head, windows
from gateway.pages.links import Link
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page
from gateway.web.templating import long_date

#: Rows of one window of a list, and names of categories or places (as at python.org).
ROWS: Final = 20
NAMES: Final = 30
#: Categories and places beside a list, and what was missed (as at python.org).
_BESIDE: Final = 10
_MISSED: Final = 2


@page(links.CALENDARS, name="events.calendars", cache=fetch.policy())
async def calendars(ctx: PageContext) -> Page:
    """List all calendars."""
    ctx.use(fetch.NAMES, fetch.EVENTS)
    found = await fetch.service(ctx).calendars()
    head = Head(
        title="Calendars",
        description="All calendars of Python events, to look through and to subscribe to",
        trail=(heads.PYTHON, heads.EVENTS),
        tabs=heads.tabs("", "Calendars"),
    )
    cards = tuple(
        CalendarCard(
            name=one.name,
            href=links.calendar_path(one.slug),
            description=one.description,
            next=rows.row(one.next) if one.next else None,
            subscribe=links.subscribe(ctx.site.origin, one.name, links.calendar_path(one.slug)),
        )
        for one in found
    )
    return ctx.render("events/calendars.html", CalendarsPage(head=head, calendars=cards))


@page("/events/{calendar:str}/", name="events.calendar", cache=fetch.policy("cursor"))
async def upcoming(ctx: PageContext) -> Page:
    """Show what comes in a calendar, what is on included, soonest first. Three calls, at once."""
    slug = fetch.slug_of(ctx)
    events = fetch.service(ctx)
    found, around, listed = await asyncio.gather(
        events.calendar(slug),
        ctx.block(
            f"events:around:{slug}",
            lambda: events.around(calendar=slug, limit=_MISSED),
            keys={fetch.NAMES, fetch.of_calendar(slug)},
            fallback=None,
        ),
        _window(ctx, calendar=slug, when="coming"),
    )
    if found is None:
        raise NotFound
    featured = around.featured[0] if around and around.featured else None
    turned = "cursor" in ctx.params
    return ctx.render(
        "events/list.html",
        ListPage(
            head=heads.of_calendar(
                ctx,
                found,
                found.name,
                found.description or f"Upcoming events of the calendar {found.name}",
                current="Upcoming",
                text=found.description,
                indexed=not turned,
            ),
            months=rows.months(listed.items, slug, since=fetch.today()),
            nothing="Nothing is planned yet",
            instead=(
                Link(label="Past events", href=f"{links.calendar_path(slug)}past/"),
                Link(label="All calendars", href=links.CALENDARS),
            ),
            pager=heads.turning(ctx, listed, "Upcoming events"),
            featured=rows.row(featured, within=slug) if featured and not turned else None,
            beside=_beside(found, around),
        ),
    )


def _beside(found: dto.CalendarDetail, around: dto.Around | None) -> tuple[Group, ...]:
    slug, base = found.slug, links.calendar_path(found.slug)
    missed = tuple(
        Link(label=one.title, href=links.event_path(slug, one.event_id))
        for one in (around.missed if around else ())
    )
    categories = tuple(
        Link(label=one.name, href=links.category_path(slug, one.slug)) for one in found.categories
    )
    places = tuple(
        Link(label=one.name, href=links.location_path(slug, one.id)) for one in found.locations
    )
    groups = (
        Group(
            title="Event categories",
            links=categories[:_BESIDE],
            more=Link(label="All categories", href=f"{base}categories/"),
        ),
        Group(
            title="Places",
            links=places[:_BESIDE],
            more=Link(label="All places", href=f"{base}locations/"),
        ),
        Group(
            title="You just missed",
            links=missed[:_MISSED],
            more=Link(label="Past events", href=f"{base}past/"),
        ),
    )
    return tuple(group for group in groups if group.links)


@page("/events/{calendar:str}/past/", name="events.past", cache=fetch.policy("cursor"))
async def past(ctx: PageContext) -> Page:
    """Show what is over in a calendar, latest first."""
    slug = fetch.slug_of(ctx)
    found, listed = await asyncio.gather(
        fetch.calendar(ctx), _window(ctx, calendar=slug, when="past")
    )
    title = f"Past events of {found.name}"
    return _list(
        ctx,
        heads.of_calendar(ctx, found, title, title, current="Past"),
        listed,
        slug,
        nothing="Nothing is over yet",
    )


@page(
    "/events/{calendar:str}/date/{year:str}/{month:str}/{day:str}/",
    name="events.date",
    cache=fetch.policy("cursor"),
)
async def from_day(ctx: PageContext) -> Page:
    """Show what takes place in a calendar on a day and after it, soonest first."""
    slug, day = fetch.slug_of(ctx), fetch.day_of(ctx)
    found, listed = await asyncio.gather(
        fetch.calendar(ctx), _window(ctx, calendar=slug, since=fetch.instant(day))
    )
    title = f"From {long_date(day)}"
    return _list(
        ctx,
        heads.of_calendar(
            ctx,
            found,
            title,
            f"Events of {found.name} on {long_date(day)} and after it",
            current="",
            above=((f"{day:%Y}-{day:%m}", links.month_path(slug, day)),),
            # There are as many of these as there are days.
            indexed=False,
        ),
        listed,
        slug,
        nothing="Nothing is planned from that day on",
        since=day,
    )


@page("/events/{calendar:str}/categories/", name="events.categories", cache=fetch.policy())
async def categories(ctx: PageContext) -> Page:
    """List the categories of a calendar."""
    found = await fetch.calendar(ctx)
    title = f"Categories of {found.name}"
    names = tuple(
        Link(label=one.name, href=links.category_path(found.slug, one.slug))
        for one in found.categories
    )
    return ctx.render(
        "events/names.html",
        NamesPage(
            head=heads.of_calendar(ctx, found, title, title, current="Categories"),
            names=names,
            nothing="There are no categories",
            up=links.calendar_path(found.slug),
        ),
    )


@page(
    "/events/{calendar:str}/categories/{category:str}/",
    name="events.category",
    cache=fetch.policy("cursor"),
)
async def category(ctx: PageContext) -> Page:
    """Show what comes in a calendar of one category."""
    slug, key = fetch.slug_of(ctx), fetch.slug_of(ctx, "category")
    (calendar, found), listed = await asyncio.gather(
        category_of(ctx), _window(ctx, calendar=slug, category=key, when="coming")
    )
    path = links.category_path(slug, key)
    title = f"{found.name}: {calendar.name}"
    return _list(
        ctx,
        heads.of_calendar(
            ctx,
            calendar,
            found.name,
            f"Upcoming events of {calendar.name} in the category {found.name}",
            current="",
            above=(("Categories", f"{links.calendar_path(slug)}categories/"),),
            subscribe=links.subscribe(ctx.site.origin, title, path),
        ),
        listed,
        slug,
        nothing="Nothing is planned in this category",
    )


@page("/events/{calendar:str}/locations/", name="events.locations", cache=fetch.policy("page"))
async def locations(ctx: PageContext) -> Page:
    """List the places of a calendar."""
    slug, number, events = fetch.slug_of(ctx), _page_number(ctx), fetch.service(ctx)
    found, window = await asyncio.gather(
        fetch.calendar(ctx), events.locations(slug, NAMES, (number - 1) * NAMES)
    )
    if number > 1 and not window.items:
        raise NotFound
    title = f"Places of {found.name}"
    return ctx.render(
        "events/names.html",
        NamesPage(
            head=heads.of_calendar(ctx, found, title, title, current="Places"),
            names=tuple(
                Link(
                    label=one.name,
                    href=links.location_path(slug, one.id),
                    text=rows.country_name(one.country) if one.country else "",
                )
                for one in window.items
            ),
            nothing="There are no places",
            up=links.calendar_path(slug),
            pager=windows(ctx, window.total, NAMES, number, "Pages of places"),
        ),
    )


@page(
    "/events/{calendar:str}/locations/{location:str}/",
    name="events.location",
    cache=fetch.policy("cursor"),
)
async def location(ctx: PageContext) -> Page:
    """Show what comes at one place, in whatever calendar it is."""
    slug, number = fetch.slug_of(ctx), fetch.number_of(ctx, "location")
    (calendar, found), listed = await asyncio.gather(
        location_of(ctx), _window(ctx, location=number, when="coming")
    )
    country = rows.country_name(found.country) if found.country else ""
    about = ", ".join(part for part in (found.address, country) if part)
    return _list(
        ctx,
        heads.of_calendar(
            ctx,
            calendar,
            found.name,
            f"Upcoming Python events at {found.name}",
            current="",
            text=about,
            above=(("Places", f"{links.calendar_path(slug)}locations/"),),
            subscribe=links.subscribe(
                ctx.site.origin, found.name, links.location_path(slug, number)
            ),
        ),
        listed,
        slug,
        nothing="Nothing is planned here",
        beside=_about(found),
    )


async def category_of(ctx: PageContext) -> tuple[dto.CalendarDetail, dto.Category]:
    """Return the calendar and the category that the address names. Raises NotFound."""
    key, events = fetch.slug_of(ctx, "category"), fetch.service(ctx)
    calendar, found = await asyncio.gather(fetch.calendar(ctx), events.category(key))
    if found is None or not _in(found.calendar, calendar):
        raise NotFound
    return calendar, found


async def location_of(ctx: PageContext) -> tuple[dto.CalendarDetail, dto.Location]:
    """Return the calendar and the place that the address names. Raises NotFound."""
    number, events = fetch.number_of(ctx, "location"), fetch.service(ctx)
    ctx.use(f"location:{number}")
    calendar, found = await asyncio.gather(fetch.calendar(ctx), events.location(number))
    if found is None or not _in(found.calendar, calendar):
        raise NotFound
    return calendar, found


def _about(place: dto.Location) -> tuple[Group, ...]:
    found = [*_web(place), *on_a_map(place)]
    return (Group(title="This place", links=tuple(found)),) if found else ()


def _web(place: dto.Location) -> tuple[Link, ...]:
    return (Link(label="Website", href=place.url, external=True),) if place.url else ()


def on_a_map(place: dto.Location) -> tuple[Link, ...]:
    """Return the link to a map of the streets around a place, where it is known."""
    if place.latitude is None or place.longitude is None:
        return ()
    at = f"{place.latitude:.5f}/{place.longitude:.5f}"
    query = f"mlat={place.latitude:.5f}&mlon={place.longitude:.5f}#map=15/{at}"
    address = f"https://www.openstreetmap.org/?{query}"
    return (Link(label="OpenStreetMap", href=address, external=True),)


def _in(owner: dto.CalendarRef | None, calendar: dto.Calendar) -> bool:
    """Tell whether what belongs to a calendar, or to all, is in this one."""
    return owner is None or owner.id == calendar.id


async def _window(ctx: PageContext, **query: str | int) -> dto.Occurrences:
    cursor = ctx.params.get("cursor") or None
    return await fetch.service(ctx).occurrences(**query, cursor=cursor, limit=ROWS)


def _list(  # noqa: PLR0913 - what there is to say of a list
    ctx: PageContext,
    head: Head,
    listed: dto.Occurrences,
    slug: str,
    *,
    nothing: str,
    since: date | None = None,
    beside: tuple[Group, ...] = (),
) -> Page:
    up = links.calendar_path(slug)
    return ctx.render(
        "events/list.html",
        ListPage(
            head=head,
            months=rows.months(listed.items, slug, since=since),
            nothing=nothing,
            instead=(Link(label="Upcoming events", href=up),),
            pager=heads.turning(ctx, listed, head.title),
            beside=beside,
        ),
    )


def _page_number(ctx: PageContext) -> int:
    text = ctx.params.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text)):
        raise BadInput("page", "must be a number from 1")
    return int(text)
