"""What reads of many domains share: rows as plain values, and windows of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, collate, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from servicekit.pagination import Window

type Row = dict[str, Any]
type Column = InstrumentedAttribute[Any]


def bytewise(column: ColumnElement[Any] | Column) -> ColumnElement[Any]:
    """Compare text by code point whatever the database's collation is."""
    return collate(column, "C")


def direction(orders: Mapping[str, ColumnElement[Any] | Column], order: str) -> ColumnElement[Any]:
    """Return what a list is ordered by; a minus in front of the name is descending."""
    column = orders[order.removeprefix("-")]
    return column.desc() if order.startswith("-") else column.asc()


async def one(session: AsyncSession, statement: Select[Any]) -> Row | None:
    """Return the first row, or None."""
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else dict(row)


async def every(session: AsyncSession, statement: Select[Any]) -> list[Row]:
    """Return all rows."""
    found = await session.execute(statement)
    names = tuple(found.keys())
    # A mapping of each row would look every name up again: three times the work.
    return [dict(zip(names, row, strict=True)) for row in found]


async def page(
    session: AsyncSession,
    statement: Select[Any],
    order: Sequence[ColumnElement[Any] | Column],
    window: Window,
) -> tuple[list[Row], int]:
    """Return one window and how many match, counted only where the window does not tell."""
    limited = statement.order_by(*order).limit(window.limit).offset(window.offset)
    rows = await every(session, limited)
    if len(rows) < window.limit and (rows or not window.offset):
        return rows, window.offset + len(rows)
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
    return rows, int(await session.scalar(counted) or 0)
