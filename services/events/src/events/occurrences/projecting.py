"""Keeping the times of an event as rows: made of its series whenever that changes.

Of a series without an end only a window is there; a tick moves it on. Rows that stay the same are
left alone, so that places in lists stay where they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from icalendar import vRecur
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from events import settings
from events.events.models import Event, EventCategory
from events.events.series import Series
from events.locations.models import Location
from events.occurrences.expansion import Time, expand
from events.occurrences.models import Occurrence, OccurrenceCategory
from events.texts import summary_of
from servicekit.database import WriteSession

#: What `projected` is of a series all of whose times are there.
COMPLETE: Final = date.max


@dataclass(frozen=True)
class Days:
    """The window for which times are kept: from `since` to before `until`."""

    since: date
    until: date


def window(session: WriteSession) -> Days:
    """Return the window of today, by the settings of the process."""
    told, today = settings.of(session), datetime.now(UTC).date()
    return Days(
        today - timedelta(days=told.window_past_days),
        today + timedelta(days=told.window_future_days),
    )


async def project(session: WriteSession, row: Event, series: Series) -> None:
    """Bring the rows of an event's times up to date with its series. The event is flushed."""
    days = window(session)
    # A long series is a matter of some tenths of a second of processor time.
    times = await asyncio.to_thread(expand, series, days.since, days.until)
    places = await _places(session, row, times)
    there = {
        one.original: one
        for one in await session.scalars(select(Occurrence).where(Occurrence.event_id == row.id))
    }
    for time in times:
        values = _values(row, time, places)
        one = there.pop(time.original, None)
        if one is None:
            session.add(Occurrence(event_id=row.id, original=time.original, **values))
            continue
        for name, value in values.items():
            if getattr(one, name) != value:
                setattr(one, name, value)
    for one in there.values():
        # What is past the window was right in its time.
        if not series.repeats or one.last_day >= days.since:
            await session.delete(one)
    await session.flush()
    await _reached(session, row, _reach(series, days) if series.repeats else None)
    await _categorise(session, row.id)


async def _reached(session: WriteSession, row: Event, day: date | None) -> None:
    """Note how far the times are there: no change of the event, so its version stays."""
    if row.projected != day:
        own = update(Event).where(Event.id == row.id)
        await session.execute(
            own.values(projected=day, updated=Event.updated),
            execution_options={"synchronize_session": False},
        )
        set_committed_value(row, "projected", day)


def _reach(series: Series, days: Days) -> date:
    """Return the day up to which all times are there."""
    for rule in series.rules:
        until = vRecur.from_ical(rule).get("UNTIL")
        if not until:
            return days.until
        last = until[0].date() if isinstance(until[0], datetime) else until[0]
        # One that was moved may be later than the end of its rule.
        if last + timedelta(days=366) >= days.until:
            return days.until
    return COMPLETE


async def _places(
    session: WriteSession, row: Event, times: list[Time]
) -> Mapping[int | None, tuple[str, bool]]:
    ids = {row.location_id, *(one.change.location_id for one in times if one.change)} - {None}
    found: dict[int | None, tuple[str, bool]] = {None: ("", False)}
    if ids:
        columns = select(Location.id, Location.country, Location.online)
        for number, country, online in await session.execute(columns.where(Location.id.in_(ids))):
            found[number] = (country, online)
    return found


def _values(
    row: Event, time: Time, places: Mapping[int | None, tuple[str, bool]]
) -> dict[str, Any]:
    change = time.change
    location_id = (change and change.location_id) or row.location_id
    country, online = places[location_id]
    return {
        "starts": time.starts,
        "ends": time.ends,
        "first_day": time.first_day,
        "last_day": time.last_day,
        "title": (change and change.title) or row.title,
        "summary": summary_of(change.description) if change and change.description else None,
        "link": (change and change.link) or None,
        # What is called off altogether takes place at no time.
        "status": "cancelled"
        if row.status == "cancelled"
        else (change and change.status) or row.status,
        "kind": row.kind,
        "featured": row.featured,
        "calendar_id": row.calendar_id,
        "location_id": location_id,
        "country": country,
        "online": online,
    }


async def _categorise(session: WriteSession, event_id: int) -> None:
    """Write anew in which categories the times of an event are."""
    own = select(Occurrence.id).where(Occurrence.event_id == event_id)
    await session.execute(
        delete(OccurrenceCategory).where(OccurrenceCategory.occurrence_id.in_(own))
    )
    rows = (
        select(EventCategory.category_id, Occurrence.starts, Occurrence.id)
        .join(Occurrence, Occurrence.event_id == EventCategory.event_id)
        .where(EventCategory.event_id == event_id)
    )
    names = ("category_id", "starts", "occurrence_id")
    await session.execute(insert(OccurrenceCategory).from_select(names, rows))
