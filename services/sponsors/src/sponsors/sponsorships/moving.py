"""Doing something with a sponsorship: what every move writes, whoever makes it.

Row, step of the history, event, audit entry, mails and the draft of the contract that an approval
begins are one transaction. Which moves there are is
said in `transitions`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select

from contracts.sponsors.applications import ContractStatus, Move, Side
from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.events import (
    SponsorshipApplied,
    SponsorshipApproved,
    SponsorshipFinalized,
    SponsorshipRef,
    SponsorshipRejected,
    SponsorshipRolledBack,
    SponsorshipUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, NotFound
from servicekit.writes import note, sign, snapshot
from sponsors.benefits import services as benefits
from sponsors.benefits.queries import TAKING
from sponsors.contracts import drafting
from sponsors.contracts.models import Contract
from sponsors.dates import today
from sponsors.placements import telling
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships import capacity, copying, letters, transitions
from sponsors.sponsorships.models import Sponsorship, SponsorshipStep
from sponsors.sponsorships.transitions import Facts

#: The event of each move; those that are not here keep the status, and are told as a change.
_KINDS: Final[dict[Move, type[SponsorshipRef]]] = {
    Move.APPLY: SponsorshipApplied,
    Move.APPROVE: SponsorshipApproved,
    Move.REJECT: SponsorshipRejected,
    Move.ROLLBACK: SponsorshipRolledBack,
    Move.FINALIZE: SponsorshipFinalized,
}
#: What begins or ceases to take up room.
_COUNTED: Final = frozenset({Move.APPROVE, Move.ROLLBACK})

type Change = Callable[[Sponsorship], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something with a sponsorship, on which side, and by which name others read of it."""

    caller: Principal
    side: Side
    name: str = ""


async def unchanged(_: Sponsorship) -> bool:
    """Change nothing beside what the move itself does."""
    return False


async def make(  # noqa: PLR0913 - what a move is
    session: WriteSession,
    row: Sponsorship,
    actor: Actor,
    move: Move,
    text: str = "",
    *,
    change: Change = unchanged,
) -> bool:
    """Make a move with a locked sponsorship; tells whether there was anything to do.

    Args:
        session: The unit of work.
        row: The sponsorship, locked.
        actor: Who does it.
        move: What is done.
        text: What staff and, after a rejection, the sponsor read of it.
        change: What else is changed; tells whether other rows than `row` were.

    Raises Conflict with the reason where the table has no such move or there is no room, and
    whatever `change` raises.
    """
    to = transitions.step(actor.side, move, await facts_of(session, row))
    before, was = snapshot(row), row.status
    others = await change(row)
    if move is Move.EDIT and not others and snapshot(row) == before:
        return False
    limited = []
    if move in _COUNTED or (others and row.status in TAKING):
        limited = await capacity.lock(session, row.id)
        if move is not Move.ROLLBACK:
            await capacity.check(session, row.id, limited)
    _enter(row, move, to)
    sign(row, actor.caller)
    row.touch()
    await session.flush()
    _step(session, row, actor, move, was, text)
    await telling.tell(session, _KINDS.get(move, SponsorshipUpdated), row)
    await benefits.tell_again(session, [one.id for one in limited])
    if move is Move.APPROVE:
        await drafting.begin(session, row, actor.caller)
    elif move is Move.ROLLBACK:
        await drafting.discard(session, row, actor.caller)
    note(
        *(session, actor.caller, move.value, row, await label(session, row)),
        before=before,
        after=snapshot(row),
    )
    await letters.tell(session, row, move, text)
    return True


async def begin(
    session: WriteSession,
    row: Sponsorship,
    actor: Actor,
    chosen: Collection[int],
    added: Collection[int] = (),
) -> None:
    """Write a new application with copies of what was chosen; `added`: beside its package."""
    to = transitions.step(actor.side, Move.APPLY, Facts(status=None))
    await keep(session, row, actor, to, chosen, added)


async def keep(  # noqa: PLR0913, PLR0917 - what an application is
    session: WriteSession,
    row: Sponsorship,
    actor: Actor,
    status: SponsorshipStatus,
    chosen: Collection[int],
    added: Collection[int] = (),
) -> None:
    """Write a new sponsorship with copies of benefits, whoever it comes from; nobody is mailed."""
    row.status, row.applied_on = status.value, today()
    sign(row, actor.caller, new=True)
    session.add(row)
    await session.flush()
    await copying.add(session, row, chosen, added)
    _step(session, row, actor, Move.APPLY, None, "")
    await telling.tell(session, SponsorshipApplied, row)
    named = await label(session, row)
    note(session, actor.caller, "created", row, named, after=snapshot(row))


async def place(
    session: WriteSession, row: Sponsorship, actor: Actor, status: SponsorshipStatus
) -> None:
    """Put a locked sponsorship of a seed into a status, past the table; nobody is mailed."""
    was, row.status, row.locked = row.status, status.value, True
    await session.flush()
    _step(session, row, actor, Move.FINALIZE, was, "")
    await telling.tell(session, SponsorshipFinalized, row)
    named = await label(session, row)
    note(session, actor.caller, "placed", row, named, after=snapshot(row))


async def finalize(session: WriteSession, row: Sponsorship, caller: Principal, name: str) -> None:
    """Finalize a locked sponsorship whose contract was executed.

    From its first day on it takes the place of what the sponsor has on that day.
    Raises Conflict where it is not approved, or lacks a date.
    """
    if row.start_date is None or row.end_date is None:
        raise Conflict("It has no dates.")
    actor = Actor(caller=caller, side=Side.CONTRACT, name=name)
    await make(session, row, actor, Move.FINALIZE)
    earlier = (
        select(Sponsorship)
        .where(
            Sponsorship.sponsor_id == row.sponsor_id,
            Sponsorship.id != row.id,
            Sponsorship.status == SponsorshipStatus.FINALIZED.value,
            Sponsorship.overlapped_by_id.is_(None),
            Sponsorship.start_date <= row.start_date,
            Sponsorship.end_date >= row.start_date,
        )
        .order_by(Sponsorship.id)
        .with_for_update(key_share=True)
    )
    for one in await session.scalars(earlier):
        before = snapshot(one)
        one.overlapped_by_id = row.id
        await telling.tell(session, SponsorshipUpdated, one)
        named = await label(session, one)
        note(session, caller, "overlapped", one, named, before=before, after=snapshot(one))


async def delete(
    session: WriteSession, sponsorship_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a sponsorship with its benefits: for what must not be kept. Nobody gets mail.

    Raises NotFound, PreconditionFailed, Conflict where it has had a contract.
    """
    row = await lock(session, sponsorship_id)
    check_match(if_match, row.version, required=False)
    drafted = select(Contract.id).where(Contract.sponsorship_id == row.id).limit(1)
    if await session.scalar(drafted) is not None:
        raise Conflict("There are contracts of this sponsorship.")
    telling.tell_gone(session, row)
    named = await label(session, row)
    note(session, caller, "deleted", row, named, before=snapshot(row))
    limited = await capacity.lock(session, row.id)
    await session.delete(row)
    await session.flush()
    await benefits.tell_again(session, [one.id for one in limited])


async def lock(
    session: WriteSession, sponsorship_id: int, *conditions: ColumnElement[bool]
) -> Sponsorship:
    """Lock a sponsorship. Raises NotFound."""
    statement = select(Sponsorship).where(Sponsorship.id == sponsorship_id, *conditions)
    locked = statement.with_for_update(key_share=True)
    row = await session.scalar(locked.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such sponsorship.")
    return row


async def facts_of(session: WriteSession, row: Sponsorship) -> Facts:
    """Return what decides about the moves of a locked sponsorship."""
    contract = await drafting.living(session, row.id)
    return Facts(
        status=SponsorshipStatus(row.status),
        locked=row.locked,
        contract=None if contract is None else ContractStatus(contract.status),
    )


async def label(session: WriteSession, row: Sponsorship) -> str:
    """Return what the trail calls a sponsorship."""
    name = await session.scalar(select(Sponsor.name).where(Sponsor.id == row.sponsor_id))
    return f"{name or 'nobody'}, {row.year or 'no year'}"


def _enter(row: Sponsorship, move: Move, to: SponsorshipStatus) -> None:
    """Bring a row into the status that a move leads to."""
    row.status = to.value
    if move is Move.APPROVE:
        row.approved_on, row.locked = today(), True
    elif move is Move.REJECT:
        row.rejected_on, row.locked = today(), True
    elif move is Move.FINALIZE:
        row.finalized_on, row.locked = today(), True
    elif move is Move.ROLLBACK:
        row.approved_on = row.rejected_on = None
        row.locked = False
    elif move in {Move.LOCK, Move.UNLOCK}:
        row.locked = move is Move.LOCK


def _step(  # noqa: PLR0913, PLR0917 - what a step is
    session: WriteSession,
    row: Sponsorship,
    actor: Actor,
    move: Move,
    before: str | None,
    text: str,
) -> None:
    session.add(
        SponsorshipStep(
            sponsorship_id=row.id,
            by=actor.side.value,
            author_id=actor.caller.user_id,
            name=actor.name,
            move=move.value,
            before=before,
            after=row.status,
            text=text,
        )
    )
