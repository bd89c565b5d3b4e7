"""What another service reads to rebuild its copy of the tree: one aggregate, all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from content.menus import queries
from content.menus.models import MENU
from contracts.content.menus import MenuUpdated
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_menu(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return the tree, once it has had an entry."""
    found = await queries.navigation(session)
    if after >= MENU or limit < 1 or not found.version:
        return []
    return [ExportRow(id=MENU, version=found.version, data=MenuUpdated(navigation=found))]


EXPORTS: Final = (Export(entity="menu", kind=MenuUpdated, read=read_menu),)
