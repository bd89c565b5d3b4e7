"""What may become of a job, by whom, and who gets a mail of it: all of it in one table.

What is not in `TRANSITIONS` cannot be done. `docs/jobs.md` shows the table; a test renders it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from contracts.jobs.dto import JobState
from contracts.jobs.review import Move, Side
from servicekit.problems import Conflict

_DRAFT, _REVIEW, _APPROVED = JobState.DRAFT, JobState.REVIEW, JobState.APPROVED
_REJECTED, _ARCHIVED, _REMOVED = JobState.REJECTED, JobState.ARCHIVED, JobState.REMOVED
_EXPIRED = JobState.EXPIRED
_POSTER, _REVIEWER, _SYSTEM = Side.POSTER, Side.REVIEWER, Side.SYSTEM


@dataclass(frozen=True)
class Step:
    """Where a move leads from one state, and whom it mails."""

    to: JobState
    poster: bool = False
    board: bool = False


type _Key = tuple[Side, Move, JobState | None]


def _from(
    side: Side,
    move: Move,
    states: Iterable[JobState | None],
    to: JobState | None,
    mails: str = "",
) -> dict[_Key, Step]:
    """Return the rows of one move; `to` None: the state stays."""
    named = mails.split()
    return {
        (side, move, state): Step(to or state or _DRAFT, "poster" in named, "board" in named)
        for state in states
    }


_BOTH: Final = "poster board"

TRANSITIONS: Final[dict[_Key, Step]] = {
    **_from(_POSTER, Move.CREATE, [None], _DRAFT),
    **_from(_POSTER, Move.EDIT, [_DRAFT, _REVIEW, _REJECTED], None),
    **_from(_POSTER, Move.SUBMIT, [_DRAFT, _REJECTED], _REVIEW, _BOTH),
    **_from(_POSTER, Move.WITHDRAW, [_DRAFT, _REJECTED, _EXPIRED], _REMOVED),
    **_from(_POSTER, Move.WITHDRAW, [_REVIEW, _APPROVED], _REMOVED, "board"),
    **_from(_POSTER, Move.EXTEND, [_APPROVED, _EXPIRED], _APPROVED, "poster"),
    **_from(
        _POSTER,
        Move.COMMENT,
        [_REVIEW, _APPROVED, _REJECTED, _ARCHIVED, _EXPIRED],
        None,
        "board",
    ),
    **_from(_REVIEWER, Move.EDIT, [_REVIEW, _APPROVED, _REJECTED, _ARCHIVED, _EXPIRED], None),
    **_from(
        _REVIEWER,
        Move.COMMENT,
        [_REVIEW, _APPROVED, _REJECTED, _ARCHIVED, _REMOVED, _EXPIRED],
        None,
        _BOTH,
    ),
    **_from(_REVIEWER, Move.ASK, [_REVIEW], None, _BOTH),
    **_from(_REVIEWER, Move.APPROVE, [_REVIEW, _ARCHIVED, _EXPIRED], _APPROVED, _BOTH),
    **_from(_REVIEWER, Move.REJECT, [_REVIEW, _APPROVED], _REJECTED, _BOTH),
    **_from(_REVIEWER, Move.ARCHIVE, [_APPROVED, _REJECTED, _EXPIRED], _ARCHIVED, _BOTH),
    **_from(
        _REVIEWER,
        Move.REMOVE,
        [_REVIEW, _APPROVED, _REJECTED, _ARCHIVED, _EXPIRED],
        _REMOVED,
        _BOTH,
    ),
    **_from(_REVIEWER, Move.REOPEN, [_REJECTED, _ARCHIVED], _REVIEW, _BOTH),
    **_from(_SYSTEM, Move.EXPIRE, [_APPROVED], _EXPIRED, "poster"),
}

#: Moves that keep the state, and are no step of the history.
QUIET: Final = frozenset({Move.EDIT, Move.COMMENT})


def moves(side: Side, state: str) -> list[Move]:
    """Return what somebody may do with a job now, in the order of the table."""
    return [move for by, move, of in TRANSITIONS if by is side and of == state]


def step(side: Side, move: Move, state: str | None) -> Step:
    """Return where a move leads. Raises Conflict where it is not possible now."""
    found = TRANSITIONS.get((side, move, None if state is None else JobState(state)))
    if found is None:
        able = ", ".join(one.value for one in moves(side, state or "")) or "nothing"
        raise Conflict(
            f"A {side.value} cannot {move.value} a job that is {state}; possible: {able}."
        )
    return found
