"""What the events service answers: calendars, events, and when and where they take place.

An instant is a `datetime` in UTC. A *wall time* is a `datetime` without an offset, as a clock at
the place shows it; the zone beside it says which clock. Where `all_day` is true, wall times are
midnights, the end is the midnight after the last day, and only the days count: they are the same
days for everybody.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from contracts.base import DTO

#: What cannot be the slug of a calendar: the site has other things at /events/<word>/.
RESERVED_SLUGS: Final = frozenset(
    {"calendars", "calendar", "map", "month", "week", "day", "submit", "submissions", "alarms"}
    | {"search", "feed", "feeds", "past", "categories", "locations", "date", "event", "events"}
)
#: Rows of one window of a list.
PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 200
#: Days that `GET /occurrences/days` answers at most: six weeks of a month, and some.
MAX_DAYS: Final = 62


class EventKind(StrEnum):
    """What sort of event it is."""

    CONFERENCE = "conference"
    USER_GROUP = "user-group"
    WORKSHOP = "workshop"
    SPRINT = "sprint"
    OTHER = "other"


class EventStatus(StrEnum):
    """Whether it takes place (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class EventMarkup(StrEnum):
    """How a description is written."""

    MARKDOWN = "markdown"
    RESTRUCTUREDTEXT = "restructuredtext"
    HTML = "html"
    PLAIN = "plain"


class CalendarRef(DTO):
    """A calendar as others name it."""

    id: int
    slug: str
    name: str


class CategoryRef(DTO):
    """A category as others name it."""

    id: int
    slug: str
    name: str


class LocationRef(DTO):
    """A place as others name it. `country` is an ISO 3166-1 code of two letters, or empty."""

    id: int
    name: str
    address: str
    country: str
    online: bool


class Calendar(DTO):
    """One calendar. `slug` is its part of addresses: /events/<slug>/."""

    id: int
    slug: str
    name: str
    description: str
    website: str = Field(description="A page about it elsewhere, or empty")
    position: int = Field(description="Calendars are listed in this order")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Category(DTO):
    """What events are about, within one calendar or (`calendar` null) in all."""

    id: int
    slug: str
    name: str
    calendar: CalendarRef | None
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Location(DTO):
    """A place, of one calendar or (`calendar` null) of all.

    Coordinates are degrees, north and east positive; both or none. What is online has none.
    """

    id: int
    name: str
    address: str
    url: str
    country: str = Field(description="ISO 3166-1, two letters, or empty", examples=["DE"])
    latitude: float | None
    longitude: float | None
    online: bool
    calendar: CalendarRef | None
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Occurrence(DTO):
    """One time at which an event takes place: what lists, months and feeds show.

    `original` tells the occurrences of one event apart, whatever they were moved to: the wall time
    at which the rule puts it, 20261123T190000, or the day, 20261123. `first_day` and `last_day`
    are days at the place; both belong to it.
    """

    event_id: int
    original: str
    title: str
    summary: str = Field(description="Beginning of the description as plain text, at most 300")
    start: datetime
    end: datetime = Field(description="In UTC; that instant itself does not belong to it")
    all_day: bool
    first_day: date
    last_day: date
    zone: str = Field(description="IANA name", examples=["Europe/Berlin"])
    status: EventStatus
    kind: EventKind
    featured: bool
    repeats: bool = Field(description="Whether its event takes place more than once")
    sample: bool = Field(description="Made up, to show what a calendar looks like")
    link: str
    calendar: CalendarRef
    location: LocationRef | None
    categories: list[CategoryRef]
    updated: datetime = Field(description="When its event last changed")


class Occurrences(DTO):
    """One window of a list. `next` and `previous` are cursors, empty where there is no more."""

    items: list[Occurrence]
    next: str
    previous: str


class Around(DTO):
    """What is on, what comes soon, soonest first, and what was missed, latest first.

    `upcoming` holds nothing that is on; `featured` are those of the coming ones that are.
    """

    now: list[Occurrence]
    upcoming: list[Occurrence]
    missed: list[Occurrence]
    featured: list[Occurrence]


class Day(DTO):
    """What takes place on one day; `more` tells that there is more than what was asked for.

    What takes several days is among the items of each.
    """

    day: date
    items: list[Occurrence]
    more: bool


class Days(DTO):
    """Each day of a window, and the days at which a list may go on.

    `earlier` is the last day before the window with something on it, `later` the first one after.
    """

    days: list[Day]
    earlier: date | None
    later: date | None


class Place(DTO):
    """A place of coming events, to be drawn on a map."""

    location: LocationRef
    latitude: float
    longitude: float
    events: int = Field(description="How many events take place there, each counted once")
    next: Occurrence


class Country(DTO):
    """A country with coming events: ISO 3166-1, two letters."""

    country: str
    events: int


class Places(DTO):
    """Where events take place within the next months: on the map, by country, and online."""

    places: list[Place]
    countries: list[Country]
    online: int


class CalendarSummary(Calendar):
    """A calendar with what is on it: what comes next, if anything."""

    next: Occurrence | None


class CalendarDetail(CalendarSummary):
    """A calendar with all of its categories, and the locations at which something is to come.

    At most 50 locations, those with the soonest first.
    """

    categories: list[Category]
    locations: list[Location]


class Override(DTO):
    """One time of a repeating event that is otherwise than its rule says.

    `original` is the wall time that the rule gives. What is null or empty is as in the event.
    """

    id: int
    original: datetime
    start: datetime | None = Field(description="Wall time, in the zone of the event")
    end: datetime | None = Field(description="Wall time, in the zone of the event")
    title: str
    description: str
    location: LocationRef | None
    link: str
    status: EventStatus | None


class EventSummary(DTO):
    """An event without its description and its exceptions.

    `start` and `end` are the first time it takes place, in UTC. `wall_start` and `wall_end` are the
    same as wall times in `zone`.
    """

    id: int
    uid: str = Field(description="UID of iCalendar: never changes")
    title: str
    calendar: CalendarRef
    location: Location | None
    categories: list[CategoryRef]
    kind: EventKind
    status: EventStatus
    featured: bool
    sample: bool
    link: str
    all_day: bool
    start: datetime
    end: datetime
    wall_start: datetime
    wall_end: datetime
    first_day: date
    last_day: date
    zone: str
    rules: list[str] = Field(
        description="Recurrence rules (RFC 5545, 3.3.10)", examples=[["FREQ=MONTHLY;BYDAY=2TU"]]
    )
    repeats: bool
    source: str = Field(description="Address of the calendar it was imported from, or empty")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class EventDetail(EventSummary):
    """An event: its whole public state. `description_html` is safe to put into a page as it is.

    `additional` are wall times beside those of the rules: a start, or start/end. `exceptions` are
    wall times of the rules at which it does not take place.
    """

    description: str
    description_markup_type: EventMarkup
    description_html: str
    additional: list[str] = Field(examples=[["2026-12-13T12:00:00/2026-12-13T15:00:00"]])
    exceptions: list[datetime]
    overrides: list[Override]


class EventAround(DTO):
    """What there is beside an event: its own times, its neighbours in the calendar, the like.

    `coming` and `past` are its own times, the nearest first, at most 10 of each. `previous` and
    `next` are of other events of the same calendar: those before and after the time that is shown
    of this one (its next, else its last). `here` and `alike` are to come at the same location, and
    in one of the same categories.
    """

    coming: list[Occurrence]
    past: list[Occurrence]
    previous: Occurrence | None
    next: Occurrence | None
    here: list[Occurrence]
    alike: list[Occurrence]


# --- what people send in ---


class SubmissionState(StrEnum):
    """Where a submission is."""

    WAITING = "waiting"
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class SubmissionNote(DTO):
    """What was said or done about a submission."""

    time: datetime
    by: str = Field(description="submitter or reviewer")
    action: str = Field(description="The state that it led to, or edited")
    text: str


class SubmissionSummary(DTO):
    """A submission as its submitter sees it in a list."""

    id: int
    state: SubmissionState
    title: str
    calendar: CalendarRef
    event_id: int | None = Field(description="The event that it became")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Submission(SubmissionSummary):
    """A submission. `can_edit` tells whether its submitter may still change it."""

    kind: EventKind
    link: str
    description: str
    all_day: bool
    start: datetime
    end: datetime
    zone: str
    rule: str
    place: str
    address: str
    country: str
    online: bool
    python_focus: str
    attendees: int | None
    contact_name: str
    email: str
    can_edit: bool
    notes: list[SubmissionNote]


class Alarm(DTO):
    """A mail that somebody wants before each time of an event."""

    id: int
    event_id: int
    event_title: str
    hours: int
    email: str
    due: datetime | None = Field(description="When the next one is sent; null: nothing is to come")
    created: datetime
