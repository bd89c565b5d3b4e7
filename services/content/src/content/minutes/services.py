"""Writing minutes: row, event and audit entry in one transaction."""

from __future__ import annotations

from datetime import date as day
from typing import Final

from sqlalchemy import func, select

from content import rendering
from content.minutes import queries
from content.minutes.models import Minutes
from content.publishing import Life, verb
from content.writes import alone, note, sign, snapshot, tell
from contracts.content.minutes import Minutes as MinutesDTO
from contracts.content.minutes import (
    MinutesCreated,
    MinutesDeleted,
    MinutesInput,
    MinutesPublished,
    MinutesRef,
    MinutesUnpublished,
    MinutesUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound

_LIFE: Final[Life[MinutesRef]] = Life(MinutesPublished, MinutesUpdated, MinutesUnpublished)


async def create(
    session: WriteSession, sent: MinutesInput, caller: Principal, *, sample: bool = False
) -> MinutesDTO:
    """Create minutes. Those that are public at once are created as a draft and then published.

    Raises Invalid.
    """
    row = Minutes(sample=sample, is_published=False)
    await _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_minutes(session, MinutesCreated, made)
    if sent.is_published:
        row.number = await _next_number(session, row.date)
        row.is_published = True
        made = await _state(session, row)
        tell_minutes(session, MinutesPublished, made)
    note(session, caller, "created", row, _label(row), after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    minutes_id: int,
    sent: MinutesInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> MinutesDTO:
    """Replace minutes. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, minutes_id)
    check_match(if_match, row.version)
    before, moved = snapshot(row), row.date != sent.date
    number = None if moved else row.number
    if sent.is_published and number is None:
        number = await _next_number(session, sent.date)
    await _fill(row, sent)
    row.number, row.is_published = number, sent.is_published
    if snapshot(row) == before:
        return await _state(session, row)
    return await _changed(session, row, caller, before)


async def set_published(
    session: WriteSession,
    minutes_id: int,
    caller: Principal,
    published: bool,  # noqa: FBT001 - what is set
) -> bool:
    """Publish minutes, or make them a draft again; returns whether it was otherwise before."""
    row = await _lock(session, minutes_id)
    if row.is_published == published:
        return False
    before = snapshot(row)
    if row.number is None:
        row.number = await _next_number(session, row.date)
    row.is_published = published
    await _changed(session, row, caller, before)
    return True


async def delete(
    session: WriteSession, minutes_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete minutes. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, minutes_id)
    check_match(if_match, row.version, required=False)
    tell_minutes(session, MinutesDeleted, await _state(session, row))
    note(session, caller, "deleted", row, _label(row), before=snapshot(row))
    await session.delete(row)


async def tell_rendered(session: WriteSession, row: Minutes) -> None:
    """Tell that the HTML of minutes came out otherwise although nobody changed their text."""
    tell_minutes(session, MinutesUpdated, await _state(session, row))


def of_minutes(
    kind: type[MinutesRef], minutes: MinutesDTO, seen: tuple[day, ...] = ()
) -> MinutesRef:
    """Make the event `kind` of minutes in their state after the change (before, if deleted).

    `seen` are days at which the public saw them before it.
    """
    public = minutes.is_published
    days = {*seen, minutes.date} if public else set(seen)
    state = minutes if public and not issubclass(kind, MinutesDeleted) else None
    return kind(id=minutes.id, is_published=public, dates=tuple(sorted(days)), minutes=state)


def tell_minutes(
    session: WriteSession,
    kind: type[MinutesRef],
    minutes: MinutesDTO,
    seen: tuple[day, ...] = (),
) -> None:
    """Record the event `kind` of minutes."""
    version = minutes.version + issubclass(kind, MinutesDeleted)
    tell(session, of_minutes(kind, minutes, seen), number=minutes.id, version=version)


async def _changed(
    session: WriteSession, row: Minutes, caller: Principal, before: dict[str, object]
) -> MinutesDTO:
    sign(row, caller)
    changed = await _state(session, row)
    was = bool(before["is_published"])
    old = before["date"]
    seen = (old,) if was and isinstance(old, day) else ()
    kind = _LIFE.turn(was=was, now=row.is_published)
    tell_minutes(session, kind, changed, seen)
    note(session, caller, verb(kind), row, _label(row), before=before, after=snapshot(row))
    return changed


async def _next_number(session: WriteSession, date: day) -> int:
    """Return the number of the next meeting of a day that becomes public.

    Until the commit nobody else gets one of that day.
    """
    await alone(session, "minutes", date.isoformat())
    last = await session.scalar(select(func.max(Minutes.number)).where(Minutes.date == date))
    return (last or 0) + 1


def _label(row: Minutes) -> str:
    return f"{row.date.isoformat()} {row.title}"


async def _fill(row: Minutes, sent: MinutesInput) -> None:
    row.date, row.title = sent.date, sent.title
    await rendering.write(row, "content", sent.content, sent.content_markup_type.value)


async def _lock(session: WriteSession, minutes_id: int) -> Minutes:
    statement = select(Minutes).where(Minutes.id == minutes_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There are no such minutes.")
    return row


async def _state(session: WriteSession, row: Minutes) -> MinutesDTO:
    await session.flush()
    return MinutesDTO.model_validate(await queries.one(session, row.id, drafts=True))
