"""What the resources share: an action that does something to one row after another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, cast

from contracts.admin import AdminChoice
from contracts.permissions import GRANTABLE
from identity.settings import Settings
from servicekit.admin.declaration import Call

#: Permissions to choose from.
CHOICES: Final = tuple(
    AdminChoice(value=name, label=f"{words} ({name})") for name, words in GRANTABLE.items()
)


def each(
    work: Callable[[Call, int], Awaitable[Any]], what: str, done: str
) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
    """Return an action that does something to one row after another.

    `work` returns False where the row was so already.
    """

    async def run(call: Call, ids: Sequence[int]) -> str:
        same = 0
        for key in ids:
            same += await work(call, key) is False
        number = len(ids) - same
        said = f"{number} {what}{'' if number == 1 else 's'} {done}"
        return f"{said}; {same} {'was' if same == 1 else 'were'} so already" if same else said

    return run


def settings_of(call: Call) -> Settings:
    """Return the settings of the running service."""
    return cast("Settings", call.runtime.settings)
