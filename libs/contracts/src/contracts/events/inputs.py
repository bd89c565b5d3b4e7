"""What callers of the events service send.

Wall times are without an offset (2026-11-23T19:00), and go with a zone by its IANA name.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, NaiveDatetime, StringConstraints, model_validator

from contracts.base import Input, Line, Slug, Text, said
from contracts.content.addresses import ElsewhereOrNone
from contracts.events.dto import EventKind, EventMarkup, EventStatus

#: An event, and each time of one that repeats, takes less than this.
MAX_LENGTH: Final = timedelta(days=366)
_STAMP: Final = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?"
_MIDNIGHTS: Final = "of an event of whole days, times are midnights"

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
#: Times between which any calculation with hours, zones and repetition stays inside the calendar.
EARLIEST, LATEST = datetime(1900, 1, 1), datetime(2300, 1, 1)  # noqa: DTZ001 - wall times


def _near(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"must be from {EARLIEST.year} to {LATEST.year - 1}")
    return moment


Wall = Annotated[NaiveDatetime, AfterValidator(_near)]
Zone = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            "must be a time zone such as Europe/Berlin or UTC",
        ),
        max_length=64,
    ),
]
Country = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^([A-Z]{2})?$", "must be a country by two letters, such as DE, or empty")
    ),
]
Rule = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^FREQ=[A-Z0-9=;,+-]+$", "must be a rule such as FREQ=WEEKLY;BYDAY=TU (RFC 5545)"
        ),
        max_length=500,
    ),
]
Period = Annotated[
    str,
    StringConstraints(
        pattern=said(
            rf"^{_STAMP}(/{_STAMP})?$", "must be 2026-11-23T19:00, or a start and an end with /"
        )
    ),
]
Email = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^[^@\s\x00-\x1f\x7f<>,;]+@[^@\s\x00-\x1f\x7f<>,;]+$", "must be an address"),
        max_length=320,
    ),
]
Title = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Description = Annotated[Text, StringConstraints(max_length=50_000)]


class CalendarInput(Input):
    """A calendar to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=100)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    description: Annotated[Line, StringConstraints(max_length=255)] = ""
    website: ElsewhereOrNone = ""
    position: Annotated[int, Field(ge=0, le=10_000)] = 100


class CategoryInput(Input):
    """A category to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    calendar_id: Id | None = Field(default=None, description="Null: for events of all calendars")


class LocationInput(Input):
    """A place to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=255)]
    address: Annotated[Line, StringConstraints(max_length=255)] = ""
    url: ElsewhereOrNone = ""
    country: Country = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    online: bool = False
    calendar_id: Id | None = Field(default=None, description="Null: for events of all calendars")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        if self.online and self.latitude is not None:
            raise ValueError("what is online has no coordinates")
        return self


class OverrideInput(Input):
    """One time of a repeating event that is otherwise than its rule says."""

    original: Wall = Field(description="The wall time that the rule gives")
    start: Wall | None = None
    end: Wall | None = None
    title: Annotated[Line, StringConstraints(max_length=200)] = ""
    description: Description = ""
    location_id: Id | None = None
    link: ElsewhereOrNone = ""
    status: EventStatus | None = None


class EventInput(Input):
    """An event to create, or to put in place of what is there."""

    title: Title
    calendar_id: Id
    location_id: Id | None = None
    category_ids: list[Id] = Field(default_factory=list, max_length=20)
    kind: EventKind = EventKind.OTHER
    status: EventStatus = EventStatus.CONFIRMED
    featured: bool = False
    link: ElsewhereOrNone = ""
    description: Description = ""
    description_markup_type: EventMarkup = EventMarkup.MARKDOWN
    all_day: bool = False
    start: Wall = Field(description="Wall time; midnight where it takes whole days")
    end: Wall | None = Field(
        default=None,
        description="Wall time; of whole days the midnight after the last one. "
        "Null: at once, or one day",
    )
    zone: Zone = "UTC"
    rules: list[Rule] = Field(default_factory=list, max_length=5)
    additional: list[Period] = Field(default_factory=list, max_length=500)
    exceptions: list[Wall] = Field(default_factory=list, max_length=1000)
    overrides: list[OverrideInput] | None = Field(
        default=None, max_length=500, description="All of them; null: those there are stay"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.all_day and (not _is_midnight(self.start) or not _is_midnight(self.end)):
            raise ValueError(_MIDNIGHTS)
        check_span(self.start, self.end)
        return self


class SubmissionInput(Input):
    """An event that somebody wants to have listed: a draft for review."""

    title: Title
    calendar: Slug = Field(description="Slug of the calendar")
    kind: EventKind
    link: Annotated[ElsewhereOrNone, StringConstraints(min_length=1)]
    description: Annotated[Text, StringConstraints(min_length=1, max_length=20_000)]
    all_day: bool = False
    start: Wall
    end: Wall | None = None
    zone: Zone = "UTC"
    rule: Rule | None = Field(default=None, description="How it repeats; null: it does not")
    place: Annotated[Line, StringConstraints(max_length=255)] = Field(
        default="", description="Name of the place; not needed where it is online"
    )
    address: Annotated[Line, StringConstraints(max_length=255)] = ""
    country: Country = ""
    online: bool = False
    python_focus: Annotated[Text, StringConstraints(max_length=2000)] = Field(
        default="", description="What it has to do with Python; for the reviewers"
    )
    attendees: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    contact_name: Annotated[Line, StringConstraints(max_length=200)] = ""
    email: Email = Field(description="Where the submitter gets mail; shown on no page")
    note: Annotated[Text, StringConstraints(max_length=5000)] = Field(
        default="", description="Something to tell the reviewers"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.all_day and (not _is_midnight(self.start) or not _is_midnight(self.end)):
            raise ValueError(_MIDNIGHTS)
        if not self.online and not self.place:
            raise ValueError("an event has a place, or is online")
        check_span(self.start, self.end)
        return self


class AlarmInput(Input):
    """Have a mail sent before each time of an event.

    `email` is the confirmed address of the caller: the gateway puts it in, nobody types it.
    """

    event_id: Id
    hours: Annotated[int, Field(ge=1, le=720)] = 24
    email: Email


def check_span(start: NaiveDatetime, end: NaiveDatetime | None) -> None:
    """Raise ValueError where an end is before its start, or too long after it."""
    if end is not None and end < start:
        raise ValueError("an event does not end before it starts")
    if end is not None and end - start > MAX_LENGTH:
        raise ValueError("an event takes a year at most; one that goes on repeats")


def _is_midnight(moment: NaiveDatetime | None) -> bool:
    return moment is None or not (moment.hour or moment.minute or moment.second)
