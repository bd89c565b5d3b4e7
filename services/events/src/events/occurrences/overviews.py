"""What pages show beside one list: several of them at once, neighbours, places on a map."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.inputs import MAX_LENGTH
from events import references
from events.calendars.models import Calendar
from events.calendars.queries import CALENDAR
from events.events.models import EventCategory
from events.locations import queries as locations
from events.locations.models import Location
from events.occurrences import queries
from events.occurrences.filters import OccurrenceFilter, When, window
from events.occurrences.models import Occurrence, OccurrenceCategory
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_FOUND: Final[tuple[Any, ...]] = (Occurrence.id, Occurrence.event_id, Occurrence.starts)
_OWN: Final = 10
_MOST_PLACES: Final = 500
#: Of how many coming times the locations of a calendar are told, and how many of these.
_LOOKED_AT: Final = 500
_MOST_LOCATIONS: Final = 50
_ANY: Final = OccurrenceFilter()


async def around(
    session: AsyncSession, found: OccurrenceFilter, at: datetime, *, limit: int
) -> Row:
    """Return what is on, comes and was missed. At most 8 statements."""
    lists = {"now": When.CURRENT, "upcoming": When.UPCOMING, "missed": When.PAST}
    answer = {
        name: await queries.some(session, found, when, at, limit=limit)
        for name, when in lists.items()
    }
    answer["featured"] = await queries.some(
        session, found, When.COMING, at, limit=limit, narrowed=(Occurrence.featured,)
    )
    return answer


async def around_event(session: AsyncSession, event: Row, at: datetime, *, limit: int) -> Row:
    """Return what there is beside an event. At most 15 statements."""
    own = (Occurrence.event_id == event["id"],)
    coming = await queries.some(session, _ANY, When.COMING, at, limit=_OWN, narrowed=own)
    past = await queries.some(session, _ANY, When.PAST, at, limit=_OWN, narrowed=own)
    shown = next(iter(coming or past), None)
    others = Occurrence.event_id != event["id"]
    calendar = OccurrenceFilter(calendar=event["calendar"]["slug"])
    here: list[Row] = []
    if event["location"] is not None:
        place = OccurrenceFilter(location=event["location"]["id"])
        here = await queries.some(
            session, place, When.UPCOMING, at, limit=limit, narrowed=(others,)
        )
    return {
        "coming": coming,
        "past": past,
        "previous": await _neighbour(session, calendar, shown, others, before=True),
        "next": await _neighbour(session, calendar, shown, others, before=False),
        "here": here,
        "alike": await _alike(session, event, at, limit=limit),
    }


async def _neighbour(
    session: AsyncSession,
    calendar: OccurrenceFilter,
    shown: Row | None,
    others: Any,  # noqa: ANN401 - a condition
    *,
    before: bool,
) -> Row | None:
    """Return the time of another event next to the one that is shown."""
    if shown is None:
        return None
    statement = calendar.narrow(select(Occurrence.id, Occurrence.starts)).where(others)
    # Of two at one time the one with the smaller event comes first.
    place = func.row(shown["start"], shown["event_id"])
    own = func.row(Occurrence.starts, Occurrence.event_id)
    near = Occurrence.starts <= shown["start"] if before else Occurrence.starts >= shown["start"]
    statement = statement.where(near, own < place if before else own > place)
    limited = window(calendar, [statement], limit=1, descending=before)
    ids = [row["id"] for row in await reading.every(session, limited[0])]
    found = await queries.by_ids(session, ids) if ids else {}
    return found[ids[0]] if ids else None


async def _alike(session: AsyncSession, event: Row, at: datetime, *, limit: int) -> list[Row]:
    """Return the next times of other events in one of the same categories, one of each event."""
    own = select(EventCategory.category_id).where(EventCategory.event_id == event["id"])
    ids: dict[int, int] = {}
    for category in (await session.scalars(own)).all():
        statement: Select[Any] = (
            select(*_FOUND)
            .join(OccurrenceCategory, OccurrenceCategory.occurrence_id == Occurrence.id)
            .where(
                OccurrenceCategory.category_id == category,
                OccurrenceCategory.starts > at,
                Occurrence.event_id != event["id"],
            )
            .order_by(OccurrenceCategory.starts, OccurrenceCategory.occurrence_id)
            .limit(limit * 4)
        )
        for row in await reading.every(session, statement):
            ids.setdefault(row["event_id"], row["id"])
    found = sorted((await queries.by_ids(session, ids.values())).values(), key=_by_start)
    return found[:limit]


def _by_start(item: Row) -> tuple[Any, ...]:
    return item["start"], item["event_id"]


async def places(
    session: AsyncSession, found: OccurrenceFilter, at: datetime, *, months: int
) -> Row:
    """Return where events take place within the next months. At most 5 statements."""
    until = at + timedelta(days=months * 30.5)

    def coming(*columns: Any) -> Select[Any]:  # noqa: ANN401 - columns
        return found.narrow(select(*columns)).where(
            found.starts > at - MAX_LENGTH, Occurrence.ends > at, found.starts < until
        )

    events = func.count(Occurrence.event_id.distinct()).label("events")
    nearest = func.array_agg(aggregate_order_by(Occurrence.id, *found.order))[1].label("next_id")
    grouped = (
        coming(Occurrence.location_id, events, nearest)
        .join(Location, Location.id == Occurrence.location_id)
        .where(Location.latitude.isnot(None))
        .group_by(Occurrence.location_id)
        .order_by(func.min(Occurrence.starts), Occurrence.location_id)
        .limit(_MOST_PLACES)
        .subquery("grouped")
    )
    statement = select(
        references.LOCATION.label("location"),
        Location.latitude,
        Location.longitude,
        grouped.c.events,
        grouped.c.next_id,
    ).join(Location, Location.id == grouped.c.location_id)
    rows = await reading.every(session, statement)
    times = await queries.by_ids(session, [row["next_id"] for row in rows]) if rows else {}
    drawn = [{**row, "next": times[row.pop("next_id")]} for row in rows]
    countries = (
        coming(Occurrence.country, events)
        .where(Occurrence.country != "")
        .group_by(Occurrence.country)
        .order_by(Occurrence.country)
    )
    return {
        "places": sorted(drawn, key=lambda one: _by_start(one["next"])),
        "countries": await reading.every(session, countries),
        "online": await session.scalar(coming(events).where(Occurrence.online)) or 0,
    }


async def calendars(session: AsyncSession, page: Window, at: datetime) -> tuple[list[Row], int]:
    """Return one window of the calendars, each with what comes next. At most 4 statements."""
    order = (Calendar.position, reading.bytewise(Calendar.name), Calendar.id)
    rows, total = await reading.page(session, select(*CALENDAR), order, page)
    following = await _next_of(session, [row["id"] for row in rows], at)
    return [{**row, "next": following.get(row["id"])} for row in rows], total


async def calendar(session: AsyncSession, row: Row, at: datetime) -> Row:
    """Return a calendar with what comes next and where."""
    following = await _next_of(session, [row["id"]], at)
    coming = (
        select(Occurrence.location_id, Occurrence.starts)
        .where(
            Occurrence.calendar_id == row["id"],
            Occurrence.starts > at,
            Occurrence.location_id.isnot(None),
        )
        .order_by(Occurrence.starts, Occurrence.id)
        .limit(_LOOKED_AT)
        .subquery("coming")
    )
    near = (
        select(coming.c.location_id, func.min(coming.c.starts).label("soonest"))
        .group_by(coming.c.location_id)
        .order_by(func.min(coming.c.starts), coming.c.location_id)
        .limit(_MOST_LOCATIONS)
        .subquery("near")
    )
    statement = (
        locations.statement()
        .join(near, near.c.location_id == Location.id)
        .order_by(near.c.soonest, Location.id)
    )
    return {
        **row,
        "next": following.get(row["id"]),
        "locations": await reading.every(session, statement),
    }


async def _next_of(session: AsyncSession, ids: list[int], at: datetime) -> dict[int, Row]:
    """Return the next time of each calendar that has one; cancelled ones do not count."""
    one = (
        select(Occurrence.id)
        .where(
            Occurrence.calendar_id == Calendar.id,
            Occurrence.starts > at,
            Occurrence.status != "cancelled",
        )
        .order_by(Occurrence.starts, Occurrence.id)
        .limit(1)
        .correlate(Calendar)
        .lateral("one")
    )
    statement = select(Calendar.id.label("calendar_id"), one.c.id).join(one, one.c.id > 0)
    rows = await reading.every(session, statement.where(Calendar.id.in_(ids)))
    times = await queries.by_ids(session, [row["id"] for row in rows]) if rows else {}
    return {row["calendar_id"]: times[row["id"]] for row in rows}
