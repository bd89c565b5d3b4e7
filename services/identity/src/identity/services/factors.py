"""What all second factors share: how often one may fail, recovery codes, who hears of it."""

from __future__ import annotations

import base64
import secrets as random
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import TOO_MANY_CODES
from contracts.identity.events import UserUpdated
from identity import letters, secrets
from identity.events import tell_user
from identity.models import FactorTries, RecoveryCode, Session, User
from identity.services import rights
from identity.services.common import Visitor, acting, note, primary_email
from identity.settings import Settings
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Problem

FAILURES: Final = 5
"""Wrong codes and passkeys in a row before the next has to wait."""
PAUSE: Final = timedelta(minutes=15)
CODES: Final = 10


class TooManyTries(Problem):
    """Somebody is trying codes, or passkeys."""

    status = 429
    title = "Too Many Codes"
    type = TOO_MANY_CODES


async def let_try(session: AsyncSession, user_id: int) -> None:
    """Raise TooManyTries while a locked account has to wait."""
    until = await session.scalar(
        select(FactorTries.blocked_until).where(FactorTries.user_id == user_id)
    )
    now = datetime.now(UTC)
    if until is not None and until > now:
        wait = str(int((until - now).total_seconds()) + 1)
        raise TooManyTries("Too many wrong codes.", headers={"Retry-After": wait})


async def count_failure(session: WriteSession, user: User, action: str, visitor: Visitor) -> None:
    """Note that a factor did not hold; kept although the answer is a refusal."""
    failures = await session.scalar(
        insert(FactorTries)
        .values(user_id=user.id, failures=1)
        .on_conflict_do_update(
            index_elements=[FactorTries.user_id], set_={"failures": FactorTries.failures + 1}
        )
        .returning(FactorTries.failures)
    )
    if failures and failures % FAILURES == 0:
        await session.execute(
            update(FactorTries)
            .where(FactorTries.user_id == user.id)
            .values(blocked_until=datetime.now(UTC) + PAUSE)
        )
    note(session, acting(user.id), action, user, visitor=visitor)
    await session.commit()


async def forget_failures(session: WriteSession, user_id: int) -> None:
    """Begin the count anew: a factor held."""
    await session.execute(delete(FactorTries).where(FactorTries.user_id == user_id))


async def pass_with_first(session: WriteSession, user: User, sha256: str | None) -> None:
    """Let the session that added a factor count as having given it; all others owe one."""
    if sha256 is not None:
        await session.execute(
            update(Session)
            .where(Session.sha256 == bytes.fromhex(sha256), Session.user_id == user.id)
            .values(second_factor_at=func.now())
        )


async def refuse_last(session: AsyncSession, settings: Settings, user: User) -> None:
    """Raise Conflict where a user who needs a second factor has none left."""
    if rights.is_required(settings, user) and not await rights.has_second_factor(session, user.id):
        raise Conflict("Staff keep a second factor: add another one first.", code="last_factor")


async def drop_unused_codes(session: WriteSession, user_id: int) -> None:
    """Take recovery codes away where there is nothing left that they stand in for."""
    if not await rights.has_second_factor(session, user_id):
        await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


async def first_codes(session: WriteSession, user_id: int) -> list[str]:
    """Make recovery codes where there are none; returns the new ones."""
    found = await session.scalar(select(exists().where(RecoveryCode.user_id == user_id)))
    return [] if found else await new_codes(session, user_id)


async def new_codes(session: WriteSession, user_id: int) -> list[str]:
    """Make recovery codes in place of those that there are."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_new_code() for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user_id, sha256=_digest(code)) for code in codes)
    return codes


async def use_up_code(session: WriteSession, user_id: int, code: str) -> bool:
    """Use up a recovery code; False where it is none."""
    used = await session.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.sha256 == _digest(code))
        .returning(RecoveryCode.id)
    )
    return used is not None


async def tell(  # noqa: PLR0913 - what is told to whom
    session: WriteSession,
    settings: Settings,
    user: User,
    caller: Principal,
    action: str,
    *,
    visitor: Visitor | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note that a factor came or went, tell whoever keeps sessions, and write to the owner."""
    note(session, caller, action, user, visitor=visitor, after=after)
    email = await primary_email(session, user.id)
    if email:
        mail.post(session, settings, email, letters.second_factor_changed(settings, user.username))
    user.touch()
    await tell_user(session, UserUpdated, user)


def _new_code() -> str:
    """Return 80 random bits, to be written on paper."""
    text = base64.b32encode(random.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _digest(code: str) -> bytes:
    return secrets.digest("".join(code.lower().split()).replace("-", ""))
