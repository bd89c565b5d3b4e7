"""Writing programs: row, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from contracts.sponsors.dto import Program as ProgramDTO
from contracts.sponsors.events import ProgramCreated, ProgramDeleted, ProgramRef, ProgramUpdated
from contracts.sponsors.inputs import ProgramInput
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, NotFound
from servicekit.writes import note, sign, snapshot, tell
from sponsors import ordering
from sponsors.benefits.models import Benefit
from sponsors.programs import queries
from sponsors.programs.models import Program


async def create(session: WriteSession, sent: ProgramInput, caller: Principal) -> ProgramDTO:
    """Create a program. Raises Conflict where the name is taken."""
    row = Program(**sent.model_dump())
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_program(session, ProgramCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    program_id: int,
    sent: ProgramInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ProgramDTO:
    """Replace a program. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Conflict.
    """
    row = await _lock(session, program_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    row.name, row.description, row.position = sent.name, sent.description, sent.position
    if snapshot(row) == before:
        return await _state(session, row)
    return await _changed(session, row, caller, before)


async def delete(
    session: WriteSession, program_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a program without benefits. Raises NotFound, PreconditionFailed, Conflict."""
    row = await _lock(session, program_id)
    check_match(if_match, row.version, required=False)
    used = select(Benefit.id).where(Benefit.program_id == program_id).limit(1)
    if await session.scalar(used) is not None:
        raise Conflict("There are benefits of this program.")
    tell_program(session, ProgramDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def move(session: WriteSession, program_id: int, caller: Principal, *, up: bool) -> bool:
    """Put a program one place up or down; tells whether there was one. Raises NotFound."""
    await _lock(session, program_id)

    async def told(row: Program, before: dict[str, Any]) -> None:
        await _changed(session, row, caller, before)

    siblings = select(Program).order_by(Program.position, Program.id)
    return await ordering.move(session, siblings, program_id, up=up, tell=told)


def of_program(kind: type[ProgramRef], program: ProgramDTO) -> ProgramRef:
    """Make the event `kind` of a program in its state after the change (before, if deleted)."""
    return kind(id=program.id, program=None if issubclass(kind, ProgramDeleted) else program)


def tell_program(session: WriteSession, kind: type[ProgramRef], program: ProgramDTO) -> None:
    """Record the event `kind` of a program."""
    version = program.version + issubclass(kind, ProgramDeleted)
    tell(session, of_program(kind, program), number=program.id, version=version)


async def _changed(
    session: WriteSession, row: Program, caller: Principal, before: dict[str, Any]
) -> ProgramDTO:
    sign(row, caller)
    changed = await _state(session, row)
    tell_program(session, ProgramUpdated, changed)
    after = {name: getattr(row, name) for name in before}
    note(session, caller, "updated", row, row.name, before=before, after=after)
    return changed


async def _lock(session: WriteSession, program_id: int) -> Program:
    statement = select(Program).where(Program.id == program_id).with_for_update(key_share=True)
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such program.")
    return row


async def _state(session: WriteSession, row: Program) -> ProgramDTO:
    await session.flush()
    return ProgramDTO.model_validate(await queries.by_id(session, row.id))
