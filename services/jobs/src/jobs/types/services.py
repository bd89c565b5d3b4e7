"""Writing types: row, event and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from contracts.jobs.dto import JobType as JobTypeDTO
from contracts.jobs.events import (
    JobTypeChange,
    JobTypeCreated,
    JobTypeDeleted,
    JobTypeUpdated,
)
from contracts.jobs.inputs import JobTypeInput
from jobs.jobs import telling
from jobs.jobs.models import Job
from jobs.types import queries
from jobs.types.models import JobType
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, NotFound
from servicekit.writes import note, sign, snapshot, tell


async def create(session: WriteSession, sent: JobTypeInput, caller: Principal) -> JobTypeDTO:
    """Create a type. Raises Invalid."""
    row = JobType()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_type(session, JobTypeCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    job_type_id: int,
    sent: JobTypeInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> JobTypeDTO:
    """Replace a type. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, job_type_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
    tell_type(session, JobTypeUpdated, changed, previous)
    if (before["slug"], before["name"]) != (row.slug, row.name):
        await telling.tell_again(session, Job.type_ids.contains([row.id]))
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, job_type_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a type that no job has. Raises NotFound, PreconditionFailed, Conflict."""
    row = await _lock(session, job_type_id)
    check_match(if_match, row.version, required=False)
    used = select(Job.id).where(Job.type_ids.contains([job_type_id])).limit(1)
    if await session.scalar(used) is not None:
        raise Conflict("There are jobs of this type. It can be made inactive.")
    tell_type(session, JobTypeDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def of_type(
    kind: type[JobTypeChange], job_type: JobTypeDTO, previous: tuple[str, ...] = ()
) -> JobTypeChange:
    """Make the event `kind` of a type in its state after the change (before, if deleted)."""
    state = None if issubclass(kind, JobTypeDeleted) else job_type
    return kind(id=job_type.id, slug=job_type.slug, job_type=state, previous_slugs=previous)


def tell_type(
    session: WriteSession,
    kind: type[JobTypeChange],
    job_type: JobTypeDTO,
    previous: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of a type."""
    gone = issubclass(kind, JobTypeDeleted)
    told = of_type(kind, job_type, previous)
    tell(session, told, number=job_type.id, version=job_type.version + gone)


def _fill(row: JobType, sent: JobTypeInput) -> None:
    row.slug = sent.slug or slugs.required(sent.name)
    row.name, row.active = sent.name, sent.active


async def _lock(session: WriteSession, job_type_id: int) -> JobType:
    statement = select(JobType).where(JobType.id == job_type_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such type.")
    return row


async def _state(session: WriteSession, row: JobType) -> JobTypeDTO:
    await session.flush()
    return JobTypeDTO.model_validate(await queries.by_id(session, row.id))
