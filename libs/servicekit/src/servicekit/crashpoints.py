"""Named steps at which a test kills the process, to prove that nothing is lost or done twice.

`PYDOTORG_CRASH_AT=relay.after_publish` kills the process with SIGKILL the first time that step is
reached, `relay.after_publish:3` the third time. SIGKILL, because no `finally` and no `atexit` may
tidy up: the process is gone as if its machine had lost power. A production process refuses to
start with the variable (`servicekit.settings`), and without it a step costs one comparison.

Every step between a write and its last effect has a name here, so that a test can walk them all.
"""

from __future__ import annotations

import os
import signal
from typing import Final

ALL_POINTS: Final = (
    "outbox.before_commit",
    "outbox.after_commit",
    "relay.after_select",
    "relay.before_publish",
    "relay.after_publish",
    "relay.before_mark",
    "relay.after_mark",
    "consumer.before_effect",
    "consumer.after_effect",
    "consumer.after_commit",
    "consumer.after_ack",
    "consumer.before_park",
    "consumer.after_park",
    "advisory.before_park",
    "advisory.after_park",
    "schedule.before_run",
    "schedule.after_run",
    "schedule.after_done",
    "schedule.after_ack",
)
"""Every step, in the order in which an event passes them."""


class UnknownPoint(Exception):
    """A step that no code reaches was named."""


class _Plan:
    """Where this process dies: `left` more times past `point`."""

    def __init__(self) -> None:
        self.point: str | None = None
        self.left = 0


_plan = _Plan()


def arm(where: str | None) -> None:
    """Choose the step to die at, as `<point>` or `<point>:<nth time>`; None disarms.

    Raises UnknownPoint where no such step exists: a test must not pass because of a typing error.
    """
    if not where:
        _plan.point = None
        return
    point, _, times = where.partition(":")
    if point not in ALL_POINTS:
        raise UnknownPoint(f"{point}; there are: {', '.join(ALL_POINTS)}")
    _plan.point, _plan.left = point, int(times or 1)


def reach(point: str) -> None:
    """Pass a step, or die there if this is the chosen one."""
    if _plan.point != point:
        return
    _plan.left -= 1
    if _plan.left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
