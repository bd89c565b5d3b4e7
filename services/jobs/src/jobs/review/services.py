"""What reviewers do with jobs, and how they keep out of each other's way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.dialects.postgresql import insert

from contracts.jobs.inputs import (
    ClaimInput,
    CommentInput,
    DecisionInput,
    DecisionMove,
    ReviewedJobInput,
)
from contracts.jobs.review import Move, ReviewJob, Side
from jobs import settings
from jobs.jobs import moving, transitions
from jobs.jobs.filling import fill
from jobs.jobs.models import Job
from jobs.jobs.moving import Actor
from jobs.reports import services as reports
from jobs.review import queries
from jobs.review.models import Claim
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid
from servicekit.writes import note

REVIEW: Final = "jobs.can_moderate_jobs"
#: What needs a word to the poster.
_EXPLAINED: Final = frozenset({DecisionMove.ASK, DecisionMove.REJECT})


async def claim(
    session: WriteSession, job_id: int, sent: ClaimInput, caller: Principal
) -> ReviewJob:
    """Look at a job, so that nobody else decides meanwhile; again: for longer.

    Raises NotFound, Conflict while another one looks at it, or where there is nothing to review.
    """
    user = moving.user_of(caller)
    row = await moving.lock(session, job_id)
    if not transitions.moves(Side.REVIEWER, row.state):
        raise Conflict(f"There is nothing to review: this job is a {row.state}.")
    await _hold(session, row, caller)
    until = datetime.now(UTC) + timedelta(minutes=settings.of(session).claim_minutes)
    values = {"user_id": user, "name": sent.name, "until": until}
    statement = insert(Claim).values(job_id=job_id, **values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[Claim.job_id], set_=values)
    )
    note(session, caller, "claimed", row, row.title, after={"until": until.isoformat()})
    return await state(session, job_id, caller)


async def release(session: WriteSession, job_id: int, caller: Principal) -> None:
    """Look at a job no longer. Raises NotFound, Conflict where another one does."""
    row = await moving.lock(session, job_id)
    await _hold(session, row, caller)
    held = await session.get(Claim, job_id)
    if held is not None:
        await session.delete(held)
        note(session, caller, "released", row, row.title)


async def decide(
    session: WriteSession,
    job_id: int,
    sent: DecisionInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ReviewJob:
    """Approve, reject, ask, archive, remove or reopen a job; open reports are closed with it.

    Raises NotFound, PreconditionFailed, Conflict, Invalid.
    """
    row = await moving.lock(session, job_id)
    check_match(if_match, row.version, required=False)
    await _hold(session, row, caller)
    if sent.move in _EXPLAINED and not sent.text:
        raise Invalid.field(["body", "text"], "Say why: the poster is told.", "missing")
    move = Move(sent.move.value)
    await moving.make(session, row, _reviewer(caller, sent.name), move, sent.text)
    if move is not Move.ASK:
        await reports.close(session, row, caller)
    held = await session.get(Claim, job_id)
    if held is not None:
        await session.delete(held)
    return await state(session, job_id, caller)


async def edit(
    session: WriteSession,
    job_id: int,
    sent: ReviewedJobInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ReviewJob:
    """Put something right; whose job it is stays. Where nothing differs, nothing is written.

    Raises NotFound, PreconditionFailed, Conflict, Invalid.
    """
    row = await moving.lock(session, job_id)
    check_match(if_match, row.version)
    await _hold(session, row, caller)

    async def change(row: Job) -> None:
        await fill(session, row, sent)
        row.featured = sent.featured

    await moving.make(session, row, _reviewer(caller, ""), Move.EDIT, change=change)
    return await state(session, job_id, caller)


async def comment(
    session: WriteSession, job_id: int, sent: CommentInput, caller: Principal
) -> ReviewJob:
    """Say something to the poster. Raises NotFound, Conflict."""
    row = await moving.lock(session, job_id)
    await moving.make(session, row, _reviewer(caller, sent.name), Move.COMMENT, sent.text)
    return await state(session, job_id, caller)


async def dismiss(session: WriteSession, job_id: int, caller: Principal) -> ReviewJob:
    """Close the reports of a job that stays as it is. Raises NotFound, Conflict."""
    row = await moving.lock(session, job_id)
    await _hold(session, row, caller)
    await reports.close(session, row, caller)
    return await state(session, job_id, caller)


async def state(session: WriteSession, job_id: int, caller: Principal) -> ReviewJob:
    """Return a job as reviewers see it."""
    await session.flush()
    told = settings.of(session)
    return ReviewJob.model_validate(await queries.whole(session, told, caller.user_id, job_id))


async def _hold(session: WriteSession, row: Job, caller: Principal) -> None:
    """Raise Conflict while another reviewer looks at a locked job."""
    held = await session.get(Claim, row.id, populate_existing=True)
    if held is None or held.user_id == caller.user_id or held.until <= datetime.now(UTC):
        return
    who = held.name or "Another reviewer"
    raise Conflict(f"{who} looks at this job until {held.until:%H:%M} UTC.")


def _reviewer(caller: Principal, name: str) -> Actor:
    return Actor(caller=caller, side=Side.REVIEWER, name=name)
