"""What the modern API tells of calendars, events and when they take place."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from contracts.events import dto


class Calendar(BaseModel):
    """A calendar."""

    id: int
    slug: str = Field(examples=["python-events"])
    name: str
    description: str
    website: str
    page: str = Field(description="Path on the site", examples=["/events/python-events/"])
    ical: str = Field(description="Path to subscribe to, as iCalendar")
    revision: int
    updated_at: datetime


class Category(BaseModel):
    """What events are about."""

    id: int
    slug: str
    name: str
    calendar: str | None = Field(description="Slug; null: of all calendars")
    revision: int
    updated_at: datetime


class Location(BaseModel):
    """A place. Coordinates are degrees, north and east positive; both, or neither."""

    id: int
    name: str
    address: str
    country: str = Field(description="ISO 3166-1, two letters, or empty", examples=["DE"])
    latitude: float | None
    longitude: float | None
    is_online: bool
    url: str
    calendar: str | None = Field(description="Slug; null: of all calendars")
    revision: int
    updated_at: datetime


class Place(BaseModel):
    """Where an event is, in short."""

    id: int
    name: str
    address: str
    country: str
    is_online: bool


class EventSummary(BaseModel):
    """An event. `starts_at` and `ends_at` are the first time that it takes place."""

    id: int
    uid: str = Field(description="UID of iCalendar: never changes")
    title: str
    calendar: str = Field(description="Slug")
    categories: list[str] = Field(description="Slugs")
    location: Location | None
    kind: dto.EventKind
    status: dto.EventStatus
    is_featured: bool
    is_sample: bool = Field(description="Made up, to show what a calendar looks like")
    url: str
    all_day: bool
    starts_at: datetime
    ends_at: datetime = Field(description="That instant itself does not belong to it")
    first_day: date
    last_day: date
    zone: str = Field(examples=["Europe/Berlin"])
    rules: list[str] = Field(description="RFC 5545, 3.3.10", examples=[["FREQ=MONTHLY;BYDAY=2TU"]])
    page: str = Field(description="Path on the site")
    ical: str = Field(description="Path of it as iCalendar, with its rules")
    revision: int
    updated_at: datetime


class Event(EventSummary):
    """An event with its text."""

    description_html: str = Field(description="Safe to be put into a page")
    exceptions: list[datetime] = Field(
        description="Times by the clock of the zone at which the rules do not hold"
    )


class Occurrence(BaseModel):
    """One time at which an event takes place. Of whole days go by the days."""

    event_id: int
    title: str
    summary: str
    starts_at: datetime
    ends_at: datetime = Field(description="That instant itself does not belong to it")
    all_day: bool
    first_day: date = Field(description="At the place; both days belong to it")
    last_day: date
    zone: str = Field(examples=["Europe/Berlin"])
    status: dto.EventStatus
    kind: dto.EventKind
    is_featured: bool
    is_sample: bool
    repeats: bool
    url: str
    calendar: str = Field(description="Slug")
    categories: list[str] = Field(description="Slugs")
    location: Place | None
    page: str = Field(description="Path on the site")
    updated_at: datetime


def calendar_of(found: dto.Calendar) -> Calendar:
    """Return a calendar as this API tells it."""
    page = f"/events/{found.slug}/"
    return Calendar(
        id=found.id,
        slug=found.slug,
        name=found.name,
        description=found.description,
        website=found.website,
        page=page,
        ical=f"{page}feed.ics",
        revision=found.version,
        updated_at=found.updated,
    )


def category_of(found: dto.Category) -> Category:
    """Return a category as this API tells it."""
    return Category(
        id=found.id,
        slug=found.slug,
        name=found.name,
        calendar=found.calendar.slug if found.calendar else None,
        revision=found.version,
        updated_at=found.updated,
    )


def location_of(found: dto.Location) -> Location:
    """Return a location as this API tells it."""
    return Location(
        id=found.id,
        name=found.name,
        address=found.address,
        country=found.country,
        latitude=found.latitude,
        longitude=found.longitude,
        is_online=found.online,
        url=found.url,
        calendar=found.calendar.slug if found.calendar else None,
        revision=found.version,
        updated_at=found.updated,
    )


def summary_of(found: dto.EventSummary) -> EventSummary:
    """Return an event as lists of this API tell it."""
    page = f"/events/{found.calendar.slug}/{found.id}/"
    return EventSummary(
        id=found.id,
        uid=found.uid,
        title=found.title,
        calendar=found.calendar.slug,
        categories=[one.slug for one in found.categories],
        location=location_of(found.location) if found.location else None,
        kind=found.kind,
        status=found.status,
        is_featured=found.featured,
        is_sample=found.sample,
        url=found.link,
        all_day=found.all_day,
        starts_at=found.start,
        ends_at=found.end,
        first_day=found.first_day,
        last_day=found.last_day,
        zone=found.zone,
        rules=found.rules,
        page=page,
        ical=f"{page}event.ics",
        revision=found.version,
        updated_at=found.updated,
    )


def event_of(found: dto.EventDetail) -> Event:
    """Return an event with its text."""
    return Event(
        **summary_of(found).model_dump(),
        description_html=found.description_html,
        exceptions=found.exceptions,
    )


def occurrence_of(found: dto.Occurrence) -> Occurrence:
    """Return an occurrence as this API tells it."""
    place = found.location
    return Occurrence(
        event_id=found.event_id,
        title=found.title,
        summary=found.summary,
        starts_at=found.start,
        ends_at=found.end,
        all_day=found.all_day,
        first_day=found.first_day,
        last_day=found.last_day,
        zone=found.zone,
        status=found.status,
        kind=found.kind,
        is_featured=found.featured,
        is_sample=found.sample,
        repeats=found.repeats,
        url=found.link,
        calendar=found.calendar.slug,
        categories=[one.slug for one in found.categories],
        location=Place(
            id=place.id,
            name=place.name,
            address=place.address,
            country=place.country,
            is_online=place.online,
        )
        if place
        else None,
        page=f"/events/{found.calendar.slug}/{found.event_id}/",
        updated_at=found.updated,
    )
