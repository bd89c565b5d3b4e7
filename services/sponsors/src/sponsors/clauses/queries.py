"""Every read of clauses. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row
from sponsors.clauses.models import BenefitClause, Clause

_BENEFITS: Final[Any] = func.coalesce(
    select(func.json_agg(aggregate_order_by(BenefitClause.benefit_id, BenefitClause.benefit_id)))
    .where(BenefitClause.clause_id == Clause.id)
    .correlate(Clause)
    .scalar_subquery(),
    literal_column("'[]'::json"),
).label("benefit_ids")
_ORDER: Final = (Clause.position, Clause.id)


def statement() -> Select[Any]:
    """Return a statement over clauses with the benefits that have them."""
    names = ("id", "internal_name", "clause", "notes", "position", "version", "created", "updated")
    return select(*(getattr(Clause, name) for name in names), _BENEFITS)


async def clauses(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of clauses, in their order, and how many there are."""
    return await reading.page(session, statement(), _ORDER, window)


async def clause(session: AsyncSession, clause_id: int) -> Row | None:
    """Return one clause."""
    return await reading.one(session, statement().where(Clause.id == clause_id))


async def of_benefits(
    session: AsyncSession, benefit_ids: Iterable[int]
) -> list[tuple[int, int, str]]:
    """Return id of a benefit, id and text of a clause of it, in the order of clauses."""
    found = await session.execute(
        select(BenefitClause.benefit_id, Clause.id, Clause.clause)
        .join(Clause, Clause.id == BenefitClause.clause_id)
        .where(BenefitClause.benefit_id.in_(list(benefit_ids)))
        .order_by(*_ORDER)
    )
    return [(row[0], row[1], row[2]) for row in found]
