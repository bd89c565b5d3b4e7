"""Every read of the tree. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.menus.models import MENU, Menu, MenuItem
from contracts.content.menus import MenuNode, Navigation
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row

ITEM: Final[tuple[Column, ...]] = tuple(
    getattr(MenuItem, name)
    for name in (
        *("id", "parent_id", "position", "title", "address", "alias", "area", "elsewhere"),
        *("visible", "in_menu", "in_breadcrumbs", "in_footer", "prefixes"),
        *("version", "created", "updated"),
    )
)


async def items(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the entries, hidden ones too, roots first and then in place."""
    order = (MenuItem.parent_id.asc().nulls_first(), MenuItem.position, MenuItem.id)
    return await reading.page(session, select(*ITEM), order, window)


async def item(session: AsyncSession, item_id: int) -> Row | None:
    """Return one entry."""
    return await reading.one(session, select(*ITEM).where(MenuItem.id == item_id))


async def version(session: AsyncSession) -> int:
    """Return the version of the tree; 0 where there never was an entry."""
    return await session.scalar(select(Menu.version).where(Menu.id == MENU)) or 0


async def navigation(session: AsyncSession) -> Navigation:
    """Return the tree as the site shows it, without what is hidden. Two statements."""
    statement = select(*ITEM).where(MenuItem.visible).order_by(MenuItem.position)
    below: dict[int | None, list[Row]] = {}
    for row in await reading.every(session, statement):
        below.setdefault(row["parent_id"], []).append(row)
    return Navigation(version=await version(session), roots=_nodes(below, None))


def _nodes(below: Mapping[int | None, Sequence[Row]], parent: int | None) -> tuple[MenuNode, ...]:
    return tuple(
        MenuNode.model_validate({**row, "children": _nodes(below, row["id"])})
        for row in below.get(parent, ())
    )
