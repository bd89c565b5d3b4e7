"""Work on memberships that a tick starts, or an operator by `python -m identity run <task>`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, cast

from sqlalchemy import func, or_, select, update

from contracts.identity.memberships import AFFIRMED_DAYS
from identity.memberships import letters, queries
from identity.memberships.models import Membership
from identity.models import User
from identity.services.common import primary_email
from identity.settings import Settings
from servicekit import mail
from servicekit.service import Idle, Task, TaskContext, Tick


async def remind(context: TaskContext) -> str:
    """Ask voters whose affirmation is over to affirm again, once a year.

    Mail and mark are one transaction; a row that another worker holds is left to that one.
    """
    settings, done = cast("Settings", context.settings), 0
    year = timedelta(days=AFFIRMED_DAYS)
    due = or_(Membership.reminded.is_(None), Membership.reminded < func.now() - year)
    while True:
        async with context.session() as session:
            found = (
                select(Membership)
                .join(User, User.id == Membership.user_id)
                .where(queries.overdue(), due, User.is_active)
            )
            row = await session.scalar(
                found.order_by(Membership.id)
                .limit(1)
                .with_for_update(of=Membership, skip_locked=True)
            )
            if row is None or (context.dry_run and done):
                break
            if email := await primary_email(session, row.user_id):
                mail.post(session, settings, email, letters.affirmation(settings, row.legal_name))
            # Nobody else is told: neither the version nor the time of the last change moves.
            values = {"reminded": datetime.now(UTC), "updated": row.updated}
            await session.execute(update(Membership).where(Membership.id == row.id).values(values))
        done += 1
        context.progress(done, None, "members")
    return f"{done} members asked" if done else Idle("0 members asked")


TASKS: Final = (
    Task(
        name="remind-voters",
        summary="Ask members whose affirmation to vote is over to affirm again",
        run=remind,
    ),
)
TICKS: Final = (Tick(name="remind-voters", cron="0 10 9 * * *", task="remind-voters"),)
