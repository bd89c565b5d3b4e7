"""The tree that a new installation begins with: `content/data/menu.json`.

The gateway ships the same file, for the frame of a first start without this service.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from sqlalchemy import select

from content.menus import queries, services
from content.menus.models import MENU, Menu, MenuItem
from content.writes import note, snapshot, tell
from contracts.content.menus import MenuNode, MenuUpdated, Navigation
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")


def shipped() -> Navigation:
    """Return the tree of the file."""
    return Navigation.model_validate_json(
        files("content").joinpath("data", "menu.json").read_bytes()
    )


async def seed(context: TaskContext) -> str:
    """Fill an empty tree; one that has had an entry belongs to its editors."""
    async with context.session() as session:
        await services.lock(session)
        if await session.scalar(select(Menu.id)) is not None:
            return "added no entries of the menu"
        count = await _add(session, shipped().roots, None)
        session.add(Menu(id=MENU, version=1))
        await session.flush()
        told = await queries.navigation(session)
        tell(session, MenuUpdated(navigation=told), number=MENU, version=told.version)
    return f"added {count} entries of the menu"


async def _add(session: WriteSession, nodes: tuple[MenuNode, ...], parent: int | None) -> int:
    count = 0
    for position, node in enumerate(nodes, start=1):
        values = node.model_dump(exclude={"children", "area", "prefixes"})
        row = MenuItem(
            parent_id=parent,
            position=position,
            area=node.area.value,
            prefixes=list(node.prefixes),
            **values,
        )
        session.add(row)
        await session.flush()
        note(session, SEEDER, "created", row, row.title, after=snapshot(row))
        count += 1 + await _add(session, node.children, row.id)
    return count
