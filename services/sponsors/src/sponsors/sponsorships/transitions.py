"""What may become of a sponsorship, and by whom: all of it in one table, with why not.

What is not in `TRANSITIONS` cannot be done. `docs/sponsors.md` shows the table; a test renders it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from contracts.sponsors.applications import ContractStatus, Move, MoveView, Side
from contracts.sponsors.dto import SponsorshipStatus
from servicekit.problems import Conflict

_APPLIED, _REJECTED = SponsorshipStatus.APPLIED, SponsorshipStatus.REJECTED
_APPROVED, _FINALIZED = SponsorshipStatus.APPROVED, SponsorshipStatus.FINALIZED
_APPLICANT, _STAFF, _CONTRACT = Side.APPLICANT, Side.STAFF, Side.CONTRACT

type _Key = tuple[Side, Move, SponsorshipStatus | None]


def _stays(move: Move, states: Iterable[SponsorshipStatus]) -> dict[_Key, SponsorshipStatus]:
    return {(_STAFF, move, state): state for state in states}


TRANSITIONS: Final[dict[_Key, SponsorshipStatus]] = {
    (_APPLICANT, Move.APPLY, None): _APPLIED,
    **_stays(Move.EDIT, (_APPLIED, _APPROVED, _FINALIZED)),
    (_STAFF, Move.APPROVE, _APPLIED): _APPROVED,
    (_STAFF, Move.REJECT, _APPLIED): _REJECTED,
    (_STAFF, Move.ROLLBACK, _APPROVED): _APPLIED,
    (_STAFF, Move.ROLLBACK, _REJECTED): _APPLIED,
    **_stays(Move.LOCK, (_APPROVED, _REJECTED, _FINALIZED)),
    **_stays(Move.UNLOCK, (_APPROVED, _REJECTED, _FINALIZED)),
    (_CONTRACT, Move.FINALIZE, _APPROVED): _FINALIZED,
}
#: What staff are shown of each sponsorship, in this order.
OFFERED: Final = (*(Move.APPROVE, Move.REJECT, Move.ROLLBACK, Move.EDIT, Move.LOCK, Move.UNLOCK),)
_DOING: Final = {
    Move.APPLY: "applied for",
    Move.EDIT: "edited",
    Move.APPROVE: "approved",
    Move.REJECT: "rejected",
    Move.ROLLBACK: "made an application again",
    Move.FINALIZE: "finalized",
    Move.LOCK: "locked",
    Move.UNLOCK: "unlocked",
}
#: Why a decision cannot be taken back, by the status of the contract.
_BOUND: Final[dict[ContractStatus | None, str]] = {
    ContractStatus.AWAITING_SIGNATURE: "Its contract waits for signatures: nullify it first.",
    ContractStatus.EXECUTED: "Its contract is executed.",
}
#: What cannot be done with one that is locked.
_LOCKED: Final = {
    Move.EDIT: "It is locked: unlock it first.",
    Move.LOCK: "It is locked already.",
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides beside who it is: `contract` is the status of the contract that counts."""

    status: SponsorshipStatus | None
    locked: bool = False
    contract: ContractStatus | None = None


def why_not(side: Side, move: Move, facts: Facts) -> str:
    """Return why something cannot be done now, for people; empty: it can."""
    if (side, move, facts.status) not in TRANSITIONS:
        if facts.status is None:
            return "There is no sponsorship yet."
        return f"What is {facts.status.value} cannot be {_DOING[move]}."
    if move is Move.ROLLBACK:
        return _BOUND.get(facts.contract, "")
    if facts.locked:
        return _LOCKED.get(move, "")
    return "It is not locked." if move is Move.UNLOCK else ""


def step(side: Side, move: Move, facts: Facts) -> SponsorshipStatus:
    """Return where a move leads. Raises Conflict with the reason where it is not possible now."""
    if reason := why_not(side, move, facts):
        raise Conflict(reason)
    return TRANSITIONS[side, move, facts.status]


def views(facts: Facts) -> list[MoveView]:
    """Return what staff may do with a sponsorship, and why not the rest."""
    to = {move: status for (_, move, _), status in TRANSITIONS.items()}
    return [
        MoveView(
            move=move,
            to=TRANSITIONS.get((_STAFF, move, facts.status), to[move]),
            why_not=why_not(_STAFF, move, facts),
        )
        for move in OFFERED
    ]
