"""The map of the world with the places of coming events: /events/map/."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlencode

from contracts.events import dto
from gateway.pages.events import fetch, heads, links, rows, worldmap
from gateway.pages.events.models import Country, MapPage, PlaceRow
from gateway.pages.heads import Head
from gateway.pages.links import Link
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page

_TITLE = "Map of Python events"


@page(links.MAP, name="events.map", cache=fetch.policy("near"))
async def world(ctx: PageContext) -> Page:
    """Show the places of what comes within a year; with `near`, those around one of them."""
    ctx.use(fetch.EVENTS, fetch.NAMES)
    near = ctx.params.get("near", "")
    if near and not (near.isascii() and near.isdecimal() and len(near) < 19):
        raise BadInput("near", "must be the number of a place")
    found = await fetch.service(ctx).places()
    window = _window(found, int(near)) if near else worldmap.Window()
    drawn = on_map(found)
    shown = [p for p, at in zip(found.places, drawn, strict=True) if window.has(at)]
    return ctx.render(
        "events/map.html",
        MapPage(
            head=_head(indexed=not near),
            map=worldmap.build(drawn, window, worldmap.WIDE),
            narrow_map=worldmap.build(drawn, window, worldmap.NARROW),
            label="Places of coming events",
            places_title="Places on this map" if near else "Places of coming events",
            out=links.MAP if near else "",
            online=_online(found.online),
            countries=countries(shown),
        ),
    )


def _window(found: dto.Places, near: int) -> worldmap.Window:
    """Return the surroundings of a place. Raises NotFound where nothing is to come there."""
    for place in found.places:
        if place.location.id == near:
            return worldmap.around(place.longitude, place.latitude)
    raise NotFound


def on_map(found: dto.Places) -> list[worldmap.Place]:
    """Return the places as the map takes them."""
    return [
        worldmap.Place(
            name=place.location.name,
            longitude=place.longitude,
            latitude=place.latitude,
            count=place.events,
            href=links.location_path(place.next.calendar.slug, place.location.id),
            near=f"{links.MAP}?{urlencode({'near': place.location.id})}",
        )
        for place in found.places
    ]


def countries(found: Sequence[dto.Place]) -> tuple[Country, ...]:
    """Return places under the names of their countries, both by name."""

    def country(place: dto.Place) -> str:
        code = place.location.country
        return rows.country_name(code) if code else "Elsewhere"

    ordered = sorted(found, key=lambda place: (country(place), place.location.name))
    return tuple(
        Country(name=name, places=tuple(_place(one) for one in group))
        for name, group in groupby(ordered, country)
    )


def _place(place: dto.Place) -> PlaceRow:
    return PlaceRow(
        name=place.location.name,
        href=links.location_path(place.next.calendar.slug, place.location.id),
        count="1 event" if place.events == 1 else f"{place.events} events",
        next_title=place.next.title,
        next_day=place.next.first_day,
    )


def _online(count: int) -> Link | None:
    if not count:
        return None
    label = "1 event is" if count == 1 else f"{count} events are"
    return Link(label=label, href=f"{links.HOME}?country=online#found")


def _head(*, indexed: bool) -> Head:
    return Head(
        title=_TITLE,
        description="Where conferences, workshops and user groups meet within the next year",
        text="Where conferences, workshops and user groups meet within the next year.",
        trail=(heads.PYTHON, heads.EVENTS),
        tabs=heads.tabs("", "Map"),
        indexed=indexed,
    )
