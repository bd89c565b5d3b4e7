"""The domain events of a job, with all that lists it."""

from __future__ import annotations

from itertools import batched
from typing import Final

from sqlalchemy import ColumnElement, update

from contracts.jobs.dto import JobDetail, JobState
from contracts.jobs.events import (
    JobApproved,
    JobArchived,
    JobCreated,
    JobDeleted,
    JobExpired,
    JobExtended,
    JobRef,
    JobRejected,
    JobRemoved,
    JobSubmitted,
    JobUpdated,
)
from contracts.jobs.review import Move
from jobs.jobs import queries
from jobs.jobs.filters import VISIBLE
from jobs.jobs.models import Job
from servicekit import writes
from servicekit.database import WriteSession

#: The event of each move; those that are not here keep the state, and are told as a change.
_KINDS: Final[dict[Move, type[JobRef]]] = {
    Move.CREATE: JobCreated,
    Move.SUBMIT: JobSubmitted,
    Move.REOPEN: JobSubmitted,
    Move.APPROVE: JobApproved,
    Move.EXTEND: JobExtended,
    Move.REJECT: JobRejected,
    Move.ARCHIVE: JobArchived,
    Move.REMOVE: JobRemoved,
    Move.WITHDRAW: JobRemoved,
    Move.EXPIRE: JobExpired,
}

#: Jobs whose states are in memory at the same time.
_BATCH: Final = 500


def kind_of(move: Move) -> type[JobRef]:
    """Return which event tells of a move."""
    return _KINDS.get(move, JobUpdated)


def of_job(
    kind: type[JobRef],
    job_id: int,
    state: JobState,
    after: JobDetail | None,
    before: JobDetail | None = None,
) -> JobRef:
    """Make the event `kind`, of the public states after and before a change."""
    states = [one for one in (after, before) if one is not None]
    return kind(
        id=job_id,
        state=state,
        job=after,
        was_visible=before is not None,
        categories=tuple(dict.fromkeys(one.category.slug for one in states)),
        types=tuple(dict.fromkeys(kind.slug for one in states for kind in one.types)),
        countries=tuple(dict.fromkeys(one.country_slug for one in states)),
        locations=tuple(dict.fromkeys(one.location_slug for one in states)),
    )


def tell(
    session: WriteSession,
    kind: type[JobRef],
    row: Job,
    after: JobDetail | None,
    before: JobDetail | None,
) -> None:
    """Record the event `kind` of a job."""
    told = of_job(kind, row.id, JobState(row.state), after, before)
    writes.tell(session, told, number=row.id, version=row.version)


def tell_gone(session: WriteSession, row: Job, before: JobDetail | None) -> None:
    """Record that a job is about to be deleted: after its last version."""
    told = of_job(JobDeleted, row.id, JobState(row.state), None, before)
    writes.tell(session, told, number=row.id, version=row.version + 1)


async def tell_again(session: WriteSession, concerned: ColumnElement[bool]) -> None:
    """Tell the visible jobs anew that show something that is called otherwise now.

    Whoever keeps a copy of a job has the names of its category and types in it. Three statements
    for each 500 jobs.
    """
    await session.flush()
    grown = await session.scalars(
        update(Job)
        .where(concerned, VISIBLE)
        .values(version=Job.version + 1)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    for ids in batched(sorted(grown), _BATCH):
        for made in await queries.states(session, Job.id.in_(ids)):
            told = of_job(JobUpdated, made.id, JobState.APPROVED, made, made)
            writes.tell(session, told, number=made.id, version=made.version)
        await session.flush()
