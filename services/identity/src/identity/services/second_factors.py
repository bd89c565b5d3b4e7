"""Apps that show codes, codes for those who lost them, and all second factors of an account."""

from __future__ import annotations

import hmac
import time
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import (
    WRONG_CODE,
    RecoveryCodes,
    SecondFactors,
    SignedIn,
    TotpSetup,
)
from contracts.identity.dto import Passkey as PasskeyDTO
from identity import passwords, secrets
from identity.models import Passkey, RecoveryCode, Totp, User
from identity.services import factors, linked_accounts, rights, sessions
from identity.services.common import Visitor, acting, lock_user, note
from identity.settings import Settings
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Forbidden, NotFound, Problem

STEP: Final = 30
"""Seconds a code is shown; the one before and the one after hold too, for clocks that differ."""


class WrongCode(Problem):
    """Not a code that holds now."""

    status = 401
    title = "Wrong Code"
    type = WRONG_CODE


async def of_user(session: AsyncSession, settings: Settings, user_id: int) -> SecondFactors:
    """Return what a user has beside the password. Raises NotFound."""
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    left = await session.scalar(
        select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    )
    passkeys = await session.scalars(
        select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    )
    return SecondFactors(
        totp=await _has_app(session, user_id),
        recovery_codes=left or 0,
        required=rights.is_required(settings, user),
        passkeys=[PasskeyDTO.model_validate(row) for row in passkeys],
        password=passwords.usable(user.password),
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
    return _setup(settings, user, secret)


async def pending(session: AsyncSession, settings: Settings, user_id: int) -> TotpSetup:
    """Return the secret of an app that no code has proved yet. Raises NotFound."""
    user = await session.get(User, user_id)
    totp = await session.get(Totp, user_id)
    if user is None or totp is None or totp.confirmed is not None:
        raise NotFound("No app is being added.")
    return _setup(settings, user, _secret(settings, totp))


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
    await factors.pass_with_first(session, user, sha256)
    await factors.tell(
        session, settings, user, acting(user_id), "second_factor_added", visitor=visitor
    )
    return RecoveryCodes(codes=await factors.new_codes(session, user_id))


async def renew_codes(session: WriteSession, user_id: int, visitor: Visitor) -> RecoveryCodes:
    """Make new recovery codes; the old ones no longer work. Raises NotFound, Conflict."""
    user = await lock_user(session, user_id)
    if not await rights.has_second_factor(session, user_id):
        raise Conflict("Add an app or a passkey first.", code="no_second_factor")
    note(session, acting(user_id), "recovery_codes_renewed", user, visitor=visitor)
    return RecoveryCodes(codes=await factors.new_codes(session, user_id))


async def remove_app(
    session: WriteSession, settings: Settings, user_id: int, visitor: Visitor
) -> None:
    """Take one's own app away. Raises NotFound, Conflict where staff would have no factor left."""
    user = await lock_user(session, user_id)
    if not await _has_app(session, user_id):
        raise NotFound("There is no app.")
    await session.execute(delete(Totp).where(Totp.user_id == user_id))
    await factors.refuse_last(session, settings, user)
    await factors.drop_unused_codes(session, user_id)
    await factors.tell(
        session, settings, user, acting(user_id), "second_factor_removed", visitor=visitor
    )


async def remove(session: WriteSession, settings: Settings, user_id: int, visitor: Visitor) -> None:
    """Take all of one's own second factors away. Raises as taking each away does."""
    user = await lock_user(session, user_id)
    await _remove(session, settings, user, acting(user_id), visitor)
    await factors.refuse_last(session, settings, user)
    await linked_accounts.require_way_in(session, settings, user)


async def reset(session: WriteSession, settings: Settings, user_id: int, caller: Principal) -> None:
    """Take away the factors of somebody who lost them and the codes. Raises NotFound, Forbidden."""
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
    TooManyTries.
    """
    user = await lock_user(session, await sessions.owner(session, sha256))
    row = await sessions.owing(session, user, sha256)
    await factors.let_try(session, user.id)
    totp = await session.get(Totp, user.id, with_for_update=True)
    step = _step_of(settings, totp, code) if totp is not None and totp.confirmed else None
    if step is None and not await factors.use_up_code(session, user.id, code):
        await factors.count_failure(session, user, "code_refused", visitor)
        raise WrongCode("This is not the code of now.")
    if totp is not None and step is not None:
        totp.last_step = step
    action = "code_given" if step is not None else "recovery_code_used"
    note(session, acting(user.id), action, user, visitor=visitor)
    await factors.forget_failures(session, user.id)
    return await sessions.pass_second_factor(session, settings, row, user, visitor)


def _setup(settings: Settings, user: User, secret: str) -> TotpSetup:
    issuer = urlsplit(settings.public_url).hostname or ""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer)
    return TotpSetup(secret=secret, uri=uri)


def _secret(settings: Settings, totp: Totp) -> str:
    return secrets.unseal(settings, totp.secret, totp.user_id).decode()


def _step_of(settings: Settings, totp: Totp, code: str) -> int | None:
    """Return the step whose code this is, if it holds now and was not given before."""
    secret = _secret(settings, totp)
    sent = code.replace(" ", "").encode()
    current = int(time.time()) // STEP
    for step in range(current - 1, current + 2):
        known = pyotp.TOTP(secret).generate_otp(step).encode()
        if hmac.compare_digest(known, sent) and step > totp.last_step:
            return step
    return None


async def _has_app(session: AsyncSession, user_id: int) -> bool:
    found = await session.scalar(
        select(Totp.user_id).where(Totp.user_id == user_id, Totp.confirmed.is_not(None))
    )
    return found is not None


async def _refuse_second(session: AsyncSession, user_id: int) -> None:
    if await _has_app(session, user_id):
        raise Conflict("There is an app already: take it away first.", code="second_factor")


async def _remove(
    session: WriteSession,
    settings: Settings,
    user: User,
    caller: Principal,
    visitor: Visitor | None,
) -> None:
    had = await rights.has_second_factor(session, user.id)
    for table in (Totp, Passkey, RecoveryCode):
        await session.execute(delete(table).where(table.user_id == user.id))
    await factors.forget_failures(session, user.id)
    if had:
        await factors.tell(
            session, settings, user, caller, "second_factor_removed", visitor=visitor
        )
