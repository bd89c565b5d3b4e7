"""Copying the packages and benefits of a year into a later one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from contracts.sponsors.dto import Cloned
from contracts.sponsors.features import FEATURE
from contracts.sponsors.inputs import BenefitInput, CloneInput, PackageInput
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Invalid
from servicekit.writes import alone
from sponsors.benefits import features
from sponsors.benefits import services as benefits
from sponsors.benefits.models import (
    Benefit,
    BenefitConfiguration,
    BenefitConflict,
    BenefitPackage,
)
from sponsors.clauses import services as clauses
from sponsors.packages import services as packages
from sponsors.packages.models import Package


async def clone(session: WriteSession, sent: CloneInput, caller: Principal) -> Cloned:
    """Copy a year into a later one, with features, conflicts, clauses; again: nothing is made.

    A package is there already if the year has one with its slug, a benefit if it has one of the
    same name and program: these stay as they are. Internal names and due dates of features move to
    the new year. Raises Invalid where the year to copy has no packages.
    """
    await alone(session, "year", sent.to_year)
    made_packages, package_of = await _packages(session, sent, caller)
    if not package_of:
        raise Invalid.field(["body", "from_year"], "This year has no packages.", "empty")
    made_benefits, benefit_of = await _benefits(session, sent, caller, package_of)
    conflicts = await _conflicts(session, benefit_of, made_benefits)
    new = {old: made for old, made in benefit_of.items() if made in made_benefits}
    await clauses.copy(session, new, caller)
    return Cloned(packages=made_packages, benefits=len(made_benefits), conflicts=conflicts)


async def _packages(
    session: WriteSession, sent: CloneInput, caller: Principal
) -> tuple[int, dict[int, int]]:
    """Return how many packages were made, and the new package of each old one."""
    there = await _of_year(session, sent.to_year)
    known = {row.slug: row.id for row in there}
    made, found = 0, {}
    for row in await _of_year(session, sent.from_year):
        if row.slug not in known:
            copy = PackageInput(
                name=row.name,
                slug=row.slug,
                amount=row.amount,
                year=sent.to_year,
                advertise=row.advertise,
                allow_a_la_carte=row.allow_a_la_carte,
                logo_dimension=row.logo_dimension,
                position=row.position,
            )
            known[row.slug] = (await packages.create(session, copy, caller)).id
            made += 1
        found[row.id] = known[row.slug]
    return made, found


async def _of_year(session: WriteSession, year: int) -> list[Package]:
    statement = select(Package).where(Package.year == year)
    return list(await session.scalars(statement.order_by(Package.position, Package.id)))


async def _benefits(
    session: WriteSession, sent: CloneInput, caller: Principal, package_of: dict[int, int]
) -> tuple[set[int], dict[int, int]]:
    """Return the ids of benefits that were made, and the new benefit of each old one."""
    of_year = select(Benefit).order_by(Benefit.position, Benefit.id)
    there = await session.scalars(of_year.where(Benefit.year == sent.to_year))
    known = {(row.name, row.program_id): row.id for row in there}
    old = list(await session.scalars(of_year.where(Benefit.year == sent.from_year)))
    links = await _links(session, [row.id for row in old])
    specs = await _specs(session, [row.id for row in old])
    made, found = set(), {}
    for row in old:
        key = (row.name, row.program_id)
        if key not in known:
            moved = (
                features.in_year(spec, sent.from_year, sent.to_year, package_of)
                for spec in specs.get(row.id, ())
            )
            copy = BenefitInput(
                **{
                    name: getattr(row, name)
                    for name in BenefitInput.model_fields
                    if name not in {"year", "package_ids", "conflict_ids", "features"}
                },
                year=sent.to_year,
                package_ids=[package_of[one] for one in links.get(row.id, ()) if one in package_of],
                features=[FEATURE.validate_python(spec) for spec in moved if spec is not None],
            )
            known[key] = (await benefits.create(session, copy, caller)).id
            made.add(known[key])
        found[row.id] = known[key]
    return made, found


async def _links(session: WriteSession, ids: list[int]) -> dict[int, list[int]]:
    statement = select(BenefitPackage.benefit_id, BenefitPackage.package_id)
    found: dict[int, list[int]] = {}
    for benefit, package in await session.execute(
        statement.where(BenefitPackage.benefit_id.in_(ids)).order_by(BenefitPackage.package_id)
    ):
        found.setdefault(benefit, []).append(package)
    return found


async def _specs(session: WriteSession, ids: list[int]) -> dict[int, list[dict[str, object]]]:
    statement = select(BenefitConfiguration.benefit_id, BenefitConfiguration.spec)
    found: dict[int, list[dict[str, object]]] = {}
    for benefit, spec in await session.execute(
        statement.where(BenefitConfiguration.benefit_id.in_(ids)).order_by(BenefitConfiguration.id)
    ):
        found.setdefault(benefit, []).append(spec)
    return found


async def _conflicts(session: WriteSession, benefit_of: dict[int, int], made: set[int]) -> int:
    """Have new benefits conflict as the old ones do; returns how many pairs were made."""
    old = await session.execute(
        select(BenefitConflict.first_id, BenefitConflict.second_id).where(
            BenefitConflict.first_id.in_(benefit_of)
        )
    )
    pairs = [
        (min(pair), max(pair))
        for first, second in old
        if second in benefit_of and (pair := (benefit_of[first], benefit_of[second]))
    ]
    wanted = [pair for pair in pairs if made.intersection(pair)]
    if not wanted:
        return 0
    statement = insert(BenefitConflict).values(
        [{"first_id": first, "second_id": second} for first, second in wanted]
    )
    done = list(
        await session.scalars(
            statement.on_conflict_do_nothing().returning(BenefitConflict.first_id)
        )
    )
    await benefits.tell_again(session, {one for pair in wanted for one in pair})
    return len(done)
