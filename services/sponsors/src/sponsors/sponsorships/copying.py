"""Benefits of a sponsorship: copies of what was chosen, with copies of its features."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from servicekit.database import WriteSession
from sponsors.benefits import features
from sponsors.benefits.models import Benefit, BenefitConfiguration
from sponsors.programs.models import Program
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship


async def add(
    session: WriteSession,
    row: Sponsorship,
    benefit_ids: Collection[int],
    added: Collection[int] = (),
) -> int:
    """Copy benefits into a sponsorship; `added` are those chosen beside its package.

    Tiers are copied only where they are of its package. Returns how many were copied.
    """
    if not benefit_ids:
        return 0
    found = await session.execute(
        select(Benefit, Program.name)
        .join(Program, Program.id == Benefit.program_id)
        .where(Benefit.id.in_(benefit_ids))
        .order_by(Program.position, Program.id, Benefit.position, Benefit.id)
    )
    copies = []
    for benefit, program in found:
        copy = SponsorBenefit(
            sponsorship_id=row.id, benefit_id=benefit.id, added_by_user=benefit.id in added
        )
        _fill(copy, benefit, program)
        copies.append(copy)
    session.add_all(copies)
    await session.flush()
    await _features(session, row, copies)
    return len(copies)


async def replace(
    session: WriteSession,
    row: Sponsorship,
    wanted: Collection[int],
    added: Collection[int] = (),
) -> bool:
    """Have a sponsorship have exactly these benefits; what it has already stays as it is.

    Tells whether anything changed.
    """
    statement = select(SponsorBenefit).where(SponsorBenefit.sponsorship_id == row.id)
    there = list(await session.scalars(statement))
    # A copy whose benefit is gone cannot be named, so nobody can mean to drop it.
    gone = [one for one in there if one.benefit_id is not None and one.benefit_id not in wanted]
    for one in gone:
        await session.delete(one)
    await session.flush()
    new = set(wanted) - {one.benefit_id for one in there}
    return bool(await add(session, row, new, added)) or bool(gone)


async def reset(session: WriteSession, row: Sponsorship, benefit_id: int | None = None) -> int:
    """Copy what a sponsorship has anew, features too: all of it, or one benefit.

    Quantities and dates that were put right in the copies are lost. Returns how many were copied.
    """
    statement = (
        select(SponsorBenefit, Benefit, Program.name)
        .join(Benefit, Benefit.id == SponsorBenefit.benefit_id)
        .join(Program, Program.id == Benefit.program_id)
        .where(SponsorBenefit.sponsorship_id == row.id)
        .order_by(SponsorBenefit.id)
    )
    if benefit_id is not None:
        statement = statement.where(Benefit.id == benefit_id)
    copies = []
    for copy, benefit, program in await session.execute(statement):
        _fill(copy, benefit, program)
        copies.append(copy)
    old = BenefitFeature.sponsor_benefit_id.in_([one.id for one in copies])
    await session.execute(delete(BenefitFeature).where(old))
    await _features(session, row, copies)
    return len(copies)


def _fill(copy: SponsorBenefit, benefit: Benefit, program: str) -> None:
    copy.name, copy.description = benefit.name, benefit.description
    copy.program_id, copy.program_name = benefit.program_id, program
    copy.internal_value, copy.standalone = benefit.internal_value, benefit.standalone
    copy.position = benefit.position


async def _features(
    session: WriteSession, row: Sponsorship, copies: Collection[SponsorBenefit]
) -> None:
    of = {one.benefit_id: one.id for one in copies}
    statement = (
        select(BenefitConfiguration.benefit_id, BenefitConfiguration.spec)
        .where(BenefitConfiguration.benefit_id.in_([key for key in of if key is not None]))
        .order_by(BenefitConfiguration.id)
    )
    session.add_all(
        features.copied(spec, of[benefit])
        for benefit, spec in await session.execute(statement)
        if features.applies(spec, row.package_id)
    )
    await session.flush()
