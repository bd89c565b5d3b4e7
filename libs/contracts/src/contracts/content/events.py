"""Events of the content context: those of every domain, which declares its own."""

from __future__ import annotations

from contracts.content import (
    banners,
    blogs,
    boxes,
    companies,
    groups,
    media,
    menus,
    minutes,
    pages,
    posts,
    redirects,
    samples,
    stories,
    synonyms,
)
from contracts.events import EventData

EVENTS: tuple[type[EventData], ...] = (
    *banners.EVENTS,
    *blogs.EVENTS,
    *boxes.EVENTS,
    *companies.EVENTS,
    *groups.EVENTS,
    *media.EVENTS,
    *menus.EVENTS,
    *minutes.EVENTS,
    *pages.EVENTS,
    *posts.EVENTS,
    *redirects.EVENTS,
    *stories.EVENTS,
    *samples.EVENTS,
    *synonyms.EVENTS,
)
