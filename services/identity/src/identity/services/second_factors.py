"""Apps that show codes, and codes for those who lost the app."""

from __future__ import annotations

import base64
import hmac
import secrets as random
import time
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import (
    TOO_MANY_CODES,
    WRONG_CODE,
    RecoveryCodes,
    SecondFactors,
    SignedIn,
    TotpSetup,
)
from contracts.identity.events import UserUpdated
from identity import letters, secrets
from identity.events import tell_user
from identity.models import RecoveryCode, Session, Totp, User
from identity.services import rights, sessions
from identity.services.common import Visitor, acting, lock_user, note, primary_email
from identity.settings import Settings
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Forbidden, NotFound, Problem

STEP: Final = 30
"""Seconds a code is shown; the one before and the one after hold too, for clocks that differ."""
CODES: Final = 10
FAILURES: Final = 5
"""Wrong codes in a row before the next has to wait."""
PAUSE: Final = timedelta(minutes=15)


class WrongCode(Problem):
    """Not a code that holds now."""

    status = 401
    title = "Wrong Code"
    type = WRONG_CODE


class TooManyCodes(Problem):
    """Somebody is trying codes."""

    status = 429
    title = "Too Many Codes"
    type = TOO_MANY_CODES


async def of_user(session: AsyncSession, settings: Settings, user_id: int) -> SecondFactors:
    """Return what a user has beside the password. Raises NotFound."""
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    totp = await session.scalar(
        select(Totp.user_id).where(Totp.user_id == user_id, Totp.confirmed.is_not(None))
    )
    left = await session.scalar(
        select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    )
    return SecondFactors(
        totp=totp is not None, recovery_codes=left or 0, required=rights.is_required(settings, user)
    )


async def begin(session: WriteSession, settings: Settings, user_id: int) -> TotpSetup:
    """Make the secret of a new app; it counts once `confirm` had a code of it.

    Raises NotFound, Conflict where there is an app already.
    """
    user = await lock_user(session, user_id)
    await _refuse_second(session, user_id)
    await session.execute(delete(Totp).where(Totp.user_id == user_id))
    secret = pyotp.random_base32()
    session.add(Totp(user_id=user_id, secret=secrets.seal(settings, secret.encode(), user_id)))
    issuer = urlsplit(settings.public_url).hostname or ""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer)
    return TotpSetup(secret=secret, uri=uri)


async def confirm(  # noqa: PLR0913, PLR0917 - as it is sent
    session: WriteSession,
    settings: Settings,
    user_id: int,
    code: str,
    sha256: str | None,
    visitor: Visitor,
) -> RecoveryCodes:
    """Have a new app count; every other session has to give a code from now on.

    Raises NotFound, Conflict, WrongCode.
    """
    user = await lock_user(session, user_id)
    await _refuse_second(session, user_id)
    totp = await session.get(Totp, user_id, with_for_update=True)
    if totp is None:
        raise NotFound("No app is being added.")
    step = _step_of(settings, totp, code)
    if step is None:
        raise WrongCode("This is not the code of now.")
    totp.confirmed, totp.last_step = datetime.now(UTC), step
    if sha256 is not None:
        await session.execute(
            update(Session)
            .where(Session.sha256 == bytes.fromhex(sha256), Session.user_id == user_id)
            .values(second_factor_at=func.now())
        )
    await _tell(session, settings, user, acting(user_id), "second_factor_added", visitor)
    return await _new_codes(session, user_id)


async def renew_codes(session: WriteSession, user_id: int, visitor: Visitor) -> RecoveryCodes:
    """Make new recovery codes; the old ones no longer work. Raises NotFound, Conflict."""
    user = await lock_user(session, user_id)
    if not await _has(session, user_id):
        raise Conflict("Add an app first.", code="no_second_factor")
    note(session, acting(user_id), "recovery_codes_renewed", user, visitor=visitor)
    return await _new_codes(session, user_id)


async def remove(session: WriteSession, settings: Settings, user_id: int, visitor: Visitor) -> None:
    """Take one's own app and recovery codes away. Raises NotFound."""
    user = await lock_user(session, user_id)
    await _remove(session, settings, user, acting(user_id), visitor)


async def reset(session: WriteSession, settings: Settings, user_id: int, caller: Principal) -> None:
    """Take away the app of somebody who lost it and the codes. Raises NotFound, Forbidden."""
    user = await lock_user(session, user_id)
    if (user.is_staff or user.is_superuser) and not rights.holds_all(caller):
        raise Forbidden("Only a superuser does this for staff.")
    await _remove(session, settings, user, caller, None)
    await sessions.end_all(session, user_id)


async def give(
    session: WriteSession, settings: Settings, sha256: str, code: str, visitor: Visitor
) -> SignedIn:
    """Take a code, or a recovery code, for a session, which goes on under a new secret.

    Raises NotFound where the session ended, Conflict where it owes no code, WrongCode,
    TooManyCodes.
    """
    user = await lock_user(session, await sessions.owner(session, sha256))
    row = await sessions.find_own(session, user.id, sha256)
    totp = await session.get(Totp, user.id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such session.")
    if totp is None or totp.confirmed is None or row.second_factor_at is not None:
        raise Conflict("This session needs no code.", code="no_code")
    now = datetime.now(UTC)
    if totp.blocked_until is not None and totp.blocked_until > now:
        wait = str(int((totp.blocked_until - now).total_seconds()) + 1)
        raise TooManyCodes("Too many wrong codes.", headers={"Retry-After": wait})
    step = _step_of(settings, totp, code)
    if step is None and not await _use_up(session, user.id, code):
        await _count_failure(session, totp, user, visitor)
        raise WrongCode("This is not the code of now.")
    totp.failures, totp.blocked_until = 0, None
    if step is not None:
        totp.last_step = step
    action = "code_given" if step is not None else "recovery_code_used"
    note(session, acting(user.id), action, user, visitor=visitor)
    return await sessions.pass_second_factor(session, settings, row, user, visitor)


def _step_of(settings: Settings, totp: Totp, code: str) -> int | None:
    """Return the step whose code this is, if it holds now and was not given before."""
    secret = secrets.unseal(settings, totp.secret, totp.user_id).decode()
    sent = code.replace(" ", "").encode()
    current = int(time.time()) // STEP
    for step in range(current - 1, current + 2):
        known = pyotp.TOTP(secret).generate_otp(step).encode()
        if hmac.compare_digest(known, sent) and step > totp.last_step:
            return step
    return None


async def _use_up(session: WriteSession, user_id: int, code: str) -> bool:
    used = await session.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.sha256 == _digest(code))
        .returning(RecoveryCode.id)
    )
    return used is not None


async def _count_failure(session: WriteSession, totp: Totp, user: User, visitor: Visitor) -> None:
    """Note a wrong code; kept although the answer is a refusal."""
    totp.failures += 1
    if totp.failures % FAILURES == 0:
        totp.blocked_until = datetime.now(UTC) + PAUSE
    note(session, acting(user.id), "code_refused", user, visitor=visitor)
    await session.commit()


async def _new_codes(session: WriteSession, user_id: int) -> RecoveryCodes:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_new_code() for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user_id, sha256=_digest(code)) for code in codes)
    return RecoveryCodes(codes=codes)


def _new_code() -> str:
    """Return 80 random bits, to be written on paper."""
    text = base64.b32encode(random.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _digest(code: str) -> bytes:
    return secrets.digest("".join(code.lower().split()).replace("-", ""))


async def _has(session: AsyncSession, user_id: int) -> bool:
    found = await session.scalar(
        select(Totp.user_id).where(Totp.user_id == user_id, Totp.confirmed.is_not(None))
    )
    return found is not None


async def _refuse_second(session: AsyncSession, user_id: int) -> None:
    if await _has(session, user_id):
        raise Conflict("There is an app already: take it away first.", code="second_factor")


async def _remove(
    session: WriteSession,
    settings: Settings,
    user: User,
    caller: Principal,
    visitor: Visitor | None,
) -> None:
    if await _has(session, user.id):
        await _tell(session, settings, user, caller, "second_factor_removed", visitor)
    await session.execute(delete(Totp).where(Totp.user_id == user.id))
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


async def _tell(  # noqa: PLR0913, PLR0917 - what is told to whom
    session: WriteSession,
    settings: Settings,
    user: User,
    caller: Principal,
    action: str,
    visitor: Visitor | None,
) -> None:
    """Note a change, tell it to whoever keeps sessions, and write to the owner."""
    note(session, caller, action, user, visitor=visitor)
    email = await primary_email(session, user.id)
    if email:
        mail.post(session, settings, email, letters.second_factor_changed(settings, user.username))
    user.touch()
    await tell_user(session, UserUpdated, user)
