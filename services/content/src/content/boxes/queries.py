"""Every read of boxes. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.boxes.models import Box
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row, bytewise

BOX: Final[tuple[Column, ...]] = tuple(
    getattr(Box, name)
    for name in (
        *("id", "label", "content", "content_markup_type", "content_html"),
        *("version", "created", "updated"),
    )
)
_ORDERS: Final[Mapping[str, ColumnElement[object] | Column]] = {
    "label": bytewise(Box.label),
    "updated": Box.updated,
    "id": Box.id,
}


async def boxes(
    session: AsyncSession, window: Window, *, label: str | None, order: str
) -> tuple[list[Row], int]:
    """Return one window of the boxes and how many match."""
    statement = select(*BOX)
    if label is not None:
        statement = statement.where(Box.label == label)
    by = (reading.direction(_ORDERS, order), Box.id)
    return await reading.page(session, statement, by, window)


async def box(session: AsyncSession, box_id: int) -> Row | None:
    """Return one box."""
    return await reading.one(session, select(*BOX).where(Box.id == box_id))


async def labelled(session: AsyncSession, labels: Sequence[str]) -> list[Row]:
    """Return the boxes with these labels, those that there are."""
    statement = select(*BOX).where(Box.label.in_(labels)).order_by(Box.id)
    return await reading.every(session, statement)
