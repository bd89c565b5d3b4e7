"""What a new installation begins with: calendars, conferences, and meetings that are made up.

What is there already is left as it is, and what somebody deleted does not come back. The meetings
are marked as samples; each begins with the year before, so that there is always one to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Annotated, Final

from dateutil.rrule import rrulestr
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import select

from contracts.events.dto import EventKind
from contracts.events.inputs import (
    CalendarInput,
    CategoryInput,
    Country,
    EventInput,
    LocationInput,
)
from events.calendars import services as calendars
from events.calendars.models import Calendar
from events.categories import services as categories
from events.categories.models import Category
from events.events import services as events
from events.events.models import Event
from events.events.services import Origin
from events.locations import services as locations
from events.locations.models import Location
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import TaskContext
from servicekit.slugs import slugify
from servicekit.writes import gone

SEEDER: Final = Principal(subject="service:events-seed")
#: Events that are written in one transaction.
_BATCH: Final = 25


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class City(_Fact):
    """Where conferences take place."""

    name: str
    country: Country
    latitude: float
    longitude: float


class Conference(_Fact):
    """One conference; `end` is its last day. Without a city it is online."""

    name: str
    start: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    end: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    city: str = ""
    venue: str = ""
    link: str = ""
    featured: bool = False


class Meeting(_Fact):
    """A user group that meets again and again; `time` is HH:MM there."""

    name: str
    slug: str
    city: str = ""
    zone: str
    time: str
    minutes: int
    rule: str
    description: str


class Shipped(_Fact):
    """The data files as one."""

    calendars: list[CalendarInput]
    categories: dict[str, list[CategoryInput]]
    cities: list[City]
    conferences: list[Conference]
    meetings: list[Meeting]


def shipped() -> Shipped:
    """Return what the service ships: `events/data/*.json`."""
    folder = files("events").joinpath("data")
    named = ("calendars", "categories", "cities", "conferences", "meetings")
    parts = {name: folder.joinpath(f"{name}.json").read_bytes() for name in named}
    adapter = TypeAdapter(object)
    return Shipped.model_validate(
        {name: adapter.validate_json(body) for name, body in parts.items()}
    )


async def seed(context: TaskContext) -> str:
    """Add what is missing."""
    facts = shipped()
    async with context.session() as session:
        own = await _calendars(session, facts)
        kinds = await _categories(session, facts, own)
        known = set(await session.scalars(select(Event.uid))) | await gone(session, "event", "uid")
        places = await _places(session, facts)
        wanted = [
            (uid, sent, sample)
            for uid, sent, sample in _events(facts, own, kinds, places)
            if uid not in known
        ]
        # A dry run is one transaction, and all of it is rolled back.
        if context.dry_run:
            await _write(session, wanted)
    if not context.dry_run:
        for done in range(0, len(wanted), _BATCH):
            async with context.session() as session:
                await _write(session, wanted[done : done + _BATCH])
            context.progress(min(done + _BATCH, len(wanted)), len(wanted), "events")
    return f"{len(wanted)} events added"


async def _write(session: WriteSession, wanted: list[tuple[str, EventInput, bool]]) -> None:
    for uid, sent, sample in wanted:
        await events.create(session, sent, SEEDER, Origin(uid=uid, sample=sample))


async def _by_slug(session: WriteSession, model: type[Calendar | Category]) -> dict[str, int]:
    rows = await session.execute(select(model.slug, model.id))
    return {slug: number for slug, number in rows}  # noqa: C416 - rows are no pairs to a type checker


async def _calendars(session: WriteSession, facts: Shipped) -> dict[str, int]:
    there = await _by_slug(session, Calendar)
    deleted = await gone(session, "calendar", "slug")
    for sent in facts.calendars:
        if sent.slug and sent.slug not in there and sent.slug not in deleted:
            there[sent.slug] = (await calendars.create(session, sent, SEEDER)).id
    return there


async def _categories(
    session: WriteSession, facts: Shipped, own: Mapping[str, int]
) -> dict[str, int]:
    there = await _by_slug(session, Category)
    deleted = await gone(session, "category", "slug")
    for calendar, several in facts.categories.items():
        for sent in several:
            if calendar in own and sent.slug and sent.slug not in {*there, *deleted}:
                placed = sent.model_copy(update={"calendar_id": own[calendar]})
                there[sent.slug] = (await categories.create(session, placed, SEEDER)).id
    return there


async def _places(session: WriteSession, facts: Shipped) -> dict[tuple[str, str], int]:
    """Return the locations of conferences and meetings by venue and city, made where missing."""
    there = {
        (name, address): number
        for name, address, number in await session.execute(
            select(Location.name, Location.address, Location.id)
        )
    }
    cities = {city.name: city for city in facts.cities}
    wanted = {_place(one.venue, one.city) for one in facts.conferences}
    wanted |= {_place("", one.city) for one in facts.meetings}
    for name, address in sorted(wanted - there.keys()):
        city = cities.get(address)
        sent = LocationInput(name=name, online=True)
        if city is not None:
            sent = LocationInput(
                name=name,
                address=address,
                country=city.country,
                latitude=city.latitude,
                longitude=city.longitude,
            )
        there[name, address] = (await locations.create(session, sent, SEEDER)).id
    return there


def _place(venue: str, city: str) -> tuple[str, str]:
    return (venue or city, city) if city else ("Online", "")


def _events(
    facts: Shipped,
    own: Mapping[str, int],
    kinds: Mapping[str, int],
    places: Mapping[tuple[str, str], int],
) -> list[tuple[str, EventInput, bool]]:
    found: list[tuple[str, EventInput, bool]] = []
    if "python-events" in own:
        found += [
            (f"{_uid(one)}@conferences.python.org", _conference(one, own, kinds, places), False)
            for one in facts.conferences
        ]
    if "python-user-group" in own:
        found += [
            (f"{one.slug}@samples.python.org", _meeting(one, own, kinds, places), True)
            for one in facts.meetings
        ]
    return found


def _uid(one: Conference) -> str:
    return f"{slugify(one.name)}-{one.start}"


def _conference(
    one: Conference,
    own: Mapping[str, int],
    kinds: Mapping[str, int],
    places: Mapping[tuple[str, str], int],
) -> EventInput:
    last = datetime.fromisoformat(one.end) + timedelta(days=1)
    return EventInput(
        title=one.name,
        calendar_id=own["python-events"],
        location_id=places[_place(one.venue, one.city)],
        category_ids=[kinds["conferences"]] if "conferences" in kinds else [],
        kind=EventKind.CONFERENCE,
        featured=one.featured,
        link=one.link,
        all_day=True,
        start=datetime.fromisoformat(one.start),
        end=last,
    )


def _meeting(
    one: Meeting,
    own: Mapping[str, int],
    kinds: Mapping[str, int],
    places: Mapping[tuple[str, str], int],
) -> EventInput:
    hour, _, minute = one.time.partition(":")
    year = datetime.now(UTC).year - 1
    begin = datetime(year, 1, 1, int(hour), int(minute))  # noqa: DTZ001 - a wall time
    first = _first(one.rule, begin)
    return EventInput(
        title=one.name,
        calendar_id=own["python-user-group"],
        location_id=places[_place("", one.city)],
        category_ids=[kinds["meetings"]] if "meetings" in kinds else [],
        kind=EventKind.USER_GROUP,
        description=one.description,
        start=first,
        end=first + timedelta(minutes=one.minutes),
        zone=one.zone,
        rules=[one.rule],
    )


def _first(rule: str, begin: datetime) -> datetime:
    """Return the first time that a rule gives: an event begins with one of its own times."""
    return next(iter(rrulestr(rule, dtstart=begin)))
