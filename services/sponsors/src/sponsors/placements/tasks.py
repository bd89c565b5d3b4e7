"""What days bring: sponsorships that are shown from today on, or no longer."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, or_, select

from contracts.sponsors.events import SponsorshipEnded, SponsorshipStarted
from servicekit.service import Idle, Task, TaskContext, Tick
from sponsors.placements import queries, telling
from sponsors.sponsorships.models import Sponsorship


async def refresh(context: TaskContext) -> str:
    """Tell of sponsorships that show something else than when they were told last.

    Each is a transaction of its own, and one that was told is found no more: a worker that comes
    second finds nothing to do.
    """
    showing = queries.showing()
    started = and_(Sponsorship.shown_in == [], Sponsorship.id.in_(showing))
    ended = and_(Sponsorship.shown_in != [], Sponsorship.id.not_in(showing))
    done = after = 0
    while True:
        async with context.session() as session:
            row = await session.scalar(
                select(Sponsorship)
                .where(or_(started, ended), Sponsorship.id > after)
                .order_by(Sponsorship.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                break
            after, done = row.id, done + 1
            kind = SponsorshipEnded if row.shown_in else SponsorshipStarted
            await telling.tell(session, kind, row)
        context.progress(done, None, "sponsorships")
    said = f"{done} sponsorships began or ended"
    return said if done else Idle(said)


TASKS: Final = (
    Task(
        name="refresh-placements",
        summary="Tell of sponsorships whose first day came, or whose last day is over",
        run=refresh,
    ),
)
TICKS: Final = (Tick(name="refresh-placements", every="1m", task="refresh-placements"),)
