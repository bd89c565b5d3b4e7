"""Every read of packages. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row
from sponsors.benefits.models import Benefit, BenefitPackage
from sponsors.packages.models import Package
from sponsors.programs.models import Program

_COLUMNS: Final = tuple(
    getattr(Package, name)
    for name in (
        *("id", "name", "slug", "amount", "year", "advertise", "allow_a_la_carte"),
        *("logo_dimension", "position", "version", "created", "updated"),
    )
)
#: The latest year first, and in it the order of staff.
ORDER: Final = (Package.year.desc().nulls_last(), Package.position, Package.id)


def statement() -> Select[Any]:
    """Return the statement of packages."""
    return select(*_COLUMNS)


async def packages(
    session: AsyncSession, window: Window, year: int | None
) -> tuple[list[Row], int]:
    """Return one window of the packages, of one year or of all."""
    found = statement()
    if year is not None:
        found = found.where(Package.year == year)
    return await reading.page(session, found, ORDER, window)


async def by_id(session: AsyncSession, package_id: int) -> Row | None:
    """Return one package."""
    return await reading.one(session, statement().where(Package.id == package_id))


async def revenue(session: AsyncSession, package_id: int) -> list[Row]:
    """Return how the internal values of a package's benefits are spread over programs.

    Percent with three decimals, the largest first; nothing where the values sum up to nothing.
    """
    statement = (
        select(Program.name, func.sum(Benefit.internal_value))
        .join(Benefit, Benefit.program_id == Program.id)
        .join(BenefitPackage, BenefitPackage.benefit_id == Benefit.id)
        .where(BenefitPackage.package_id == package_id, Benefit.internal_value > 0)
        .group_by(Program.id)
        .order_by(func.sum(Benefit.internal_value).desc(), Program.name)
    )
    found = [(name, value or Decimal(0)) for name, value in await session.execute(statement)]
    whole = sum((value for _, value in found), Decimal(0))
    return [
        {"program": name, "percent": (value * 100 / whole).quantize(Decimal("0.001"))}
        for name, value in found
    ]
