"""Writing canned replies: row, event and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from contracts.jobs.events import (
    CannedReplyCreated,
    CannedReplyDeleted,
    CannedReplyRef,
    CannedReplyUpdated,
)
from contracts.jobs.inputs import CannedReplyInput
from contracts.jobs.review import CannedReply as CannedReplyDTO
from jobs.replies import queries
from jobs.replies.models import CannedReply
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound
from servicekit.writes import note, sign, snapshot, tell


async def create(
    session: WriteSession, sent: CannedReplyInput, caller: Principal
) -> CannedReplyDTO:
    """Create a reply. Raises Conflict where another one is called so."""
    row = CannedReply(**sent.model_dump())
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    _tell(session, CannedReplyCreated, row)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    reply_id: int,
    sent: CannedReplyInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> CannedReplyDTO:
    """Replace a reply. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Conflict.
    """
    row = await _lock(session, reply_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    for name, value in sent.model_dump().items():
        setattr(row, name, value)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    _tell(session, CannedReplyUpdated, row)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, reply_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a reply. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, reply_id)
    check_match(if_match, row.version, required=False)
    _tell(session, CannedReplyDeleted, row, gone=True)
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def _tell(
    session: WriteSession, kind: type[CannedReplyRef], row: CannedReply, *, gone: bool = False
) -> None:
    tell(session, kind(id=row.id), number=row.id, version=row.version + gone)


async def _lock(session: WriteSession, reply_id: int) -> CannedReply:
    statement = select(CannedReply).where(CannedReply.id == reply_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such reply.")
    return row


async def _state(session: WriteSession, row: CannedReply) -> CannedReplyDTO:
    await session.flush()
    return CannedReplyDTO.model_validate(await queries.by_id(session, row.id))
