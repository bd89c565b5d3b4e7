"""Writing clauses: row, benefits, event and audit entry in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select

from contracts.sponsors.papers import Clause as ClauseDTO
from contracts.sponsors.papers import (
    ClauseCreated,
    ClauseDeleted,
    ClauseInput,
    ClauseRef,
    ClauseUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound
from servicekit.writes import note, sign, snapshot, tell
from sponsors.benefits.models import Benefit
from sponsors.clauses import queries
from sponsors.clauses.models import BenefitClause, Clause


async def create(session: WriteSession, sent: ClauseInput, caller: Principal) -> ClauseDTO:
    """Create a clause. Raises Invalid for a benefit that there is not."""
    row = Clause(**_fields(sent))
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    await _link(session, row, sent.benefit_ids)
    made = await _state(session, row)
    _tell(session, ClauseCreated, row)
    note(session, caller, "created", row, row.internal_name, after=_seen(row, made))
    return made


async def update(
    session: WriteSession,
    clause_id: int,
    sent: ClauseInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ClauseDTO:
    """Replace a clause; drafts of contracts keep what they have until they are drafted anew.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, clause_id)
    check_match(if_match, row.version)
    old = await _state(session, row)
    before = _seen(row, old)
    for name, value in _fields(sent).items():
        setattr(row, name, value)
    linked = sorted(set(sent.benefit_ids)) != old.benefit_ids
    if linked:
        await _link(session, row, sent.benefit_ids)
    if not linked and snapshot(row) | {"benefit_ids": old.benefit_ids} == before:
        return old
    sign(row, caller)
    row.touch()
    made = await _state(session, row)
    _tell(session, ClauseUpdated, row)
    note(
        *(session, caller, "updated", row, row.internal_name),
        before=before,
        after=_seen(row, made),
    )
    return made


async def delete(
    session: WriteSession, clause_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a clause. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, clause_id)
    check_match(if_match, row.version, required=False)
    before = _seen(row, await _state(session, row))
    tell(session, ClauseDeleted(id=row.id), number=row.id, version=row.version + 1)
    note(session, caller, "deleted", row, row.internal_name, before=before)
    await session.delete(row)


async def copy(session: WriteSession, benefits: Mapping[int, int], caller: Principal) -> None:
    """Give benefits that were copied into another year the clauses of those they are copies of.

    `benefits` has the new benefit of each old one.
    """
    statement = (
        select(BenefitClause.clause_id, BenefitClause.benefit_id)
        .where(BenefitClause.benefit_id.in_(benefits))
        .order_by(BenefitClause.clause_id, BenefitClause.benefit_id)
    )
    wanted: dict[int, list[int]] = {}
    for clause_id, benefit_id in await session.execute(statement):
        wanted.setdefault(clause_id, []).append(benefits[benefit_id])
    for clause_id, ids in wanted.items():
        row = await _lock(session, clause_id)
        before = _seen(row, await _state(session, row))
        rows = [{"clause_id": clause_id, "benefit_id": number} for number in ids]
        await session.execute(insert(BenefitClause), rows)
        # Who has the clause open would take the new ones away again.
        row.touch()
        made = await _state(session, row)
        _tell(session, ClauseUpdated, row)
        note(
            *(session, caller, "updated", row, row.internal_name),
            before=before,
            after=_seen(row, made),
        )


async def _link(session: WriteSession, row: Clause, benefit_ids: Sequence[int]) -> None:
    """Have exactly these benefits have a clause. Raises Invalid where there is no such benefit."""
    wanted = sorted(set(benefit_ids))
    known = set(await session.scalars(select(Benefit.id).where(Benefit.id.in_(wanted))))
    for place, number in enumerate(benefit_ids):
        if number not in known:
            raise Invalid.field(["body", "benefit_ids", place], "There is no such benefit.")
    await session.execute(delete_from(BenefitClause).where(BenefitClause.clause_id == row.id))
    if wanted:
        rows = [{"clause_id": row.id, "benefit_id": number} for number in wanted]
        await session.execute(insert(BenefitClause), rows)


async def _lock(session: WriteSession, clause_id: int) -> Clause:
    statement = select(Clause).where(Clause.id == clause_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such clause.")
    return row


async def _state(session: WriteSession, row: Clause) -> ClauseDTO:
    await session.flush()
    return ClauseDTO.model_validate(await queries.clause(session, row.id))


def _fields(sent: ClauseInput) -> dict[str, Any]:
    return sent.model_dump(exclude={"benefit_ids"})


def _seen(row: Clause, made: ClauseDTO) -> dict[str, Any]:
    return snapshot(row) | {"benefit_ids": made.benefit_ids}


def _tell(session: WriteSession, kind: type[ClauseRef], row: Clause) -> None:
    tell(session, kind(id=row.id), number=row.id, version=row.version)
