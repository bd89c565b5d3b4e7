"""Writing synonyms: row, event and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from content.search import analysis, index
from content.synonyms import queries
from content.synonyms.models import SynonymGroup
from content.writes import note, sign, snapshot, tell
from contracts.content.synonyms import SynonymGroup as SynonymGroupDTO
from contracts.content.synonyms import (
    SynonymGroupCreated,
    SynonymGroupDeleted,
    SynonymGroupInput,
    SynonymGroupRef,
    SynonymGroupUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound


async def create(
    session: WriteSession, sent: SynonymGroupInput, caller: Principal
) -> SynonymGroupDTO:
    """Create a group. Raises Invalid where a word of it cannot be searched, or is there twice."""
    row = SynonymGroup()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    created = await _state(session, row)
    await _tell(session, SynonymGroupCreated, created)
    note(session, caller, "created", row, _label(row), after=snapshot(row))
    return created


async def update(
    session: WriteSession,
    group_id: int,
    sent: SynonymGroupInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> SynonymGroupDTO:
    """Replace a group. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, group_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    await _tell(session, SynonymGroupUpdated, changed)
    note(session, caller, "updated", row, _label(row), before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, group_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a group. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, group_id)
    check_match(if_match, row.version, required=False)
    await _tell(session, SynonymGroupDeleted, await _state(session, row))
    note(session, caller, "deleted", row, _label(row), before=snapshot(row))
    await session.delete(row)


def of_group(kind: type[SynonymGroupRef], group: SynonymGroupDTO) -> SynonymGroupRef:
    """Make the event `kind` of a group in its state after the change."""
    gone = issubclass(kind, SynonymGroupDeleted)
    return kind(id=group.id, synonym_group=None if gone else group)


async def _tell(session: WriteSession, kind: type[SynonymGroupRef], group: SynonymGroupDTO) -> None:
    """Record the event of a group, and that an engine with a copy has to hear of it."""
    version = group.version + issubclass(kind, SynonymGroupDeleted)
    tell(session, of_group(kind, group), number=group.id, version=version)
    await index.tell_settings(session)


def _fill(row: SynonymGroup, sent: SynonymGroupInput) -> None:
    spellings = [analysis.question(analysis.spelt(word)) for word in sent.words]
    for number, spelling in enumerate(spellings):
        where: list[str | int] = ["body", "words", number]
        if not spelling:
            raise Invalid.field(where, "has neither a letter nor a digit", "invalid")
        if spelling in spellings[:number]:
            raise Invalid.field(where, "is searched like another word of the group", "twice")
    row.words, row.spellings = list(sent.words), spellings


def _label(row: SynonymGroup) -> str:
    return ", ".join(row.words)


async def _lock(session: WriteSession, group_id: int) -> SynonymGroup:
    statement = select(SynonymGroup).where(SynonymGroup.id == group_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such group of synonyms.")
    return row


async def _state(session: WriteSession, row: SynonymGroup) -> SynonymGroupDTO:
    await session.flush()
    return SynonymGroupDTO.model_validate(await queries.group(session, row.id))
