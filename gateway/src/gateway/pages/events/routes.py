"""Every page and form of events."""

from __future__ import annotations

from typing import Any

from gateway.pages.events import (
    alarms,
    calendars,
    event,
    feeds,
    landing,
    places,
    submissions,
    upcoming,
    views,
)
from gateway.web.forms import FormRoute
from gateway.web.pages import PageRoute

EVENTS: tuple[PageRoute | FormRoute[Any], ...] = (
    landing.landing,
    calendars.calendars,
    places.world,
    *views.VIEWS,
    calendars.upcoming,
    calendars.past,
    calendars.from_day,
    calendars.categories,
    calendars.category,
    calendars.locations,
    calendars.location,
    event.event,
    *feeds.FEEDS,
    upcoming.box,
    submissions.submit,
    submissions.thanks,
    submissions.submissions,
    submissions.submission,
    alarms.alarms,
)
