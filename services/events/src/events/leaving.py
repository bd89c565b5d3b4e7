"""People who deleted their accounts: nothing is mailed to them, and nobody waits for them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import case, delete, update

from events.alarms.models import Alarm
from events.submissions.models import Submission
from servicekit.database import WriteSession
from servicekit.leaving import forgetting


async def forget(session: WriteSession, user_id: int) -> None:
    """Delete the alarms of a user, take back what waits, and forget who sent the rest in."""
    await session.execute(delete(Alarm).where(Alarm.user_id == user_id))
    waits = Submission.state.in_(("waiting", "asked"))
    await session.execute(
        update(Submission)
        .where(Submission.creator_id == user_id)
        .values(
            creator_id=None,
            contact_name="",
            email="",
            state=case((waits, "withdrawn"), else_=Submission.state),
            updated=Submission.updated,
        )
    )


CONSUMERS: Final = forgetting("events", forget)
