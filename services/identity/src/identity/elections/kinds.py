"""Writing kinds of elections: row, event and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from contracts.identity.elections import ElectionKind as ElectionKindDTO
from contracts.identity.elections import (
    ElectionKindChange,
    ElectionKindCreated,
    ElectionKindDeleted,
    ElectionKindInput,
    ElectionKindUpdated,
)
from identity.elections import queries, telling
from identity.elections.models import Election, ElectionKind
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, NotFound
from servicekit.writes import note, sign, snapshot, tell


async def create(
    session: WriteSession, sent: ElectionKindInput, caller: Principal
) -> ElectionKindDTO:
    """Create a kind. Raises Invalid, Conflict for a name or slug that another one has."""
    row = ElectionKind(slug=sent.slug or slugs.required(sent.name))
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    _tell(session, ElectionKindCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    kind_id: int,
    sent: ElectionKindInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ElectionKindDTO:
    """Replace a kind; its slug stays. Elections of it are told anew.

    Raises NotFound, PreconditionFailed, Conflict.
    """
    row = await _lock(session, kind_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    _tell(session, ElectionKindUpdated, changed)
    concerned = select(Election).where(Election.kind_id == row.id).order_by(Election.id)
    for election in list(await session.scalars(concerned.with_for_update())):
        await telling.tell_again(session, election)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, kind_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a kind that no election has. Raises NotFound, PreconditionFailed, Conflict."""
    row = await _lock(session, kind_id)
    check_match(if_match, row.version, required=False)
    used = select(Election.id).where(Election.kind_id == row.id).limit(1)
    if await session.scalar(used) is not None:
        raise Conflict("There are elections of this kind.")
    _tell(session, ElectionKindDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def _tell(session: WriteSession, event: type[ElectionKindChange], kind: ElectionKindDTO) -> None:
    gone = issubclass(event, ElectionKindDeleted)
    told = event(id=kind.id, slug=kind.slug, kind=None if gone else kind)
    tell(session, told, number=kind.id, version=kind.version + gone)


def _fill(row: ElectionKind, sent: ElectionKindInput) -> None:
    for name, value in sent.model_dump(mode="json", exclude={"slug"}).items():
        setattr(row, name, value)


async def _lock(session: WriteSession, kind_id: int) -> ElectionKind:
    statement = select(ElectionKind).where(ElectionKind.id == kind_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such kind of election.")
    return row


async def _state(session: WriteSession, row: ElectionKind) -> ElectionKindDTO:
    await session.flush()
    return ElectionKindDTO.model_validate(await queries.kind_by_id(session, row.id))
