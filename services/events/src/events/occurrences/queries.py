"""Every read of occurrences. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Date, Select, cast, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from events import references
from events.calendars.models import Calendar
from events.categories.models import Category
from events.events.models import Event, EventCategory
from events.locations.models import Location
from events.occurrences.filters import ORDER, Cursor, OccurrenceFilter, When, arms, window
from events.occurrences.models import Occurrence
from servicekit import reading
from servicekit.reading import Row

#: How far clocks are from UTC at most, on either side.
_AHEAD: Final = timedelta(hours=14)
_BEHIND: Final = timedelta(hours=12)

_ITEM: Final = (
    Occurrence.event_id,
    Occurrence.original,
    Occurrence.title,
    func.coalesce(Occurrence.summary, Event.summary).label("summary"),
    Occurrence.starts.label("start"),
    Occurrence.ends.label("end"),
    Event.all_day,
    Occurrence.first_day,
    Occurrence.last_day,
    Event.zone,
    Occurrence.status,
    Occurrence.kind,
    Occurrence.featured,
    Event.projected.isnot(None).label("repeats"),
    Event.sample,
    func.coalesce(Occurrence.link, Event.link).label("link"),
    references.CALENDAR.label("calendar"),
    references.optional(references.LOCATION, Location.id, "location"),
    Event.updated,
    Occurrence.id.label("id"),
)


async def listed(  # noqa: PLR0913 - the parameters of a query
    session: AsyncSession,
    found: OccurrenceFilter,
    *,
    when: When,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: Cursor | None = None,
    limit: int,
) -> Row:
    """Return one window of a list, with the cursors of those beside it. Two statements."""
    statements = arms(found, when, at, until)
    if since is not None:
        statements = [one.where(Occurrence.ends > since) for one in statements]
    descending = when is When.PAST
    items = await _items(
        session,
        window(found, statements, limit=limit + 1, descending=descending, cursor=cursor),
        limit=limit + 1,
        descending=descending != (cursor is not None and cursor.back),
    )
    more, items = len(items) > limit, items[:limit]
    back = cursor is not None and cursor.back
    if back:
        items.reverse()
    ends = [Cursor(one["start"], one["id"]) for one in (items[0], items[-1])] if items else []
    answer = {"items": _plain(items), "next": "", "previous": ""}
    if ends and (more or back):
        answer["next"] = str(ends[1])
    if ends and (more if back else cursor is not None):
        answer["previous"] = str(Cursor(ends[0].starts, ends[0].id, back=True))
    return answer


async def some(  # noqa: PLR0913 - the parameters of a query
    session: AsyncSession,
    found: OccurrenceFilter,
    when: When,
    at: datetime,
    *,
    limit: int,
    narrowed: Sequence[Any] = (),
) -> list[Row]:
    """Return the first of a list. Two statements."""
    statements = [one.where(*narrowed) for one in arms(found, when, at)]
    descending = when is When.PAST
    limited = window(found, statements, limit=limit, descending=descending)
    return _plain(await _items(session, limited, limit=limit, descending=descending))


async def days(
    session: AsyncSession, found: OccurrenceFilter, first: date, last: date, *, limit: int
) -> Row:
    """Return what takes place on each day of a window, and the days at which a list may go on.

    Six statements.
    """
    of_day: dict[date, list[Cursor]] = {
        first + timedelta(days=n): [] for n in range((last - first).days + 1)
    }
    # What is on for several days is looked for once, and not again for each of them.
    for starts, number, begun, over in await session.execute(_long(found, first, last)):
        for day, those in of_day.items():
            if begun <= day <= over and len(those) <= limit:
                those.append(Cursor(starts, number))
    for day, starts, number in await session.execute(_short(found, first, last, limit=limit + 1)):
        of_day[day].append(Cursor(starts, number))
    shown = {day: sorted(those)[: limit + 1] for day, those in of_day.items()}
    items = await by_ids(session, {one.id for those in shown.values() for one in those[:limit]})
    return {
        "days": [
            {
                "day": day,
                "items": [items[one.id] for one in those[:limit]],
                "more": len(those) > limit,
            }
            for day, those in shown.items()
        ],
        "earlier": await _nearest(session, found, first, before=True),
        "later": await _nearest(session, found, last, before=False),
    }


def _long(found: OccurrenceFilter, first: date, last: date) -> Select[Any]:
    """Return what takes more than one day and touches a window, in order."""
    columns = select(Occurrence.starts, Occurrence.id, Occurrence.first_day, Occurrence.last_day)
    return (
        found.narrow(columns)
        .where(
            Occurrence.last_day > Occurrence.first_day,
            func.daterange(Occurrence.first_day, Occurrence.last_day, "[]").op("&&")(
                func.daterange(first, last, "[]")
            ),
        )
        .order_by(*ORDER)
    )


def _short(found: OccurrenceFilter, first: date, last: date, *, limit: int) -> Select[Any]:
    """Return the first of what begins and ends on each day of a window."""
    series = func.generate_series(first, last, timedelta(days=1)).column_valued("day")
    day = select(cast(series, Date).label("day")).subquery("days")
    midnight = cast(day.c.day, Occurrence.starts.type)
    rows = found.narrow(select(Occurrence.id, Occurrence.starts)).where(
        Occurrence.last_day == Occurrence.first_day,
        Occurrence.first_day == day.c.day,
        # A day at the place begins some hours before or after that of UTC.
        found.starts >= midnight - _AHEAD,
        found.starts < midnight + timedelta(days=1) + _BEHIND,
    )
    each = rows.correlate(day).order_by(*found.order).limit(limit).lateral("each")
    return select(day.c.day, each.c.starts, each.c.id).join(each, onclause=each.c.id > 0)


async def _nearest(
    session: AsyncSession, found: OccurrenceFilter, day: date, *, before: bool
) -> date | None:
    """Return the day nearest to a day on which something begins, before or after it."""
    midnight = datetime.combine(day, time.min, UTC)
    statement = found.narrow(select(Occurrence.first_day))
    if before:
        statement = statement.where(found.starts < midnight + _BEHIND, Occurrence.first_day < day)
        statement = statement.order_by(*(column.desc() for column in found.order))
    else:
        statement = statement.where(found.starts > midnight - _AHEAD, Occurrence.first_day > day)
        statement = statement.order_by(*found.order)
    nearest: date | None = await session.scalar(statement.limit(1))
    return nearest


async def by_ids(session: AsyncSession, ids: Iterable[int]) -> dict[int, Row]:
    """Return occurrences by their id."""
    columns: Select[Any] = select(*ORDER[::-1])
    statement = columns.where(Occurrence.id.in_(list(ids)))
    items = await _items(session, [statement], limit=None)
    return {item["id"]: one for item, one in zip(items, _plain(items), strict=True)}


def _joined(statement: Select[Any], key: Any, source: Any) -> Select[Any]:  # noqa: ANN401 - SQL
    return (
        statement.select_from(source)
        .join(Occurrence, Occurrence.id == key)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Calendar, Calendar.id == Occurrence.calendar_id)
        .outerjoin(Location, Location.id == Occurrence.location_id)
    )


async def _items(
    session: AsyncSession,
    limited: Sequence[Select[Any]],
    *,
    limit: int | None,
    descending: bool = False,
) -> list[Row]:
    """Return what the arms of a list give, in its order, with `id` beside the fields."""
    found = union_all(*(select(one.subquery()) for one in limited)).subquery("found")
    order = [column.desc() if descending else column.asc() for column in ORDER]
    statement = _joined(select(*_ITEM), found.c.id, found).order_by(*order).limit(limit)
    return await _with_categories(session, await reading.every(session, statement))


async def _with_categories(session: AsyncSession, items: list[Row]) -> list[Row]:
    """Put the categories of its event into each row. One statement."""
    of_event: dict[int, list[Any]] = {item["event_id"]: [] for item in items}
    if items:
        statement = (
            select(EventCategory.event_id, references.CATEGORY.label("category"))
            .join(Category, Category.id == EventCategory.category_id)
            .where(EventCategory.event_id.in_(of_event))
            .order_by(reading.bytewise(Category.name), Category.id)
        )
        for row in await reading.every(session, statement):
            of_event[row["event_id"]].append(row["category"])
    return [{**item, "categories": of_event[item["event_id"]]} for item in items]


def _plain(items: Iterable[Row]) -> list[Row]:
    """Return the rows as they are answered."""
    return [{key: value for key, value in item.items() if key != "id"} for item in items]
