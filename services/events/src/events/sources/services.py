"""Writing sources: row and audit entry in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from events.events.series import zones
from events.sources.inputs import SourceInput
from events.sources.models import Source
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.imports import FOLLOWING
from servicekit.problems import Invalid, NotFound
from servicekit.writes import note, sign, snapshot


async def create(session: WriteSession, sent: SourceInput, caller: Principal) -> Source:
    """Follow a calendar elsewhere from now on. Raises Invalid."""
    row = Source()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    note(session, caller, "created", row, row.name, after=_snapshot(row))
    return row


async def update(
    session: WriteSession,
    source_id: int,
    sent: SourceInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> Source:
    """Replace a source; it is read whole the next time. Raises NotFound, Invalid."""
    row = await lock(session, source_id)
    check_match(if_match, row.version)
    before = _snapshot(row)
    _fill(row, sent)
    if _snapshot(row) == before:
        return row
    row.ask_whole()
    row.failures, row.error = 0, ""
    sign(row, caller)
    await session.flush()
    note(session, caller, "updated", row, row.name, before=before, after=_snapshot(row))
    return row


async def delete(
    session: WriteSession, source_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Follow a calendar no longer; its events stay, and belong to staff from then on."""
    row = await lock(session, source_id)
    check_match(if_match, row.version, required=False)
    note(session, caller, "deleted", row, row.name, before=_snapshot(row))
    await session.delete(row)
    await session.flush()


async def look_now(session: WriteSession, source_id: int, caller: Principal) -> None:
    """Have a source looked at with the next tick, changed or not. Raises NotFound."""
    row = await lock(session, source_id)
    row.ask_whole()
    note(session, caller, "asked for", row, row.name)


async def lock(session: WriteSession, source_id: int) -> Source:
    """Lock a source. Raises NotFound."""
    statement = select(Source).where(Source.id == source_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such source.")
    return row


def _snapshot(row: Source) -> dict[str, Any]:
    return snapshot(row, FOLLOWING)


def _fill(row: Source, sent: SourceInput) -> None:
    if sent.zone not in zones():
        raise Invalid.field(["body", "zone"], "There is no such time zone.", "unknown_zone")
    row.name, row.calendar_id, row.active = sent.name, sent.calendar_id, sent.active
    row.url = sent.url.replace("webcal://", "https://", 1)
    row.kind, row.zone = sent.kind.value, sent.zone
