"""What may become of a submission, and by whom: all of it in one table."""

from __future__ import annotations

from typing import Final, Literal

from contracts.events.dto import SubmissionState
from servicekit.problems import Conflict

type Side = Literal["submitter", "reviewer"]
type Move = Literal["edit", "withdraw", "ask", "approve", "reject"]

_WAITING, _ASKED = SubmissionState.WAITING, SubmissionState.ASKED

#: From which states each move leads to which state.
TRANSITIONS: Final[dict[tuple[Side, Move], tuple[frozenset[SubmissionState], SubmissionState]]] = {
    ("submitter", "edit"): (frozenset({_WAITING, _ASKED}), _WAITING),
    ("submitter", "withdraw"): (frozenset({_WAITING, _ASKED}), SubmissionState.WITHDRAWN),
    ("reviewer", "ask"): (frozenset({_WAITING, _ASKED}), _ASKED),
    ("reviewer", "approve"): (frozenset({_WAITING, _ASKED}), SubmissionState.APPROVED),
    ("reviewer", "reject"): (frozenset({_WAITING, _ASKED}), SubmissionState.REJECTED),
}


def may(side: Side, move: Move, state: str) -> bool:
    """Tell whether somebody may make a move now."""
    return SubmissionState(state) in TRANSITIONS[side, move][0]


def after(side: Side, move: Move, state: str) -> SubmissionState:
    """Return the state that a move leads to. Raises Conflict where it is not possible now."""
    if not may(side, move, state):
        raise Conflict(f"This submission is {state} and cannot be changed so any more.")
    return TRANSITIONS[side, move][1]
