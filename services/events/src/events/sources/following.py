"""Following a calendar elsewhere: new events are created, changed ones replaced, others deleted.

What staff say of an imported event beside what a calendar can say (kind, categories, whether it is
featured) stays. What is over stays too, for many calendars drop what is past.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import exists, select

from contracts.events.dto import EventDetail, EventKind
from contracts.events.inputs import EventInput, LocationInput
from events.events import queries, services
from events.events.models import Event
from events.events.overriding import input_of
from events.events.services import Origin
from events.ical.reading import Found, Parsed
from events.locations import services as locations
from events.locations.models import Location
from events.occurrences.models import Occurrence
from events.sources.models import Source
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.imports import NotFollowed, Report
from servicekit.problems import Problem

#: Who writes what is imported.
IMPORTER: Final = Principal(subject="service:events-import")
#: Events that may be deleted at once without a thought, and the part of all from which on none is.
_FEW: Final = 5
_SUSPICIOUS: Final = 0.5
#: What a calendar does not say of an event.
_OURS: Final = {"calendar_id", "category_ids", "kind", "featured"}


class Suspicious(NotFollowed):
    """So much is gone at a source that it is likelier broken; nothing is written."""


async def follow(session: WriteSession, source: Source, parsed: Parsed) -> Report:
    """Make the events of a locked source those that it has. Raises Suspicious."""
    report = Report(skipped=len(parsed.skipped))
    report.lines += [f"! {line}" for line in parsed.skipped]
    there = {
        row.uid: row
        for row in await session.scalars(
            select(Event).where(Event.calendar_id == source.calendar_id).with_for_update()
        )
    }
    gone = await _gone(session, source, {one.uid for one in parsed.found})
    for found in parsed.found:
        row = there.get(found.uid)
        if row is not None and row.source_id != source.id:
            report.skipped += 1
            report.lines.append(f"! {row.title}: the calendar has it from elsewhere")
        elif row is not None and row.followed == found.digest:
            report.unchanged += 1
        else:
            await _apply(session, source, found, row, report)
    for row in gone:
        await services.delete(session, row.id, IMPORTER, if_match=None)
        report.deleted += 1
        report.lines.append(f"- {row.title}")
    return report


async def _gone(session: WriteSession, source: Source, uids: set[str]) -> list[Event]:
    """Return events that the source has no longer and that are not over."""
    now = datetime.now(UTC)
    coming = exists().where(Occurrence.event_id == Event.id, Occurrence.ends > now)
    rows = (
        await session.scalars(
            select(Event).where(Event.source_id == source.id, coming).order_by(Event.id)
        )
    ).all()
    gone = [row for row in rows if row.uid not in uids]
    if len(gone) > _FEW and len(gone) > _SUSPICIOUS * len(rows):
        raise Suspicious(
            f"{len(gone)} of its {len(rows)} coming events are gone; nothing was changed. "
            "If that is so, delete them by hand."
        )
    return gone


async def _apply(
    session: WriteSession, source: Source, found: Found, row: Event | None, report: Report
) -> None:
    """Create or replace one event; what cannot be kept is left out and told."""
    title = found.values["title"]
    try:
        async with session.begin_nested():
            location_id = await _location(session, source, found)
            if row is None:
                sent = EventInput.model_validate(
                    {
                        **found.values,
                        "calendar_id": source.calendar_id,
                        "location_id": location_id,
                        "kind": EventKind(source.kind),
                    }
                )
                origin = Origin(uid=found.uid, source_id=source.id, followed=found.digest)
                await services.create(session, sent, IMPORTER, origin)
                report.created += 1
                report.lines.append(f"+ {title}")
                return
            old = (await queries.states(session, [row.id]))[row.id]
            kept = input_of(old).model_dump(include=_OURS)
            sent = EventInput.model_validate({**found.values, **kept, "location_id": location_id})
            new = await services.replace(session, row, sent, IMPORTER, followed=found.digest)
            if new.version == old.version:
                report.unchanged += 1
                return
            report.updated += 1
            report.lines.append(f"~ {title}: {', '.join(_differing(old, new))}")
    except (Problem, ValidationError) as error:
        if row is not None:
            await session.refresh(row)
        report.skipped += 1
        report.lines.append(f"! {title}: {_reason(error)}")


async def _location(session: WriteSession, source: Source, found: Found) -> int | None:
    """Return the location of that name, made where there is none."""
    if not found.place:
        return None
    online = found.place.startswith(("https://", "http://"))
    name = "Online" if online else found.place
    known = await session.scalar(
        select(Location.id)
        .where(
            Location.name == name,
            (Location.calendar_id == source.calendar_id) | Location.calendar_id.is_(None),
        )
        .order_by(Location.id)
        .limit(1)
    )
    if known is not None:
        return int(known)
    sent = LocationInput(name=name, online=online, calendar_id=source.calendar_id)
    return (await locations.create(session, sent, IMPORTER)).id


def _differing(old: EventDetail, new: EventDetail) -> list[str]:
    """Return the names of fields that differ, as people know them."""
    names = (
        *("title", "status", "wall_start", "wall_end", "zone", "rules", "additional"),
        *("exceptions", "overrides", "location", "link", "description"),
    )
    found: list[Any] = [name for name in names if getattr(old, name) != getattr(new, name)]
    return [name.removeprefix("wall_") for name in found] or ["followed"]


def _reason(error: Problem | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return error.errors[0].msg if error.errors else str(error)
