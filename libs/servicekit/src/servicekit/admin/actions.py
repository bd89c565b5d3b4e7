"""Actions that many resources have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from servicekit.admin.declaration import Action, Call, Delete


def deletion(delete: Delete, permission: str, one: str, many: str, *, confirm: str) -> Action:
    """Return the action that deletes chosen rows, whatever their versions.

    `one` and `many` are what people call the rows; `confirm` says what comes of it. A single row
    has a button of its own for this.
    """

    async def run(call: Call, keys: Sequence[Any]) -> str:
        for key in keys:
            await delete(call.session, key, call.caller, if_match=None)
        return f"{len(keys)} {one if len(keys) == 1 else many} deleted"

    return Action(
        name="delete",
        label="Delete",
        permission=permission,
        confirm=confirm,
        run=run,
        danger=True,
        row=False,
    )
