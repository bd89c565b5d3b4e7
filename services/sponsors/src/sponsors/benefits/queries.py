"""Every read of benefits. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row
from sponsors.benefits.models import (
    Benefit,
    BenefitConfiguration,
    BenefitConflict,
    BenefitPackage,
)
from sponsors.sponsorships.models import SponsorBenefit, Sponsorship

_NONE: Final[ColumnElement[Any]] = literal_column("'[]'::json")
_OTHER: Final = case(
    (BenefitConflict.first_id == Benefit.id, BenefitConflict.second_id),
    else_=BenefitConflict.first_id,
)
PACKAGES: Final[ColumnElement[Any]] = func.coalesce(
    select(func.json_agg(aggregate_order_by(BenefitPackage.package_id, BenefitPackage.package_id)))
    .where(BenefitPackage.benefit_id == Benefit.id)
    .correlate(Benefit)
    .scalar_subquery(),
    _NONE,
)
CONFLICTS: Final[ColumnElement[Any]] = func.coalesce(
    select(func.json_agg(aggregate_order_by(_OTHER, _OTHER)))
    .where(or_(BenefitConflict.first_id == Benefit.id, BenefitConflict.second_id == Benefit.id))
    .correlate(Benefit)
    .scalar_subquery(),
    _NONE,
)
#: Statuses of sponsorships that take up room.
TAKING: Final = ("approved", "finalized")
TAKEN: Final[ColumnElement[Any]] = (
    select(func.count())
    .select_from(SponsorBenefit)
    .join(Sponsorship, Sponsorship.id == SponsorBenefit.sponsorship_id)
    .where(SponsorBenefit.benefit_id == Benefit.id, Sponsorship.status.in_(TAKING))
    .correlate(Benefit)
    .scalar_subquery()
)
FEATURES: Final[ColumnElement[Any]] = func.coalesce(
    select(func.json_agg(aggregate_order_by(BenefitConfiguration.spec, BenefitConfiguration.id)))
    .where(BenefitConfiguration.benefit_id == Benefit.id)
    .correlate(Benefit)
    .scalar_subquery(),
    _NONE,
)


def _own(*names: str) -> tuple[Any, ...]:
    return tuple(getattr(Benefit, name) for name in names)


_PUBLIC: Final[tuple[Any, ...]] = (
    *_own("id", "name", "description", "program_id", "year"),
    PACKAGES.label("package_ids"),
    CONFLICTS.label("conflict_ids"),
    *_own("package_only", "new", "unavailable", "standalone", "capacity", "soft_capacity"),
    TAKEN.label("taken"),
    *_own("position", "version", "created", "updated"),
)
_RECORD: Final[tuple[Any, ...]] = (
    *_PUBLIC,
    *_own("internal_description", "internal_value"),
    FEATURES.label("features"),
)


def statement() -> Select[Any]:
    """Return the statement of benefits, as everybody may know them."""
    return select(*_PUBLIC)


async def benefits(
    session: AsyncSession, window: Window, year: int | None
) -> tuple[list[Row], int]:
    """Return one window of the benefits, of one year or of all."""
    found = statement()
    if year is not None:
        found = found.where(Benefit.year == year)
    order = (Benefit.year.desc().nulls_last(), Benefit.position, Benefit.id)
    return await reading.page(session, found, order, window)


async def by_id(session: AsyncSession, benefit_id: int) -> Row | None:
    """Return one benefit as everybody may know it."""
    return await reading.one(session, statement().where(Benefit.id == benefit_id))


async def states(session: AsyncSession, ids: Iterable[int]) -> list[Row]:
    """Return benefits as everybody may know them, by id."""
    found = statement().where(Benefit.id.in_(list(ids))).order_by(Benefit.id)
    return await reading.every(session, found)


async def record(session: AsyncSession, benefit_id: int) -> Row | None:
    """Return one benefit as staff keep it."""
    return await reading.one(session, select(*_RECORD).where(Benefit.id == benefit_id))
