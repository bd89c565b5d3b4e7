"""Every read of events. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.dto import EventDetail, EventKind
from events import references
from events.calendars.models import Calendar
from events.categories.models import Category
from events.events.models import Event, EventCategory, Override
from events.events.series import Change, Series, instant
from events.locations import queries as locations
from events.locations.models import Location
from events.sources.models import Source
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_OWN: Final = tuple(
    getattr(Event, name)
    for name in (
        *("id", "uid", "title", "location_id", "kind", "status", "featured", "sample", "link"),
        *("all_day", "zone", "rules", "version", "created", "updated"),
    )
)
_SUMMARY: Final = (
    *_OWN,
    Event.starts.label("wall_start"),
    Event.ends.label("wall_end"),
    Event.projected.isnot(None).label("repeats"),
    references.CALENDAR.label("calendar"),
    func.coalesce(Source.url, "").label("source"),
)
_DETAIL: Final = (
    *_SUMMARY,
    *(
        getattr(Event, name)
        for name in (
            *("description", "description_markup_type", "description_html"),
            *("additional", "exceptions"),
        )
    ),
)


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which events; None lets everything pass. `q` is part of the title."""

    calendar: str | None = None
    category: str | None = None
    country: str | None = None
    kind: EventKind | None = None
    id_gt: int | None = None
    uid: str | None = None
    q: str | None = None
    updated_gte: datetime | None = None

    def narrow(self, statement: Select[Any]) -> Select[Any]:
        """Have a statement over events and calendars keep what passes."""
        if self.calendar is not None:
            statement = statement.where(Calendar.slug == self.calendar)
        if self.category is not None:
            of_it = (
                select(EventCategory.event_id)
                .join(Category, Category.id == EventCategory.category_id)
                .where(Category.slug == self.category)
            )
            statement = statement.where(Event.id.in_(of_it))
        if self.country is not None:
            there = select(Location.id).where(Location.country == self.country)
            statement = statement.where(Event.location_id.in_(there))
        if self.kind is not None:
            statement = statement.where(Event.kind == self.kind)
        if self.id_gt is not None:
            statement = statement.where(Event.id > self.id_gt)
        if self.uid is not None:
            statement = statement.where(Event.uid == self.uid)
        if self.q:
            statement = statement.where(Event.title.icontains(self.q, autoescape=True))
        if self.updated_gte is not None:
            statement = statement.where(Event.updated >= self.updated_gte)
        return statement


def _statement(columns: Sequence[Any]) -> Select[Any]:
    return (
        select(*columns)
        .join(Calendar, Calendar.id == Event.calendar_id)
        .outerjoin(Source, Source.id == Event.source_id)
    )


async def events(
    session: AsyncSession, window: Window, found: EventFilter
) -> tuple[list[Row], int]:
    """Return one window of the events, by id, and how many match. At most 4 statements."""
    statement = found.narrow(_statement(_SUMMARY))
    rows, total = await reading.page(session, statement, (Event.id,), window)
    return await _told(session, rows), total


async def event(session: AsyncSession, event_id: int) -> Row | None:
    """Return one event with all there is of it. 4 statements."""
    found = await details(session, Event.id == event_id)
    return found[0] if found else None


async def details(
    session: AsyncSession,
    condition: ColumnElement[bool],
    *,
    order: Sequence[Any] = (Event.id,),
    limit: int | None = None,
) -> list[Row]:
    """Return events with all there is of them. 4 statements, however many."""
    statement = _statement(_DETAIL).where(condition).order_by(*order).limit(limit)
    rows = await _told(session, await reading.every(session, statement))
    changes = await overrides(session, [row["id"] for row in rows])
    return [{**row, "overrides": changes.get(row["id"], [])} for row in rows]


async def states(session: AsyncSession, ids: Sequence[int]) -> dict[int, EventDetail]:
    """Return the whole state of each event, as it is told."""
    rows = await details(session, Event.id.in_(ids))
    return {row["id"]: EventDetail.model_validate(row) for row in rows}


async def overrides(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[Row]]:
    """Return the times of each event that are otherwise than its rules say, in order."""
    statement = (
        select(
            Override.event_id,
            Override.id,
            Override.original,
            Override.starts.label("start"),
            Override.ends.label("end"),
            Override.title,
            Override.description,
            references.optional(references.LOCATION, Location.id, "location"),
            Override.link,
            Override.status,
        )
        .outerjoin(Location, Location.id == Override.location_id)
        .where(Override.event_id.in_(ids))
        .order_by(Override.event_id, Override.original)
    )
    found: dict[int, list[Row]] = {}
    for row in await reading.every(session, statement) if ids else ():
        found.setdefault(row.pop("event_id"), []).append(row)
    return found


async def _told(session: AsyncSession, rows: list[Row]) -> list[Row]:
    """Put instants, days, the location and the categories into rows. Two statements."""
    if not rows:
        return []
    wanted = {row["location_id"] for row in rows} - {None}
    places = {
        place["id"]: place
        for place in await reading.every(
            session, locations.statement().where(Location.id.in_(wanted))
        )
    }
    statement = (
        select(EventCategory.event_id, references.CATEGORY.label("category"))
        .join(Category, Category.id == EventCategory.category_id)
        .where(EventCategory.event_id.in_([row["id"] for row in rows]))
        .order_by(reading.bytewise(Category.name), Category.id)
    )
    categories: dict[int, list[Any]] = {}
    for row in await reading.every(session, statement):
        categories.setdefault(row["event_id"], []).append(row["category"])
    return [
        {
            **{name: value for name, value in row.items() if name != "location_id"},
            **_times(row),
            "location": places.get(row["location_id"]),
            "categories": categories.get(row["id"], []),
        }
        for row in rows
    ]


def _times(row: Row) -> Row:
    starts, ends, zone = row["wall_start"], row["wall_end"], row["zone"]
    last = ends - timedelta(microseconds=1) if ends > starts else ends
    return {
        "start": instant(starts, zone),
        "end": instant(ends, zone),
        "first_day": starts.date(),
        "last_day": last.date(),
    }


async def series_of(session: AsyncSession, row: Event) -> Series:
    """Return when an event takes place, from its row and those of its overrides."""
    changes = await session.scalars(
        select(Override).where(Override.event_id == row.id).order_by(Override.original)
    )
    return Series(
        starts=row.starts,
        ends=row.ends,
        all_day=row.all_day,
        zone=row.zone,
        rules=tuple(row.rules),
        additional=tuple(row.additional),
        exceptions=tuple(row.exceptions),
        changes=tuple(
            Change(
                original=one.original,
                starts=one.starts,
                ends=one.ends,
                title=one.title,
                description=one.description,
                location_id=one.location_id,
                link=one.link,
                status=one.status,
            )
            for one in changes
        ),
    )
