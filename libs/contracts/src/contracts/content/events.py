"""Events of the content context: those of every domain, which declares its own."""

from __future__ import annotations

from contracts.content import boxes, menus, pages, redirects
from contracts.events import EventData

EVENTS: tuple[type[EventData], ...] = (
    *boxes.EVENTS,
    *menus.EVENTS,
    *pages.EVENTS,
    *redirects.EVENTS,
)
