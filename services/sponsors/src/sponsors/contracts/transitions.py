"""What may become of a contract: all of it in one table, with why not where it may not.

What is not in `TRANSITIONS` cannot be done. `docs/sponsors.md` shows the table; a test renders it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.papers import ContractMove, ContractMoveView
from servicekit.problems import Conflict

_DRAFT, _AWAITING = ContractStatus.DRAFT, ContractStatus.AWAITING_SIGNATURE
_EXECUTED, _NULLIFIED = ContractStatus.EXECUTED, ContractStatus.NULLIFIED
_OUTDATED = ContractStatus.OUTDATED

#: A contract in one of these counts; a sponsorship has at most one.
LIVING: Final = (_DRAFT, _AWAITING, _EXECUTED)

#: To where a move leads. `redraft` also begins another draft; `discard` follows from a decision
#: about the sponsorship.
TRANSITIONS: Final[dict[tuple[ContractMove, ContractStatus | None], ContractStatus]] = {
    (ContractMove.BEGIN, None): _DRAFT,
    (ContractMove.EDIT, _DRAFT): _DRAFT,
    (ContractMove.SEND, _DRAFT): _AWAITING,
    (ContractMove.EXECUTE, _DRAFT): _EXECUTED,
    (ContractMove.EXECUTE, _AWAITING): _EXECUTED,
    (ContractMove.NULLIFY, _AWAITING): _NULLIFIED,
    (ContractMove.REDRAFT, _DRAFT): _OUTDATED,
    (ContractMove.REDRAFT, _NULLIFIED): _OUTDATED,
    (ContractMove.DISCARD, _DRAFT): _OUTDATED,
    (ContractMove.DISCARD, _NULLIFIED): _OUTDATED,
}
#: What staff are shown of each contract, in this order.
OFFERED: Final = (
    *(ContractMove.EDIT, ContractMove.SEND, ContractMove.EXECUTE, ContractMove.NULLIFY),
    ContractMove.REDRAFT,
)
_IS: Final = {
    _DRAFT: "is a draft",
    _AWAITING: "waits for signatures",
    _EXECUTED: "is executed",
    _NULLIFIED: "was nullified",
    _OUTDATED: "is outdated: another one took its place",
}


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What decides beside the status of a contract.

    Attributes:
        sponsorship: Status of its sponsorship.
        complete: Whether its sponsorship has both dates and a fee.
        newest: Whether no other contract of the sponsorship is newer.
        sent_by: User id of who sent it; None: nobody, or no user.
        caller: User id of who asks.
        two_people: Whether who sent it may not execute it.
    """

    status: ContractStatus
    sponsorship: SponsorshipStatus
    complete: bool
    newest: bool
    sent_by: int | None
    caller: int | None
    two_people: bool


def why_not(move: ContractMove, at: Situation) -> str:
    """Return why a move is not possible, for people; empty: it is."""
    if (move, at.status) not in TRANSITIONS:
        return f"This contract {_IS[at.status]}."
    if move in {ContractMove.EDIT, ContractMove.NULLIFY, ContractMove.DISCARD}:
        return ""
    if at.sponsorship is not SponsorshipStatus.APPROVED:
        return f"The sponsorship is {at.sponsorship.value}, and not approved."
    if move is ContractMove.REDRAFT:
        return "" if at.newest else "A newer contract took its place."
    return _unready(move, at)


def step(move: ContractMove, at: Situation) -> ContractStatus:
    """Return where a move leads. Raises Conflict where it is not possible now."""
    if reason := why_not(move, at):
        raise Conflict(reason)
    return TRANSITIONS[move, at.status]


def views(at: Situation) -> list[ContractMoveView]:
    """Return what staff may do with a contract, and why not the rest."""
    to = {move: status for (move, _), status in TRANSITIONS.items()}
    return [ContractMoveView(move=move, to=to[move], why_not=why_not(move, at)) for move in OFFERED]


def _unready(move: ContractMove, at: Situation) -> str:
    """Return why a contract cannot be sent or executed yet."""
    if not at.complete:
        return "The sponsorship lacks its dates or its fee."
    return _second(at) if move is ContractMove.EXECUTE and at.two_people else ""


def _second(at: Situation) -> str:
    """Return why the caller may not execute a contract under the rule of two people."""
    if at.status is _DRAFT:
        return "Two people are needed: one sends it, and another one executes it."
    if at.caller is None or at.caller == at.sent_by:
        return "Two people are needed: who sent it may not execute it."
    return ""
