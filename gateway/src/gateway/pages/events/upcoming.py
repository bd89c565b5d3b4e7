"""What takes place soon, for pages about other things: the home page, and the menu of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.events.dto import EventKind, Occurrence
from gateway.pages.events import fetch, links, rows
from gateway.pages.events.models import EventRow, UpcomingEvents
from gateway.pages.links import Link
from gateway.web.pages import Page, PageContext, page

if TYPE_CHECKING:
    from gateway.backends import Events
    from gateway.web.templating import Templates

#: Events in the menu: conferences, so that not every evening somewhere changes all pages.
IN_MENU = 3
_BOX = "boxes/menu_events.html"


async def soon(ctx: PageContext, count: int) -> tuple[EventRow, ...]:
    """Return what comes next in all calendars; nothing where that cannot be had."""
    events = ctx.backends.events
    if events is None:
        return ()
    ctx.use(fetch.EVENTS, fetch.NAMES)
    found = await ctx.block(
        f"events:soon:{count}",
        lambda: events.around(limit=count),
        keys={fetch.EVENTS, fetch.NAMES},
        fallback=None,
    )
    return tuple(rows.row(one) for one in found.upcoming) if found else ()


async def card(ctx: PageContext, count: int) -> UpcomingEvents | None:
    """Return what comes next as a card of a landing; None where there is nothing to show."""
    found = await soon(ctx, count)
    if not found:
        return None
    return UpcomingEvents(rows=found, more=Link(label="All events", href=links.HOME))


async def in_menu(events: Events) -> list[Occurrence]:
    """Return what the menu of events shows."""
    found = await events.around(kind=EventKind.CONFERENCE.value, limit=IN_MENU)
    return found.upcoming


@page("/box/supernav-python-events/", name="box.events", cache=fetch.policy(), slash="either")
async def box(ctx: PageContext) -> Page:
    """Answer the events cell of the menu: the next conferences."""
    ctx.use(fetch.EVENTS, fetch.NAMES)
    return ctx.render(_BOX, menu_box(await in_menu(fetch.service(ctx))))


def menu_box(found: list[Occurrence]) -> UpcomingEvents:
    """Return what the menu of events prints."""
    return UpcomingEvents(
        rows=tuple(rows.row(one) for one in found),
        more=Link(label="All events", href=links.HOME),
    )


def menu_cell(templates: Templates, found: list[Occurrence]) -> str:
    """Return what the menu of events shows beside its pages; empty where nothing is to come."""
    if not found:
        return ""
    return templates.part(_BOX, menu_box(found))
