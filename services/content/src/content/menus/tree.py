"""The rules of the tree: where an entry may be. Rows of entries are enough, no database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from content.menus.models import MenuItem
from contracts.content.menus import FRAME_ROOTS, MAX_DEPTH, MenuMove
from servicekit.problems import Conflict, Invalid, NotFound

#: Where an entry is: its parent, None for a root, and its position there.
type Place = tuple[int | None, int]

_NOWHERE: Final = "There is no such entry to be below."


class Tree:
    """All entries, while somebody changes them.

    Args:
        rows: Every entry there is.
    """

    def __init__(self, rows: Iterable[MenuItem]) -> None:
        self.rows = {row.id: row for row in rows}
        self.below: dict[int | None, list[MenuItem]] = {}
        for row in sorted(self.rows.values(), key=lambda row: row.position):
            self.below.setdefault(row.parent_id, []).append(row)

    def get(self, item_id: int) -> MenuItem:
        """Return an entry. Raises NotFound."""
        row = self.rows.get(item_id)
        if row is None:
            raise NotFound("There is no such entry of the menu.")
        return row

    def depth(self, item_id: int | None) -> int:
        """Return how many entries lead to this one, itself counted; 0 for above the roots."""
        depth = 0
        while item_id is not None:
            depth, item_id = depth + 1, self.rows[item_id].parent_id
        return depth

    def height(self, item_id: int) -> int:
        """Return how many levels an entry and what is below it take."""
        return 1 + max((self.height(row.id) for row in self.below.get(item_id, ())), default=0)

    def subtree(self, item_id: int) -> list[MenuItem]:
        """Return what is below an entry, deepest first."""
        return [one for row in self.below.get(item_id, ()) for one in (*self.subtree(row.id), row)]

    def check(self, row: MenuItem | None, parent: int | None, alias: str) -> None:
        """Refuse a parent that an entry cannot have; None is an entry that is not there yet.

        Raises Invalid naming `parent_id` or `alias`.
        """
        if parent is not None and parent not in self.rows:
            raise Invalid.field(["body", "parent_id"], _NOWHERE, "unknown")
        if parent is None and not alias:
            raise Invalid.field(
                ["body", "alias"], "An entry at the top needs an alias.", "alias_required"
            )
        if row is not None:
            at = parent
            while at is not None:
                if at == row.id:
                    raise Invalid.field(
                        ["body", "parent_id"], "An entry cannot be below itself.", "loop"
                    )
                at = self.rows[at].parent_id
        levels = self.depth(parent) + (1 if row is None else self.height(row.id))
        if levels > MAX_DEPTH:
            raise Invalid.field(
                ["body", "parent_id"], f"The tree has at most {MAX_DEPTH} levels.", "too_deep"
            )

    def target(self, row: MenuItem, sent: MenuMove) -> Place:
        """Return where a move leads; an entry that is at the edge already stays.

        Raises Invalid where the move says too little or too much, or leads nowhere.
        """
        if (sent.step is None) == (sent.position is None):
            raise Invalid.field(
                ["body", "step"], "Send either a step, or a parent and a position.", "ambiguous"
            )
        if sent.position is not None:
            return sent.parent_id, sent.position
        siblings = self.below[row.parent_id]
        at = siblings.index(row)
        here: Place = (row.parent_id, at + 1)
        if sent.step == "in":
            if at == 0:
                return here
            before = siblings[at - 1].id
            return before, len(self.below.get(before, ())) + 1
        if sent.step == "out":
            if row.parent_id is None:
                return here
            parent = self.rows[row.parent_id]
            return parent.parent_id, self.below[parent.parent_id].index(parent) + 2
        step = -1 if sent.step == "up" else 1
        return row.parent_id, min(max(at + step, 0), len(siblings) - 1) + 1

    def moved(self, row: MenuItem, place: Place) -> dict[int, Place]:
        """Return the new places of the entries that a move changes; their rows stay as they are.

        A position beyond the end is the end.
        """
        parent, position = place
        siblings = [one for one in self.below.get(parent, ()) if one is not row]
        siblings.insert(min(position, len(siblings) + 1) - 1, row)
        found = {one.id: (parent, at) for at, one in enumerate(siblings, start=1)}
        if parent != row.parent_id:
            left = [one for one in self.below[row.parent_id] if one is not row]
            found |= {one.id: (row.parent_id, at) for at, one in enumerate(left, start=1)}
        return {
            item_id: new
            for item_id, new in found.items()
            if new != (self.rows[item_id].parent_id, self.rows[item_id].position)
        }


def keep_frame(row: MenuItem, *, parent: int | None, alias: str) -> None:
    """Refuse to take away what the frame of every page is built from. Raises Conflict."""
    if row.alias in FRAME_ROOTS and (parent is not None or alias != row.alias):
        raise Conflict(
            f"The frame of every page is built from {row.alias}: it stays at the top.",
            field="alias",
            code="frame",
        )
