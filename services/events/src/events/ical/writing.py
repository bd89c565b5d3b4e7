"""Calendar files: events with their rules, as others subscribe to them.

The library writes zones, escapes and folds. A UID never changes, and what says when an event was
written is when it changed: the same events give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from icalendar import Calendar, vDuration
from icalendar import Event as Component

import markup
from events.events.series import Change, Series, components
from servicekit.reading import Row

_PRODUCT: Final = "-//python.org//Events//EN"
#: How often a program that has subscribed should ask again.
_REFRESH: Final = timedelta(hours=2)


def file_of(name: str, description: str, events: Iterable[Row], *, site: str) -> bytes:
    """Return a calendar file of events as `events.events.queries.details` reads them."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, name)
    if description:
        for key in ("description", "x-wr-caldesc"):
            calendar.add(key, description)
    calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    for event in events:
        for component in components_of(event, site=site):
            calendar.add_component(component)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def series_of(event: Row) -> Series:
    """Return when an event takes place that was read whole."""
    return Series(
        starts=event["wall_start"],
        ends=event["wall_end"],
        all_day=event["all_day"],
        zone=event["zone"],
        rules=tuple(event["rules"]),
        additional=tuple(event["additional"]),
        exceptions=tuple(event["exceptions"]),
        changes=tuple(
            Change(
                original=one["original"],
                starts=one["start"],
                ends=one["end"],
                title=one["title"],
                description=one["description"],
                link=one["link"],
                status=one["status"],
            )
            for one in event["overrides"]
        ),
    )


def components_of(event: Row, *, site: str) -> list[Component]:
    """Return the VEVENTs of an event: itself, and each time that is otherwise."""
    own, *others = components(series_of(event), event["uid"])
    page = f"{site}/events/{event['calendar']['slug']}/{event['id']}/"
    text = markup.to_text(event["description_html"])
    _describe(own, event, event, text, page)
    for component, override in zip(others, event["overrides"], strict=True):
        told = {
            **event,
            "title": override["title"] or event["title"],
            "link": override["link"] or event["link"],
            "status": override["status"] or event["status"],
        }
        if event["status"] == "cancelled":
            told["status"] = "cancelled"
        place = {"location": override["location"] or event["location"]}
        _describe(component, told, place, override["description"] or text, page)
    return [own, *others]


def _describe(
    component: Component, event: Row, placed: dict[str, Any], text: str, page: str
) -> None:
    component.add("summary", event["title"])
    if text:
        component.add("description", text)
    component.add("url", event["link"] or page)
    component.add("status", event["status"].upper())
    component.add("dtstamp", event["updated"])
    component.add("created", event["created"])
    component.add("last-modified", event["updated"])
    component.add("sequence", event["version"] - 1)
    if event["all_day"]:
        component.add("transp", "TRANSPARENT")
    if names := [category["name"] for category in event["categories"]]:
        component.add("categories", names)
    location = placed["location"]
    if location is None:
        return
    component.add("location", ", ".join(filter(None, (location["name"], location["address"]))))
    if location.get("latitude") is not None:
        component.add("geo", (location["latitude"], location["longitude"]))
