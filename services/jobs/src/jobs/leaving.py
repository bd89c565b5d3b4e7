"""Posters and reviewers who deleted their accounts: their jobs and words stay, without them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, select, update

from contracts.jobs.dto import JobState
from jobs.jobs import moving
from jobs.jobs.models import Job, JobComment, JobStep
from jobs.review.models import Claim
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.leaving import forgetting

_WORKER: Final = Principal(subject="service:jobs")


async def forget(session: WriteSession, user_id: int) -> None:
    """Delete the drafts of a user, and take name, address and number from all else."""
    drafts = select(Job.id).where(Job.creator_id == user_id, Job.state == JobState.DRAFT)
    for job_id in await session.scalars(drafts.order_by(Job.id)):
        await moving.delete(session, job_id, _WORKER, if_match=None)
    await session.execute(
        update(Job)
        .where(Job.creator_id == user_id)
        .values(creator_id=None, poster_name="", poster_email="", updated=Job.updated)
    )
    for words in (JobComment, JobStep):
        await session.execute(
            update(words).where(words.author_id == user_id).values(author_id=None, name="")
        )
    await session.execute(delete(Claim).where(Claim.user_id == user_id))


CONSUMERS: Final = forgetting("jobs", forget)
