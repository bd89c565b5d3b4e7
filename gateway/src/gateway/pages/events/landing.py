"""What is on, what comes, and what was just missed, in all calendars: /events/."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from contracts.events.dto import Around, CalendarSummary, EventKind, Occurrences, Places
from gateway.backends.client import Query
from gateway.pages import boxes
from gateway.pages.downloads.models import Option
from gateway.pages.events import fetch, heads, links, places, rows, worldmap
from gateway.pages.events.models import Filter, LandingPage
from gateway.pages.heads import Head
from gateway.pages.landings.blocks import Block, tile
from gateway.pages.links import Link
from gateway.web.pages import BadInput, Page, PageContext, page

TITLE: Final = "Python events"
#: Rows of what comes; the calendars have all of it. What is on and what was missed: two of each.
UPCOMING: Final = 20
_FEW: Final = 2
_WINDOW: Final = 20
_MAP_PIXELS: Final = 520
_ONLINE: Final = "online"

NOTE = Block(
    label="events-subscriptions",
    title="About these calendars",
    text="Conferences, workshops and user groups enter their events themselves; volunteers look "
    "over each before it is listed.",
    links=(Link(label="Submit an event", href=links.SUBMIT),),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter as it was asked for."""

    country: str
    kind: str
    since: date | None
    until: date | None

    @property
    def active(self) -> bool:
        """Whether anything is narrowed down."""
        return bool(self.country or self.kind or self.since or self.until)

    def query(self) -> dict[str, Query]:
        """Return what the service is asked for."""
        where: dict[str, Query] = (
            {"online": True} if self.country == _ONLINE else {"country": self.country or None}
        )
        return {
            **where,
            "kind": self.kind or None,
            "since": fetch.instant(self.since) if self.since else None,
            # The last day belongs to what is asked for.
            "until": fetch.instant(self.until + timedelta(days=1)) if self.until else None,
            "when": None if self.since else "coming",
        }

    def params(self) -> Mapping[str, str]:
        """Return it as parameters of an address."""
        given = {
            "country": self.country,
            "kind": self.kind,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in given.items() if value}


@page(
    links.HOME,
    name="events",
    cache=fetch.policy("country", "kind", "since", "until", "cursor"),
)
async def landing(ctx: PageContext) -> Page:
    """Show the landing, or with a filter what that lets through. Three calls, at once."""
    ctx.use(fetch.EVENTS, fetch.NAMES)
    events = fetch.service(ctx)
    wanted = _wanted(ctx)
    listed: Around | Occurrences
    listed, calendars, where, note = await asyncio.gather(
        events.occurrences(**wanted.query(), cursor=ctx.params.get("cursor") or None, limit=_WINDOW)
        if wanted.active
        else events.around(limit=UPCOMING),
        ctx.block(
            "events:calendars", events.calendars, keys={fetch.NAMES, fetch.EVENTS}, fallback=None
        ),
        ctx.block("events:places", events.places, keys={fetch.NAMES, fetch.EVENTS}, fallback=None),
        boxes.placed(ctx, NOTE.label),
    )
    found = listed if isinstance(listed, Occurrences) else None
    around = listed if isinstance(listed, Around) else None
    on_map = places.on_map(where) if where else []
    whole = worldmap.Window()
    return ctx.render(
        "events/landing.html",
        LandingPage(
            head=_head(ctx),
            filter=_filter(wanted, where),
            summary=_summary(wanted),
            now=tuple(map(rows.row, around.now[:_FEW])) if around else (),
            months=rows.months(
                found.items if found else around.upcoming if around else (), since=wanted.since
            ),
            missed=tuple(map(rows.row, around.missed[:_FEW])) if around else (),
            more=_more(around),
            pager=heads.turning(ctx, found, "More events", wanted.params()) if found else None,
            calendars=_calendars(calendars),
            map=worldmap.build(on_map, whole, _MAP_PIXELS) if on_map else None,
            narrow_map=worldmap.build(on_map, whole, worldmap.NARROW) if on_map else None,
            note=tile(NOTE, note),
        ),
    )


def _wanted(ctx: PageContext) -> Wanted:
    """Return the filter. Raises BadInput naming the parameter."""
    country, kind = ctx.params.get("country", ""), ctx.params.get("kind", "")
    codes = {code for code, _ in rows.countries()}
    if country and country != _ONLINE and country not in codes:
        raise BadInput("country", "must be a country by two letters, such as DE, or online")
    if kind and kind not in set(EventKind):
        raise BadInput("kind", f"must be one of {', '.join(EventKind)}")
    since, until = fetch.day_param(ctx, "since"), fetch.day_param(ctx, "until")
    if since and until and until < since:
        raise BadInput("until", "must not be before since")
    if "cursor" in ctx.params and not (country or kind or since or until):
        raise BadInput("cursor", "goes with a filter")
    return Wanted(country, kind, since, until)


def _head(ctx: PageContext) -> Head:
    return Head(
        title=TITLE,
        description="Conferences, workshops and user group meetings about Python, all over the "
        "world, to look through and to subscribe to",
        text="Conferences, workshops and user groups, all over the world and online.",
        trail=(heads.PYTHON,),
        tabs=heads.tabs("", "Upcoming")[1:],
        subscribe=links.subscribe(ctx.site.origin, TITLE, links.HOME, file=False),
        indexed=not ctx.params,
    )


def _filter(wanted: Wanted, where: Places | None) -> Filter:
    """Return the form. It offers countries with something to come, and the one that is chosen."""
    codes = {one.country for one in where.countries if one.country} if where else set()
    if wanted.country and wanted.country != _ONLINE:
        codes.add(wanted.country)
    named = sorted((rows.country_name(code), code) for code in codes)
    return Filter(
        countries=(
            Option(value="", label="Everywhere", selected=not wanted.country),
            Option(value=_ONLINE, label="Online", selected=wanted.country == _ONLINE),
            *(
                Option(value=code, label=name, selected=code == wanted.country)
                for name, code in named
            ),
        ),
        kinds=(
            Option(value="", label="All kinds", selected=not wanted.kind),
            *(
                Option(value=kind.value, label=label, selected=kind.value == wanted.kind)
                for kind, label in rows.KINDS.items()
            ),
        ),
        since=wanted.since.isoformat() if wanted.since else "",
        until=wanted.until.isoformat() if wanted.until else "",
        active=wanted.active,
    )


def _summary(wanted: Wanted) -> str:
    """Return what is listed, in words."""
    what = f"{rows.KINDS[EventKind(wanted.kind)]} events" if wanted.kind else "Events"
    if wanted.country == _ONLINE:
        return f"{what} online"
    return f"{what} in {rows.country_name(wanted.country)}" if wanted.country else what


def _more(around: Around | None) -> str:
    """Return where what comes goes on, empty where all of it is shown."""
    if around is None or len(around.upcoming) < UPCOMING:
        return ""
    since = around.upcoming[-1].first_day.isoformat()
    return f"{links.HOME}?{urlencode({'since': since})}#found"


def _calendars(found: list[CalendarSummary] | None) -> tuple[Link, ...]:
    return tuple(
        Link(label=one.name, href=links.calendar_path(one.slug), text=one.description)
        for one in found or ()
    )
