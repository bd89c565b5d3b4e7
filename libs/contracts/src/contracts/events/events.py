"""Events of the events context: a calendar, a category, a location, an event, a submission.

Everything but submissions is public. A submission is nobody's business outside: its events say
that there is one, and in which state.
"""

from __future__ import annotations

from typing import ClassVar

from contracts.events import EventData
from contracts.events.dto import Calendar, Category, EventDetail, Location, SubmissionState


class CalendarChange(EventData):
    """What every event of a calendar says."""

    AGGREGATE: ClassVar[str] = "calendar"

    id: int
    slug: str
    calendar: Calendar | None = None
    """The whole state; None after a deletion."""
    previous_slugs: tuple[str, ...] = ()
    """Slugs it was shown at before this change, where the slug changed."""


class CalendarCreated(CalendarChange):
    """A calendar was added."""

    SUBJECT: ClassVar[str] = "events.calendar.created"


class CalendarUpdated(CalendarChange):
    """A calendar changed."""

    SUBJECT: ClassVar[str] = "events.calendar.updated"


class CalendarDeleted(CalendarChange):
    """A calendar is gone."""

    SUBJECT: ClassVar[str] = "events.calendar.deleted"


class CategoryChange(EventData):
    """What every event of a category says."""

    AGGREGATE: ClassVar[str] = "category"

    id: int
    slug: str
    category: Category | None = None
    previous_slugs: tuple[str, ...] = ()


class CategoryCreated(CategoryChange):
    """A category was added."""

    SUBJECT: ClassVar[str] = "events.category.created"


class CategoryUpdated(CategoryChange):
    """A category changed."""

    SUBJECT: ClassVar[str] = "events.category.updated"


class CategoryDeleted(CategoryChange):
    """A category is gone."""

    SUBJECT: ClassVar[str] = "events.category.deleted"


class LocationChange(EventData):
    """What every event of a location says."""

    AGGREGATE: ClassVar[str] = "location"

    id: int
    location: Location | None = None


class LocationCreated(LocationChange):
    """A location was added."""

    SUBJECT: ClassVar[str] = "events.location.created"


class LocationUpdated(LocationChange):
    """A location changed."""

    SUBJECT: ClassVar[str] = "events.location.updated"


class LocationDeleted(LocationChange):
    """A location is gone."""

    SUBJECT: ClassVar[str] = "events.location.deleted"


class EventRef(EventData):
    """What every event of an event says.

    Slugs and ids name what lists it: those of now, and of before where they changed.
    """

    AGGREGATE: ClassVar[str] = "event"

    id: int
    calendars: tuple[str, ...]
    """Slug of its calendar, and of the one it was in before, where it changed."""
    categories: tuple[str, ...] = ()
    """Slugs of its categories, and of those it was in before this change."""
    locations: tuple[int, ...] = ()
    """Id of its location, and of the one it had before this change."""
    event: EventDetail | None = None
    """The whole state; None after a deletion."""


class EventCreated(EventRef):
    """An event was added."""

    SUBJECT: ClassVar[str] = "events.event.created"


class EventUpdated(EventRef):
    """An event changed. Where only its calendar, category or location did, those tell of it."""

    SUBJECT: ClassVar[str] = "events.event.updated"


class EventDeleted(EventRef):
    """An event is gone."""

    SUBJECT: ClassVar[str] = "events.event.deleted"


class SubmissionRef(EventData):
    """What every event of a submission says: id and state."""

    AGGREGATE: ClassVar[str] = "submission"

    id: int
    state: SubmissionState


class SubmissionCreated(SubmissionRef):
    """Somebody sent an event in."""

    SUBJECT: ClassVar[str] = "events.submission.created"


class SubmissionUpdated(SubmissionRef):
    """A submission changed, or came into another state."""

    SUBJECT: ClassVar[str] = "events.submission.updated"


EVENTS: tuple[type[EventData], ...] = (
    CalendarCreated,
    CalendarUpdated,
    CalendarDeleted,
    CategoryCreated,
    CategoryUpdated,
    CategoryDeleted,
    LocationCreated,
    LocationUpdated,
    LocationDeleted,
    EventCreated,
    EventUpdated,
    EventDeleted,
    SubmissionCreated,
    SubmissionUpdated,
)
