"""What posters do with their jobs; of others' there is nothing to be found."""

from __future__ import annotations

from sqlalchemy import func, select

from contracts.jobs.inputs import CommentInput, JobInput, SignedInput
from contracts.jobs.review import Move, OwnJob, Side
from jobs import settings
from jobs.jobs import moving
from jobs.jobs.filling import fill
from jobs.jobs.models import Job
from jobs.jobs.moving import Actor
from jobs.own import queries
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid
from servicekit.writes import alone

#: Jobs of one person that are drafts or wait at the same time.
_MOST_OPEN = 20


async def create(session: WriteSession, sent: JobInput, caller: Principal) -> OwnJob:
    """Make a draft. Raises Invalid, Forbidden for who is no user."""
    user = moving.user_of(caller)
    await alone(session, "jobs", user)
    count = select(func.count()).where(Job.creator_id == user, Job.state.in_(("draft", "review")))
    if (await session.scalar(count) or 0) >= _MOST_OPEN:
        raise Invalid(f"You have {_MOST_OPEN} jobs that are drafts or wait for review already.")
    row = Job(poster_name=sent.poster_name, poster_email=sent.poster_email)
    await fill(session, row, sent)
    await moving.begin(session, row, _poster(caller, sent.poster_name))
    return await state(session, row.id)


async def edit(
    session: WriteSession, job_id: int, sent: JobInput, caller: Principal, *, if_match: str | None
) -> OwnJob:
    """Change a job; a question about it is answered so. Where nothing differs, nothing is written.

    Raises NotFound, PreconditionFailed, Conflict, Invalid.
    """
    row = await _lock(session, job_id, caller)
    check_match(if_match, row.version)

    async def change(row: Job) -> None:
        await fill(session, row, sent)
        row.poster_name = sent.poster_name or row.poster_name
        row.poster_email = sent.poster_email or row.poster_email

    await moving.make(session, row, _poster(caller, sent.poster_name), Move.EDIT, change=change)
    return await state(session, job_id)


async def act(  # noqa: PLR0913 - what a move is
    session: WriteSession,
    job_id: int,
    move: Move,
    sent: SignedInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> OwnJob:
    """Submit, withdraw or extend a job. Raises NotFound, PreconditionFailed, Conflict."""
    row = await _lock(session, job_id, caller)
    check_match(if_match, row.version, required=False)
    await moving.make(session, row, _poster(caller, sent.name), move)
    return await state(session, job_id)


async def comment(
    session: WriteSession, job_id: int, sent: CommentInput, caller: Principal
) -> OwnJob:
    """Say something to the reviewers. Raises NotFound, Conflict."""
    row = await _lock(session, job_id, caller)
    await moving.make(session, row, _poster(caller, sent.name), Move.COMMENT, sent.text)
    return await state(session, job_id)


async def state(session: WriteSession, job_id: int) -> OwnJob:
    """Return a job as its poster sees it."""
    await session.flush()
    told = settings.of(session)
    row = await queries.whole(session, told, Side.POSTER, Job.id == job_id)
    return OwnJob.model_validate(row)


async def _lock(session: WriteSession, job_id: int, caller: Principal) -> Job:
    return await moving.lock(session, job_id, Job.creator_id == moving.user_of(caller))


def _poster(caller: Principal, name: str) -> Actor:
    return Actor(caller=caller, side=Side.POSTER, name=name)
