"""Doing something with a job: what every move writes, whoever makes it.

Row, step of the history, comment, counts, event, audit entry and mails are one transaction. Which
moves there are is said in `transitions`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select

from contracts.jobs.dto import JobDetail
from contracts.jobs.review import Move, Side
from jobs import settings
from jobs.jobs import counting, letters, queries, telling, transitions
from jobs.jobs.filling import FOLLOWING
from jobs.jobs.models import Job, JobComment, JobStep
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Forbidden, NotFound
from servicekit.writes import note, sign, snapshot

type Change = Callable[[Job], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something with a job, on which side, and by which name others read of it."""

    caller: Principal
    side: Side
    name: str = ""


async def unchanged(_: Job) -> None:
    """Change nothing beside what the move itself does."""


async def make(  # noqa: PLR0913 - what a move is
    session: WriteSession,
    row: Job,
    actor: Actor,
    move: Move,
    text: str = "",
    *,
    change: Change = unchanged,
) -> bool:
    """Make a move with a locked job; tells whether there was anything to do.

    Args:
        session: The unit of work.
        row: The job, locked.
        actor: Who does it.
        move: What is done.
        text: What becomes a comment, and is mailed; empty: nothing.
        change: What else is changed of the row.

    Raises Conflict where the table has no such move, and whatever `change` raises.
    """
    step = transitions.step(actor.side, move, row.state)
    old, counted = await state_of(session, row, over=True), counting.keys_of(row)
    before, was = snapshot(row, FOLLOWING), row.state
    await change(row)
    _enter(session, row, actor, move, step)
    after = snapshot(row, FOLLOWING)
    if move is Move.EDIT and after == before:
        return False
    sign(row, actor.caller)
    row.touch()
    await session.flush()
    if move not in transitions.QUIET:
        _step(session, row, actor, move, was)
    if text:
        _comment(session, row, actor, text, question=move is Move.ASK)
    await counting.shift(session, counted, counting.keys_of(row))
    telling.tell(session, telling.kind_of(move), row, await state_of(session, row), old)
    note(session, actor.caller, move.value, row, row.title, before=before, after=after)
    _mail(session, row, actor, move, step, text)
    return True


async def begin(session: WriteSession, row: Job, actor: Actor) -> None:
    """Write a new job: a draft. Raises what the database says of it."""
    step = transitions.step(actor.side, Move.CREATE, None)
    row.state, row.state_by = step.to.value, actor.side.value
    sign(row, actor.caller, new=True)
    session.add(row)
    await session.flush()
    _step(session, row, actor, Move.CREATE, None)
    telling.tell(session, telling.kind_of(Move.CREATE), row, None, None)
    note(session, actor.caller, "created", row, row.title, after=snapshot(row, FOLLOWING))
    _mail(session, row, actor, Move.CREATE, step, "")


async def delete(
    session: WriteSession, job_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a job with all that was said of it: for what must not be kept. Nobody gets mail.

    Raises NotFound, PreconditionFailed.
    """
    row = await lock(session, job_id)
    check_match(if_match, row.version, required=False)
    old = await state_of(session, row, over=True)
    await counting.shift(session, counting.keys_of(row), {})
    telling.tell_gone(session, row, old)
    note(session, caller, "deleted", row, row.title, before=snapshot(row, FOLLOWING))
    await session.delete(row)
    await session.flush()


async def keep(session: WriteSession, row: Job, caller: Principal) -> None:
    """Write a new job in whatever state it is, and mail nobody: it comes from a seed."""
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    _step(session, row, Actor(caller=caller, side=Side.SYSTEM), Move.CREATE, None)
    await counting.shift(session, {}, counting.keys_of(row))
    made = await state_of(session, row)
    telling.tell(session, telling.kind_of(Move.APPROVE if made else Move.CREATE), row, made, None)
    note(session, caller, "created", row, row.title, after=snapshot(row, FOLLOWING))


async def renew(
    session: WriteSession, row: Job, caller: Principal, place: Callable[[Job], None]
) -> None:
    """Bring a locked job of a seed back to the board, and mail nobody."""
    old, counted = await state_of(session, row, over=True), counting.keys_of(row)
    before, was = snapshot(row, FOLLOWING), row.state
    place(row)
    await session.flush()
    _step(session, row, Actor(caller=caller, side=Side.SYSTEM), Move.APPROVE, was)
    await counting.shift(session, counted, counting.keys_of(row))
    telling.tell(session, telling.kind_of(Move.APPROVE), row, await state_of(session, row), old)
    note(session, caller, "renewed", row, row.title, before=before, after=snapshot(row, FOLLOWING))


async def tell_change(session: WriteSession, row: Job, old: JobDetail | None) -> None:
    """Tell of a change that nobody made, such as that of a renderer; `old` is what was public."""
    row.touch()
    await session.flush()
    telling.tell(session, telling.kind_of(Move.EDIT), row, await state_of(session, row), old)


async def lock(session: WriteSession, job_id: int, *conditions: ColumnElement[bool]) -> Job:
    """Lock a job. Raises NotFound."""
    statement = select(Job).where(Job.id == job_id, *conditions).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such job.")
    return row


async def state_of(session: WriteSession, row: Job, *, over: bool = False) -> JobDetail | None:
    """Return the public state of a job that is visible, else None.

    `over`: also of one whose end has come while nobody made it expired: pages may still show it.
    """
    await session.flush()
    found = await queries.states(session, Job.id == row.id, over=over)
    return found[0] if found else None


def user_of(caller: Principal) -> int:
    """Return the caller's user id. Raises Forbidden for who is no user."""
    if caller.user_id is None:
        raise Forbidden("Only people who are signed in have jobs, or review them.")
    return caller.user_id


def extendable(told: settings.Settings, expires: datetime | None) -> tuple[datetime, datetime]:
    """Return from when on, and until when, a job that was approved can be extended."""
    if expires is None:
        raise Conflict("A job that was never approved has no end.")
    return expires - told.reminded_before, expires + told.extension


def _enter(
    session: WriteSession, row: Job, actor: Actor, move: Move, step: transitions.Step
) -> None:
    """Bring a row into the state that a move leads to."""
    now = datetime.now(UTC)
    if move is Move.EXTEND:
        _extend(settings.of(session), row, now)
    if move is Move.APPROVE:
        row.published, row.expires = now, now + settings.of(session).visible_for
        row.reminded = None
    if move in {Move.SUBMIT, Move.REOPEN}:
        row.submitted = now
    if row.state != step.to.value:
        row.state, row.state_by, row.asked = step.to.value, actor.side.value, False
    if move is Move.ASK:
        row.asked = True
    elif actor.side is Side.POSTER:
        row.asked = False


def _extend(told: settings.Settings, row: Job, now: datetime) -> None:
    """Move the end of a job. Raises Conflict outside of the time in which that can be done."""
    begin, end = extendable(told, row.expires)
    if now < begin:
        raise Conflict(f"This job can be extended from {begin:%d %B %Y} on.")
    if now > end:
        raise Conflict(f"This job could be extended until {end:%d %B %Y}. Post it anew.")
    row.expires = max(now, row.expires or now) + told.visible_for
    row.reminded = None


def _step(session: WriteSession, row: Job, actor: Actor, move: Move, before: str | None) -> None:
    session.add(
        JobStep(
            job_id=row.id,
            by=actor.side.value,
            author_id=actor.caller.user_id,
            name=actor.name,
            move=move.value,
            before=before,
            after=row.state,
        )
    )


def _comment(session: WriteSession, row: Job, actor: Actor, text: str, *, question: bool) -> None:
    session.add(
        JobComment(
            job_id=row.id,
            by=actor.side.value,
            author_id=actor.caller.user_id,
            name=actor.name,
            text=text,
            question=question,
        )
    )


def _mail(  # noqa: PLR0913, PLR0917 - what a move is
    session: WriteSession,
    row: Job,
    actor: Actor,
    move: Move,
    step: transitions.Step,
    text: str,
) -> None:
    """Mail whom the table says.

    A job that came without a poster has the address of its contact; nobody is behind a sample.
    """
    told = settings.of(session)
    if step.poster and not row.sample:
        letter = letters.to_poster(told, row, move, text)
        mail.post(session, told, row.poster_email or row.email, letter)
    if step.board:
        letter = letters.to_board(told, row, move, actor.side, actor.name, text)
        mail.post(session, told, told.board_email, letter)
