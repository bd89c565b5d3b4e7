"""What a change of a DTO or an event breaks, and for whom.

Producer and consumer are deployed at different times, and events of the last days are replayed.
So both directions must hold: what the new code sends must fit old readers, and what old code sent
must fit new readers. What callers send (`Input`) must fit the new code only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tools.contracts.schema import Loss, losses, removed

#: One promise: {"kind": "dto" | "event" | "input", "sent": schema, "read": schema}.
Promise = Mapping[str, Any]

_VERSIONED = re.compile(r"(?P<subject>.+)\.v(?P<version>\d+)")


def breaks(old: Mapping[str, Promise], new: Mapping[str, Promise]) -> dict[str, list[str]]:
    """Return, by name of the contract, a line for each thing that breaks."""
    found: dict[str, list[str]] = {}
    for name, before in old.items():
        after = new.get(name)
        lines = _gone(name, old, new) if after is None else _changed(before, after)
        if lines:
            found[name] = lines
    return found


def _gone(name: str, old: Mapping[str, Promise], new: Mapping[str, Promise]) -> list[str]:
    """An event may go when a later version of it was promised before; anything else may not."""
    if (match := _VERSIONED.fullmatch(name)) and any(
        (other := _VERSIONED.fullmatch(candidate))
        and other["subject"] == match["subject"]
        and int(other["version"]) > int(match["version"])
        and candidate in new
        for candidate in old
    ):
        return []
    return ["it is gone"]


def _changed(before: Promise, after: Promise) -> list[str]:
    if before["kind"] == "input":
        refused = losses(before["read"], after["read"])
        gone = removed(before["read"], after["read"], before["read"], after["read"])
        return [f"callers send {loss}" for loss in _without(refused, gone)] + [
            f"callers send {loss.path}, which is read no more" for loss in gone
        ]
    gone = removed(before["sent"], after["sent"], before["sent"], after["sent"])
    forth = _without(losses(after["sent"], before["read"]), gone)
    back = _without(losses(before["sent"], after["read"]), gone)
    return [
        *(f"{loss.path} is removed" for loss in gone),
        *(f"a consumer not yet deployed gets {loss}" for loss in forth),
        *(f"the new code reads what was sent before, with {loss}" for loss in back),
    ]


def _without(found: list[Loss], known: list[Loss]) -> list[Loss]:
    paths = {loss.path for loss in known}
    return [loss for loss in found if loss.path not in paths]
