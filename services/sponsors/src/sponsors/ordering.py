"""Rows that people put in an order: one place up or down among those beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Select

from servicekit.access import Principal
from servicekit.admin.declaration import Action, Call
from servicekit.database import WriteSession


class Ordered(Protocol):
    """A row with a place."""

    @property
    def id(self) -> Any:  # noqa: ANN401 - a mapped column
        """Its key."""

    position: Any


async def move[R: Ordered](
    session: WriteSession,
    siblings: Select[R],
    key: int,
    *,
    up: bool,
    tell: Callable[[R, dict[str, Any]], Awaitable[None]],
) -> bool:
    """Swap a row with the one before or behind it; tells whether there was one.

    `siblings` selects all rows beside it, in their order; they are locked. `tell` gets each row
    whose place changed, with the audited state before.
    """
    rows = list(await session.scalars(siblings.with_for_update(key_share=True)))
    at = next(index for index, row in enumerate(rows) if row.id == key)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return False
    rows[at], rows[to] = rows[to], rows[at]
    for index, row in enumerate(rows):
        if row.position != index:
            before = {"position": row.position}
            row.position = index
            await tell(row, before)
    return True


class Moves(Protocol):
    """The domain's function that moves a row one place."""

    def __call__(
        self, session: WriteSession, key: int, caller: Principal, /, *, up: bool
    ) -> Awaitable[bool]:
        """Move it; tells whether there was a place."""


def actions(move: Moves, permission: str) -> tuple[Action, Action]:
    """Return the actions of the admin that move a row up and down."""

    def doing(*, up: bool) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
        async def run(call: Call, keys: Sequence[int]) -> str:
            done = [await move(call.session, key, call.caller, up=up) for key in keys]
            return f"{sum(done)} moved {'up' if up else 'down'}"

        return run

    return (
        Action(
            name="up",
            label="Move up",
            permission=permission,
            confirm="It is shown one place earlier.",
            run=doing(up=True),
        ),
        Action(
            name="down",
            label="Move down",
            permission=permission,
            confirm="It is shown one place later.",
            run=doing(up=False),
        ),
    )
