"""Room for sponsors: counted under lock, so that two approvals never give away the same place.

Whoever takes a place locks the benefits first, in the order of their ids; what they count then is
what all others have committed.
"""

from __future__ import annotations

from sqlalchemy import func, select

from servicekit.database import WriteSession
from servicekit.problems import Conflict
from sponsors.benefits.models import Benefit
from sponsors.benefits.queries import TAKING
from sponsors.sponsorships.models import SponsorBenefit, Sponsorship


async def lock(session: WriteSession, sponsorship_id: int) -> list[Benefit]:
    """Lock those benefits of a sponsorship of which there is not any number, and return them."""
    await session.flush()
    statement = (
        select(Benefit)
        .where(
            Benefit.id.in_(
                select(SponsorBenefit.benefit_id).where(
                    SponsorBenefit.sponsorship_id == sponsorship_id
                )
            ),
            Benefit.capacity.is_not(None),
        )
        .order_by(Benefit.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(statement))


async def check(session: WriteSession, sponsorship_id: int, locked: list[Benefit]) -> None:
    """Raise Conflict naming the locked benefits that have no room for one sponsorship more."""
    hard = [one for one in locked if not one.soft_capacity]
    if not hard:
        return
    statement = (
        select(SponsorBenefit.benefit_id, func.count())
        .join(Sponsorship, Sponsorship.id == SponsorBenefit.sponsorship_id)
        .where(
            SponsorBenefit.benefit_id.in_([one.id for one in hard]),
            Sponsorship.status.in_(TAKING),
            Sponsorship.id != sponsorship_id,
        )
        .group_by(SponsorBenefit.benefit_id)
    )
    taken = {benefit: count for benefit, count in await session.execute(statement)}  # noqa: C416 - rows are no pairs to a type checker
    full = [one.name for one in hard if taken.get(one.id, 0) >= (one.capacity or 0)]
    if full:
        raise Conflict(f"There is no room left: {', '.join(full)}.", code="full")
