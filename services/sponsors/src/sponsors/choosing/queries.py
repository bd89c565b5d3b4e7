"""What there is to choose in a year: three statements, whatever there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sponsors.dto import (
    Catalogue,
    CatalogueBenefit,
    CatalogueProgram,
    CatalogueTier,
    Package,
)
from contracts.sponsors.features import FeatureKind
from servicekit import reading
from sponsors.benefits.models import Benefit
from sponsors.benefits.queries import CONFLICTS, FEATURES, PACKAGES, TAKEN
from sponsors.packages import models as packages
from sponsors.packages import queries as package_queries
from sponsors.programs.models import Program


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A benefit of the year with all that decides whether it can be chosen.

    `tiers` has what it is called more closely, by package.
    """

    id: int
    name: str
    description: str
    program_id: int
    package_ids: frozenset[int]
    conflict_ids: frozenset[int]
    package_only: bool
    new: bool
    unavailable: bool
    standalone: bool
    capacity: int | None
    soft_capacity: bool
    taken: int
    internal_value: Decimal | None
    tiers: dict[int, str] = field(default_factory=dict)

    @property
    def a_la_carte(self) -> bool:
        """Whether it is of no package, and chosen beside one."""
        return not self.package_ids and not self.standalone

    @property
    def left(self) -> int | None:
        """How many more there is room for; None where that is not limited."""
        if self.capacity is None or self.soft_capacity:
            return None
        return max(0, self.capacity - self.taken)

    @property
    def available(self) -> bool:
        """Whether it can be chosen."""
        return not self.unavailable and self.left != 0

    def shown(self, package_id: int | None) -> str:
        """Return its name for a package."""
        label = self.tiers.get(package_id or 0)
        return f"{self.name} ({label})" if label else self.name


@dataclass(frozen=True)
class Offer:
    """All of a year. Packages that are not advertised are among `packages`."""

    year: int
    packages: dict[int, Package]
    benefits: dict[int, Offered]


def _offered(year: int) -> Select[Any]:
    names = (
        *("id", "name", "description", "program_id", "package_only", "new", "unavailable"),
        *("standalone", "capacity", "soft_capacity", "internal_value"),
    )
    return (
        select(
            *(getattr(Benefit, name) for name in names),
            PACKAGES.label("package_ids"),
            CONFLICTS.label("conflict_ids"),
            TAKEN.label("taken"),
            FEATURES.label("features"),
        )
        .join(Program, Program.id == Benefit.program_id)
        .where(Benefit.year == year)
        .order_by(Program.position, Program.id, Benefit.position, Benefit.id)
    )


async def offer(session: AsyncSession, year: int) -> Offer:
    """Return what a year offers, in the order in which it is shown. Two statements."""
    found = package_queries.statement().where(packages.Package.year == year)
    rows = await reading.every(session, found.order_by(*package_queries.ORDER))
    benefits = {}
    for row in await reading.every(session, _offered(year)):
        tiers = {
            one["package_id"]: one["display_label"] or str(one["quantity"])
            for one in row.pop("features")
            if one["kind"] == FeatureKind.TIERED.value
        }
        for name in ("package_ids", "conflict_ids"):
            row[name] = frozenset(row[name])
        benefits[row["id"]] = Offered(**row, tiers=tiers)
    return Offer(year, {row["id"]: Package.model_validate(row) for row in rows}, benefits)


async def catalogue(session: AsyncSession, year: int, current: int) -> Catalogue:
    """Return everything that can be chosen in a year. Three statements."""
    found = await offer(session, year)
    statement = select(*(getattr(Program, name) for name in ("id", "name", "description")))
    programs = await reading.every(session, statement.order_by(Program.position, Program.id))
    of: dict[int, list[CatalogueBenefit]] = {}
    for one in found.benefits.values():
        of.setdefault(one.program_id, []).append(_shown(one))
    return Catalogue(
        year=year,
        is_current=year == current,
        packages=[one for one in found.packages.values() if one.advertise],
        programs=[
            CatalogueProgram(**row, benefits=of[row["id"]]) for row in programs if row["id"] in of
        ],
    )


def _shown(one: Offered) -> CatalogueBenefit:
    return CatalogueBenefit(
        id=one.id,
        name=one.name,
        description=one.description,
        package_ids=sorted(one.package_ids),
        conflict_ids=sorted(one.conflict_ids),
        package_only=one.package_only,
        new=one.new,
        a_la_carte=one.a_la_carte,
        standalone=one.standalone,
        available=one.available,
        left=one.left,
        tiers=[CatalogueTier(package_id=key, label=label) for key, label in one.tiers.items()],
    )
