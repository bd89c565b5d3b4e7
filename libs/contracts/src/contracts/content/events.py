"""Events of the content context: those of every domain, which declares its own."""

from __future__ import annotations

from contracts.content import pages, redirects
from contracts.events import EventData

EVENTS: tuple[type[EventData], ...] = (*pages.EVENTS, *redirects.EVENTS)
