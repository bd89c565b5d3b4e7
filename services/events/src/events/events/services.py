"""Writing events: rows, their times, event and audit entry in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete as sql_delete
from sqlalchemy import select

import markup
from contracts.events.dto import EventDetail
from contracts.events.events import EventCreated, EventDeleted, EventUpdated
from contracts.events.inputs import EventInput
from events import settings
from events.alarms import scheduling
from events.events import queries, rules, telling
from events.events.models import Event, EventCategory, Override
from events.events.series import Change, Series
from events.occurrences import projecting
from events.texts import render, summary_of
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound
from servicekit.writes import note, sign, snapshot

#: Columns that follow from others.
_FOLLOWING = frozenset(
    {"description_html", "description_renderer", "summary", "projected", "followed"}
)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an event comes from that nobody typed into a form."""

    uid: str
    source_id: int | None = None
    followed: str = ""
    sample: bool = False


async def create(
    session: WriteSession, sent: EventInput, caller: Principal, origin: Origin | None = None
) -> EventDetail:
    """Create an event. Raises Invalid."""
    series = rules.check(series_of(sent))
    host = settings.of(session).public_url.partition("://")[2]
    origin = origin or Origin(uid=f"{uuid4()}@{host}")
    row = Event(uid=origin.uid, sample=origin.sample)
    row.source_id, row.followed = origin.source_id, origin.followed
    await _fill(row, sent, series)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    await _categorise(session, row, sent.category_ids)
    await _override(session, row, series)
    await projecting.project(session, row, series)
    made = await _state(session, row)
    telling.tell(session, EventCreated, made)
    note(session, caller, "created", row, row.title, after=_snapshot(row, made))
    return made


async def update(
    session: WriteSession,
    event_id: int,
    sent: EventInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> EventDetail:
    """Replace an event. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await lock(session, event_id)
    check_match(if_match, row.version)
    return await replace(session, row, sent, caller)


async def replace(
    session: WriteSession,
    row: Event,
    sent: EventInput,
    caller: Principal,
    *,
    followed: str | None = None,
) -> EventDetail:
    """Replace a locked event; `followed` is the hash of what its source says. Raises Invalid."""
    old = await _state(session, row)
    before = _snapshot(row, old)
    given = series_of(sent)
    if sent.overrides is None:
        there = (await queries.series_of(session, row)).changes
        given = series_of(sent, changes=there)
    series = rules.check(given)
    await _fill(row, sent, series)
    await _categorise(session, row, sent.category_ids)
    await _override(session, row, series)
    if followed is not None:
        row.followed = followed
    await session.flush()
    changed = await _state(session, row)
    after = _snapshot(row, changed)
    if after == before:
        return changed
    sign(row, caller)
    if row.version == old.version:
        row.touch()
    await projecting.project(session, row, series)
    await scheduling.reschedule(session, [row.id])
    changed = await _state(session, row)
    telling.tell(session, EventUpdated, changed, before=old)
    note(session, caller, "updated", row, row.title, before=before, after=after)
    return changed


async def delete(
    session: WriteSession, event_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete an event with its times and alarms. Raises NotFound, PreconditionFailed."""
    row = await lock(session, event_id)
    check_match(if_match, row.version, required=False)
    gone = await _state(session, row)
    telling.tell(session, EventDeleted, gone)
    note(session, caller, "deleted", row, row.title, before=_snapshot(row, gone))
    await session.delete(row)
    await session.flush()


async def lock(session: WriteSession, event_id: int) -> Event:
    """Lock an event. Raises NotFound."""
    statement = select(Event).where(Event.id == event_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such event.")
    return row


async def render_again(session: WriteSession, row: Event, caller: Principal) -> bool:
    """Render the text of a locked event anew; tells whether it came out otherwise."""
    before = row.description_html
    await _render(row)
    if row.description_html == before:
        return False
    old = await _state(session, row)
    sign(row, caller)
    telling.tell(session, EventUpdated, await _state(session, row), before=old)
    return True


def series_of(sent: EventInput, *, changes: tuple[Change, ...] | None = None) -> Series:
    """Return when an event takes place that was sent."""
    if changes is None:
        changes = tuple(
            Change(
                original=one.original,
                starts=one.start,
                ends=one.end,
                title=one.title,
                description=one.description,
                location_id=one.location_id,
                link=one.link,
                status=None if one.status is None else one.status.value,
            )
            for one in sent.overrides or ()
        )
    return Series(
        starts=sent.start,
        ends=ends_of(sent.start, sent.end, all_day=sent.all_day),
        all_day=sent.all_day,
        zone=sent.zone,
        rules=tuple(sent.rules),
        additional=tuple(sent.additional),
        exceptions=tuple(sent.exceptions),
        changes=changes,
    )


def ends_of(start: datetime, end: datetime | None, *, all_day: bool) -> datetime:
    """Return when something ends that may not say so: at once, or after one whole day."""
    if all_day and (end is None or end == start):
        return start + timedelta(days=1)
    return end or start


async def _fill(row: Event, sent: EventInput, series: Series) -> None:
    row.title, row.calendar_id, row.location_id = sent.title, sent.calendar_id, sent.location_id
    row.kind, row.status, row.featured = sent.kind.value, sent.status.value, sent.featured
    row.link, row.all_day, row.zone = sent.link, series.all_day, series.zone
    row.starts, row.ends = series.starts, series.ends
    row.rules, row.additional = list(series.rules), list(series.additional)
    row.exceptions = list(series.exceptions)
    kind = sent.description_markup_type.value
    if row.description != sent.description or row.description_markup_type != kind:
        row.description, row.description_markup_type = sent.description, kind
        await _render(row)


async def _render(row: Event) -> None:
    row.description_html = await render(row.description, row.description_markup_type)
    row.description_renderer = markup.RENDERER_VERSION
    row.summary = summary_of(markup.to_text(row.description_html))


async def _categorise(session: WriteSession, row: Event, ids: list[int]) -> None:
    there = set(
        await session.scalars(
            select(EventCategory.category_id).where(EventCategory.event_id == row.id)
        )
    )
    if gone := there - set(ids):
        await session.execute(
            sql_delete(EventCategory).where(
                EventCategory.event_id == row.id, EventCategory.category_id.in_(gone)
            )
        )
    session.add_all(
        EventCategory(event_id=row.id, category_id=number) for number in sorted(set(ids) - there)
    )


async def _override(session: WriteSession, row: Event, series: Series) -> None:
    """Make the rows of overrides those of the series."""
    there = {
        one.original: one
        for one in await session.scalars(select(Override).where(Override.event_id == row.id))
    }
    for change in series.changes:
        values: dict[str, Any] = {
            "starts": change.starts,
            "ends": change.ends,
            "title": change.title,
            "description": change.description,
            "location_id": change.location_id,
            "link": change.link,
            "status": change.status,
        }
        one = there.pop(change.original, None)
        if one is None:
            session.add(Override(event_id=row.id, original=change.original, **values))
            continue
        for name, value in values.items():
            setattr(one, name, value)
    for one in there.values():
        await session.delete(one)


def _snapshot(row: Event, state: EventDetail) -> dict[str, Any]:
    """Return what a person can change of an event, its categories and overrides among it."""
    return {
        **snapshot(row, _FOLLOWING),
        "category_ids": sorted(one.id for one in state.categories),
        "overrides": [one.model_dump(mode="json", exclude={"id"}) for one in state.overrides],
    }


async def _state(session: WriteSession, row: Event) -> EventDetail:
    await session.flush()
    return (await queries.states(session, [row.id]))[row.id]
