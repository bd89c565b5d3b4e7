"""Sessions: begun, used, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import Session as SessionDTO
from contracts.identity.dto import SessionState, SignedIn
from contracts.identity.events import SessionEnded
from identity import secrets
from identity.models import Session, User
from identity.services import rights
from identity.services.common import Visitor, acting, lock_user, note, require_user
from identity.settings import Settings
from servicekit import outbox
from servicekit.database import WriteSession
from servicekit.problems import Conflict, NotFound

LONGEST: Final = timedelta(days=14)
"""After this a session ends however it is used."""
IDLE: Final = timedelta(days=1)
"""After this without use a session ends that is not to be remembered."""
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When somebody proved who they are whom a provider let in that does not tell."""
_FRESH: Final = timedelta(minutes=1)
"""Use is written down at most this often."""


async def begin(  # noqa: PLR0913 - what a session is begun with
    session: WriteSession,
    settings: Settings,
    user: User,
    visitor: Visitor,
    *,
    remember: bool,
    second_factor_at: datetime | None = None,
    reauthenticated_at: datetime | None = None,
) -> SignedIn:
    """Make a session under a new secret; who one is counts as proved now, or when it was."""
    secret = secrets.new()
    row = Session(
        sha256=secrets.digest(secret),
        user_id=user.id,
        remembered=remember,
        agent=visitor.agent[:300],
        address=visitor.address,
        second_factor_at=second_factor_at,
        reauthenticated_at=reauthenticated_at or func.now(),
        expires=func.now() + (LONGEST if remember else IDLE),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return SignedIn(
        secret=secret,
        session=SessionDTO.model_validate(row),
        user=await rights.of_session(session, settings, user, row),
    )


async def state(session: WriteSession, settings: Settings, sha256: str) -> SessionState:
    """Return a session with its user, and note that it is used. Raises NotFound."""
    row = await session.scalar(select(Session).where(*_lives(sha256)))
    user = await session.get(User, row.user_id) if row is not None else None
    if row is None or user is None or not user.is_active:
        raise NotFound("There is no such session.")
    moved = await session.scalar(
        update(Session)
        .where(Session.id == row.id, Session.last_seen < func.now() - _FRESH)
        .values(last_seen=func.now(), expires=_moved(row))
        .returning(Session.expires)
        .execution_options(synchronize_session=False)
    )
    if moved is not None:
        await session.refresh(row)
    return SessionState(
        session=SessionDTO.model_validate(row),
        user=await rights.of_session(session, settings, user, row),
    )


async def owner(session: AsyncSession, sha256: str) -> int:
    """Return whose a session is. Raises NotFound."""
    found = await session.scalar(select(Session.user_id).where(*_lives(sha256)))
    if found is None:
        raise NotFound("There is no such session.")
    return found


async def find_own(session: AsyncSession, user_id: int, sha256: str) -> Session | None:
    """Return a user's session by its hash."""
    return await session.scalar(select(Session).where(*_lives(sha256), Session.user_id == user_id))


async def owing(session: AsyncSession, user: User, sha256: str) -> Session:
    """Return a user's session that owes a second factor. Raises NotFound, Conflict."""
    row = await find_own(session, user.id, sha256)
    if row is None:
        raise NotFound("There is no such session.")
    if row.second_factor_at is not None or not await rights.has_second_factor(session, user.id):
        raise Conflict("This session needs no code.", code="no_code")
    return row


async def mark_reauthenticated(session: WriteSession, sha256: str) -> None:
    """Note that the password, or a passkey, was given again."""
    await session.execute(
        update(Session).where(*_lives(sha256)).values(reauthenticated_at=func.now())
    )


async def of_user(session: AsyncSession, user_id: int) -> Sequence[Session]:
    """Return a user's sessions, those used last first. Raises NotFound."""
    await require_user(session, user_id)
    return (
        await session.scalars(
            select(Session)
            .where(Session.user_id == user_id, Session.expires > func.now())
            .order_by(Session.last_seen.desc(), Session.id.desc())
        )
    ).all()


async def pass_second_factor(
    session: WriteSession, settings: Settings, row: Session, user: User, visitor: Visitor
) -> SignedIn:
    """Go on with a session whose user gave a second factor, under a new secret.

    What was given of a password is not younger afterwards; of whom nothing was known, this is it.
    """
    now = await session.scalar(select(func.now()))
    await _end(session, Session.id == row.id)
    return await begin(
        session,
        settings,
        user,
        visitor,
        remember=row.remembered,
        second_factor_at=now,
        reauthenticated_at=now if row.reauthenticated_at == NEVER else row.reauthenticated_at,
    )


async def end(session: WriteSession, sha256: str, visitor: Visitor) -> None:
    """End a session by its hash; one that ended before is fine."""
    user_id = await session.scalar(
        select(Session.user_id).where(Session.sha256 == bytes.fromhex(sha256))
    )
    if user_id is None:
        return
    user = await lock_user(session, user_id)
    if await _end(session, Session.sha256 == bytes.fromhex(sha256)):
        note(session, acting(user_id), "signed_out", user, visitor=visitor)


async def end_own(
    session: WriteSession,
    user_id: int,
    visitor: Visitor,
    *,
    only: int | None = None,
    keep: int | None = None,
) -> None:
    """End one session of a user, or all but one. Raises NotFound."""
    user = await lock_user(session, user_id)
    wanted: list[ColumnElement[bool]] = [Session.user_id == user_id]
    if only is not None:
        wanted.append(Session.id == only)
    if keep is not None:
        wanted.append(Session.id != keep)
    ended = await _end(session, *wanted)
    if only is not None and not ended:
        raise NotFound("There is no such session.")
    if ended:
        after = {"sessions": ended}
        note(session, acting(user_id), "sessions_ended", user, visitor=visitor, after=after)


async def end_all(session: WriteSession, user_id: int) -> int:
    """End every session of a user; returns how many there were."""
    return await _end(session, Session.user_id == user_id)


async def prune(session: WriteSession, limit: int) -> int:
    """Forget sessions that expired; whoever has a copy knows when."""
    old = select(Session.id).where(Session.expires <= func.now()).limit(limit)
    found = await session.scalars(delete(Session).where(Session.id.in_(old)).returning(Session.id))
    return len(found.all())


async def _end(session: WriteSession, *wanted: ColumnElement[bool]) -> int:
    """Delete sessions and tell each; returns how many. The row of their user is locked."""
    ended = (
        await session.execute(
            delete(Session)
            .where(*wanted)
            .returning(Session.id, Session.user_id, Session.sha256)
            .execution_options(synchronize_session=False)
        )
    ).all()
    for row in ended:
        event = SessionEnded(id=row.id, user_id=row.user_id, sha256=row.sha256.hex())
        outbox.record(session, event, aggregate_id=row.id, aggregate_version=1)
    return len(ended)


def _lives(sha256: str) -> tuple[ColumnElement[bool], ...]:
    return (Session.sha256 == bytes.fromhex(sha256), Session.expires > func.now())


def _moved(row: Session) -> ColumnElement[Any]:
    """Return when a session that is used now ends."""
    if row.remembered:
        return Session.expires.expression
    return func.least(func.now() + IDLE, Session.created + LONGEST)
