"""Writing the tree: rows, event and audit entry in one transaction.

Whoever writes holds the lock of the whole tree until commit, so that two editors never make a loop
or take the same place. Every change is told as the whole tree after it.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy import update as sql_update
from sqlalchemy.dialects.postgresql import insert

from content.menus import queries
from content.menus.models import MENU, Menu, MenuItem
from content.menus.tree import Place, Tree, keep_frame
from content.writes import alone, note, sign, snapshot, tell
from contracts.content.menus import (
    FRAME_ROOTS,
    MAX_ITEMS,
    MenuItemInput,
    MenuMove,
    MenuUpdated,
)
from contracts.content.menus import (
    MenuItem as MenuItemDTO,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid


async def create(session: WriteSession, sent: MenuItemInput, caller: Principal) -> MenuItemDTO:
    """Create an entry, last below its parent. Raises Invalid."""
    tree = await lock(session)
    if len(tree.rows) >= MAX_ITEMS:
        raise Invalid.field(["body"], f"The tree has at most {MAX_ITEMS} entries.", "too_many")
    tree.check(None, sent.parent_id, sent.alias)
    row = MenuItem(parent_id=sent.parent_id, position=len(tree.below.get(sent.parent_id, ())) + 1)
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    note(session, caller, "created", row, row.title, after=snapshot(row))
    return await _told(session, row)


async def update(
    session: WriteSession,
    item_id: int,
    sent: MenuItemInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> MenuItemDTO:
    """Replace an entry; one that gets another parent goes to the end there.

    Where nothing differs, nothing is written and nothing is told. Raises NotFound,
    PreconditionFailed, Invalid, Conflict.
    """
    tree = await lock(session)
    row = tree.get(item_id)
    check_match(if_match, row.version)
    keep_frame(row, parent=sent.parent_id, alias=sent.alias)
    tree.check(row, sent.parent_id, sent.alias)
    before = snapshot(row)
    if sent.parent_id != row.parent_id:
        end = len(tree.below.get(sent.parent_id, ())) + 1
        await _place(session, tree, row, (sent.parent_id, end))
    _fill(row, sent)
    if snapshot(row) == before:
        return await state(session, row.id)
    sign(row, caller)
    await session.flush()
    note(session, caller, "updated", row, row.title, before=before, after=snapshot(row))
    return await _told(session, row)


async def move(
    session: WriteSession,
    item_id: int,
    sent: MenuMove,
    caller: Principal,
    *,
    if_match: str | None,
) -> MenuItemDTO:
    """Move an entry with all that is below it; where it is there already, nothing is written.

    Raises NotFound, PreconditionFailed, Invalid, Conflict.
    """
    tree = await lock(session)
    row = tree.get(item_id)
    check_match(if_match, row.version, required=False)
    place = tree.target(row, sent)
    keep_frame(row, parent=place[0], alias=row.alias)
    tree.check(row, place[0], row.alias)
    before = snapshot(row)
    if not await _place(session, tree, row, place):
        return await state(session, row.id)
    note(session, caller, "moved", row, row.title, before=before, after=snapshot(row))
    return await _told(session, row)


async def delete(
    session: WriteSession, item_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete an entry with all that is below it. Raises NotFound, PreconditionFailed, Conflict."""
    tree = await lock(session)
    row = tree.get(item_id)
    check_match(if_match, row.version, required=False)
    below = tree.subtree(item_id)
    kept = next((one.alias for one in (row, *below) if one.alias in FRAME_ROOTS), None)
    if kept is not None:
        raise Conflict(f"The frame of every page is built from {kept}: it is not deleted.")
    for one in (*below, row):
        note(session, caller, "deleted", one, one.title, before=snapshot(one))
        await session.delete(one)
        # One after another: what is above goes after what is below it.
        await session.flush()
    left = {
        one.id: (row.parent_id, at)
        for at, one in enumerate((o for o in tree.below[row.parent_id] if o is not row), start=1)
        if one.position != at
    }
    await _put(session, left)
    await _tell(session)


async def lock(session: WriteSession) -> Tree:
    """Wait until nobody else writes the tree, and return it as it is then."""
    await alone(session, "menu")
    rows = await session.scalars(
        select(MenuItem).with_for_update().execution_options(populate_existing=True)
    )
    return Tree(rows)


async def state(session: WriteSession, item_id: int) -> MenuItemDTO:
    """Return an entry as this transaction left it."""
    return MenuItemDTO.model_validate(await queries.item(session, item_id))


def _fill(row: MenuItem, sent: MenuItemInput) -> None:
    if sent.address == "" and sent.elsewhere:
        raise Invalid.field(
            ["body", "elsewhere"], "What has no address here is at “address”.", "alone"
        )
    for name in ("title", "address", "alias", "elsewhere", "visible"):
        setattr(row, name, getattr(sent, name))
    for name in ("in_menu", "in_breadcrumbs", "in_footer"):
        setattr(row, name, getattr(sent, name))
    row.area = sent.area.value
    row.prefixes = list(sent.prefixes)


async def _place(session: WriteSession, tree: Tree, row: MenuItem, place: Place) -> bool:
    """Move an entry and whoever makes room; returns whether anything is elsewhere now."""
    changes = tree.moved(row, place)
    await session.flush()
    await _put(session, changes)
    if changes:
        await session.refresh(row, ("parent_id", "position"))
    return bool(changes)


async def _put(session: WriteSession, places: dict[int, Place]) -> None:
    """Write places past the mapper: they are no change that the version of a row tells."""
    if not places:
        return
    table = MenuItem.__table__
    connection = await session.connection()
    await connection.execute(
        sql_update(table)  # type: ignore[arg-type] # a table, whatever the mapper types
        .where(table.c.id == bindparam("item"))
        .values(parent_id=bindparam("parent"), position=bindparam("at")),
        [{"item": key, "parent": parent, "at": at} for key, (parent, at) in places.items()],
    )


async def _told(session: WriteSession, row: MenuItem) -> MenuItemDTO:
    await _tell(session)
    return await state(session, row.id)


async def _tell(session: WriteSession) -> None:
    """Grow the version of the tree, and record the whole of it."""
    grown = insert(Menu).values(id=MENU, version=1)
    await session.execute(
        grown.on_conflict_do_update(index_elements=[Menu.id], set_={"version": Menu.version + 1})
    )
    told = await queries.navigation(session)
    tell(session, MenuUpdated(navigation=told), number=MENU, version=told.version)
