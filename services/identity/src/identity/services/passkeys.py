"""Passkeys: added, used to sign in or as a second factor, renamed, taken away.

Each use begins with a challenge, a row that is gone once it came back: whatever is wrong with an
answer, the same one never works again.
"""

from __future__ import annotations

import hmac
import secrets as random
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import WRONG_PASSKEY, SignedIn
from contracts.identity.dto import Passkey as PasskeyDTO
from contracts.identity.passkeys import (
    NewPasskey,
    PasskeyAdded,
    PasskeyLogin,
    PasskeyOptions,
    PasskeyPurpose,
)
from identity import ceremonies
from identity.models import Passkey, PasskeyChallenge, User
from identity.services import accounts, factors, linked_accounts, sessions
from identity.services.common import Visitor, acting, lock_user, note, note_unknown
from identity.settings import Settings
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Invalid, NotFound, Problem

MOST: Final = 20
"""Passkeys of one account."""
_LIFETIME: Final = timedelta(minutes=ceremonies.MINUTES)
_ADD: Final = "add"
_SIGN_IN: Final = "sign-in"


class WrongPasskey(Problem):
    """No passkey of this account, or not an answer to what was asked."""

    status = 401
    title = "Wrong Passkey"
    type = WRONG_PASSKEY


async def ask_to_add(session: WriteSession, settings: Settings, user_id: int) -> PasskeyOptions:
    """Ask for a new passkey. Raises NotFound, Conflict where the site has no name."""
    user = await lock_user(session, user_id)
    challenge = _challenge(session, _ADD, user_id=user_id)
    handle = ceremonies.user_handle(settings, user_id)
    known = [row.credential_id for row in await _of_user(session, user_id)]
    asked = ceremonies.options_to_add(settings, challenge, handle, user.username, known)
    return PasskeyOptions(options=asked)


async def add(
    session: WriteSession, settings: Settings, user_id: int, sent: NewPasskey, visitor: Visitor
) -> PasskeyAdded:
    """Add a passkey; where it is the first factor, every other session owes one from now on.

    Raises NotFound, Invalid where it does not answer what was asked, Conflict.
    """
    user = await lock_user(session, user_id)
    challenge = ceremonies.challenge_of_new(sent.credential)
    made = None
    if challenge is not None and await _came_back(session, challenge, _ADD, user_id=user_id):
        made = ceremonies.check_new(settings, sent.credential, challenge)
    if challenge is None or made is None:
        await session.commit()
        raise Invalid.field(
            ["body", "credential"], "This passkey was not made here and now.", "passkey"
        )
    if len(await _of_user(session, user_id)) >= MOST:
        raise Conflict(f"An account has at most {MOST} passkeys.", code="too_many")
    known = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if await session.scalar(known) is not None:
        raise Conflict("This passkey is known already.", field="credential", code="unique")
    row = Passkey(
        user_id=user_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        user_handle=ceremonies.user_handle(settings, user_id),
        sign_count=made.sign_count,
        transports=made.transports,
        backed_up=made.backed_up,
        name=sent.name,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await factors.pass_with_first(session, user, sent.session)
    await factors.tell(
        *(session, settings, user, acting(user_id), "passkey_added"),
        visitor=visitor,
        after={"passkey": row.name},
    )
    codes = await factors.first_codes(session, user_id)
    return PasskeyAdded(passkey=PasskeyDTO.model_validate(row), recovery_codes=codes)


async def ask_to_sign_in(session: WriteSession, settings: Settings) -> PasskeyOptions:
    """Ask for a passkey of whomever. Raises Conflict where the site has no name."""
    challenge = _challenge(session, _SIGN_IN)
    asked = ceremonies.options_to_use(settings, challenge, (), verified=True)
    return PasskeyOptions(options=asked)


async def sign_in(
    session: WriteSession, settings: Settings, sent: PasskeyLogin, visitor: Visitor
) -> SignedIn:
    """Make a session for whoever has a passkey and proved to it who they are: both factors.

    Raises WrongPasskey, and to somebody whose passkey holds Unconfirmed and Inactive.
    """
    answer = ceremonies.read(sent.credential)
    if answer is None or not await _came_back(session, answer.challenge, _SIGN_IN):
        raise WrongPasskey("This is no answer to what was asked.")
    owner = await session.scalar(
        select(Passkey.user_id).where(Passkey.credential_id == answer.credential_id)
    )
    if owner is None:
        note_unknown(session, "sign_in_failed", visitor)
        await session.commit()
        raise WrongPasskey("No account has this passkey.")
    user = await lock_user(session, owner)
    row = await _find(session, user.id, answer.credential_id)
    refused = "passkey_refused"
    # An authenticator that finds the account by itself has to say which it is.
    if row is not None and answer.user_handle is not None:
        refused = _use(settings, row, sent.credential, answer, verified=True)
    if row is None or refused:
        note(session, acting(user.id), refused, user, visitor=visitor)
        await session.commit()
        raise WrongPasskey("This passkey does not hold.")
    try:
        return await accounts.admit(
            *(session, settings, user, visitor),
            remember=sent.remember,
            action="signed_in_with_passkey",
            after={"passkey": row.name},
            second_factor_at=await session.scalar(select(func.now())),
        )
    except (accounts.Inactive, accounts.Unconfirmed):
        # The passkey was used, whatever came of it.
        await session.commit()
        raise


async def ask_in_session(
    session: WriteSession, settings: Settings, sha256: str, purpose: PasskeyPurpose
) -> PasskeyOptions:
    """Ask for a passkey of whoever has a session. Raises NotFound, Conflict."""
    user_id = await sessions.owner(session, sha256)
    row = await sessions.find_own(session, user_id, sha256)
    known = [row.credential_id for row in await _of_user(session, user_id)]
    if row is None or not known:
        raise Conflict("This account has no passkey.", code="no_passkey")
    challenge = _challenge(session, purpose.value, user_id=user_id, session_id=row.id)
    asked = ceremonies.options_to_use(settings, challenge, known, verified=_is_alone(purpose))
    return PasskeyOptions(options=asked)


async def give(
    session: WriteSession, settings: Settings, sha256: str, credential: str, visitor: Visitor
) -> SignedIn:
    """Take a passkey as second factor of a session, which goes on under a new secret.

    Raises NotFound where the session ended, Conflict where it owes none, WrongPasskey,
    TooManyTries.
    """
    user = await lock_user(session, await sessions.owner(session, sha256))
    row = await sessions.owing(session, user, sha256)
    purpose = PasskeyPurpose.SECOND_FACTOR
    name = await _prove(session, settings, user, row.id, credential, purpose, visitor)
    note(session, acting(user.id), "passkey_given", user, visitor=visitor, after={"passkey": name})
    return await sessions.pass_second_factor(session, settings, row, user, visitor)


async def reauthenticate(
    session: WriteSession, settings: Settings, sha256: str, credential: str, visitor: Visitor
) -> None:
    """Note that whoever has a session proved with a passkey who they are.

    Raises NotFound where the session ended, WrongPasskey, TooManyTries.
    """
    user = await lock_user(session, await sessions.owner(session, sha256))
    row = await sessions.find_own(session, user.id, sha256)
    if row is None:
        raise NotFound("There is no such session.")
    purpose = PasskeyPurpose.REAUTHENTICATION
    name = await _prove(session, settings, user, row.id, credential, purpose, visitor)
    await sessions.mark_reauthenticated(session, sha256)
    note(
        *(session, acting(user.id), "reauthenticated_with_passkey", user),
        visitor=visitor,
        after={"passkey": name},
    )


async def rename(
    session: WriteSession, user_id: int, passkey_id: int, name: str, visitor: Visitor
) -> PasskeyDTO:
    """Give a passkey another name. Raises NotFound."""
    user = await lock_user(session, user_id)
    row = await _own(session, user_id, passkey_id)
    if row.name != name:
        row.name = name
        note(
            *(session, acting(user_id), "passkey_renamed", user),
            visitor=visitor,
            after={"passkey": name},
        )
    return PasskeyDTO.model_validate(row)


async def remove(
    session: WriteSession, settings: Settings, user_id: int, passkey_id: int, visitor: Visitor
) -> None:
    """Take a passkey away.

    Raises NotFound, Conflict where staff would have no factor left, and LastWayIn where nobody
    could sign in any more.
    """
    user = await lock_user(session, user_id)
    row = await _own(session, user_id, passkey_id)
    await session.delete(row)
    await session.flush()
    await factors.refuse_last(session, settings, user)
    await linked_accounts.require_way_in(session, settings, user)
    await factors.drop_unused_codes(session, user_id)
    await factors.tell(
        *(session, settings, user, acting(user_id), "passkey_removed"),
        visitor=visitor,
        after={"passkey": row.name},
    )


async def prune(session: WriteSession, limit: int) -> int:
    """Forget challenges that nobody answered in time."""
    table = PasskeyChallenge
    old = select(table.id).where(table.expires <= func.now()).limit(limit)
    found = await session.scalars(delete(table).where(table.id.in_(old)).returning(table.id))
    return len(found.all())


def _is_alone(purpose: PasskeyPurpose) -> bool:
    """Tell whether a passkey stands in for the password, so that it has to know its user."""
    return purpose is PasskeyPurpose.REAUTHENTICATION


def _challenge(
    session: WriteSession,
    purpose: str,
    *,
    user_id: int | None = None,
    session_id: int | None = None,
) -> bytes:
    challenge = random.token_bytes(32)
    session.add(
        PasskeyChallenge(
            challenge=challenge,
            purpose=purpose,
            user_id=user_id,
            session_id=session_id,
            expires=func.now() + _LIFETIME,
        )
    )
    return challenge


async def _came_back(
    session: WriteSession,
    challenge: bytes,
    purpose: str,
    *,
    user_id: int | None = None,
    session_id: int | None = None,
) -> bool:
    """Use up a challenge; False where it was of somebody else, for something else or too old."""
    table = PasskeyChallenge
    found = await session.scalar(
        delete(table)
        .where(
            table.challenge == challenge,
            table.purpose == purpose,
            table.user_id.is_not_distinct_from(user_id),
            table.session_id.is_not_distinct_from(session_id),
            table.expires > func.now(),
        )
        .returning(table.id)
    )
    return found is not None


async def _prove(  # noqa: PLR0913, PLR0917 - what is proved, by what, for what
    session: WriteSession,
    settings: Settings,
    user: User,
    session_id: int,
    credential: str,
    purpose: PasskeyPurpose,
    visitor: Visitor,
) -> str:
    """Check a passkey that a session was asked for; returns its name.

    Raises WrongPasskey, TooManyTries.
    """
    await factors.let_try(session, user.id)
    refused = "passkey_refused"
    row = None
    answer = ceremonies.read(credential)
    if answer is not None and await _came_back(
        session, answer.challenge, purpose.value, user_id=user.id, session_id=session_id
    ):
        row = await _find(session, user.id, answer.credential_id)
        if row is not None:
            refused = _use(settings, row, credential, answer, verified=_is_alone(purpose))
    if row is None or refused:
        await factors.count_failure(session, user, refused, visitor)
        raise WrongPasskey("This passkey does not hold.")
    await factors.forget_failures(session, user.id)
    return row.name


def _use(
    settings: Settings,
    row: Passkey,
    credential: str,
    answer: ceremonies.Answer,
    *,
    verified: bool,
) -> str:
    """Note the use of a passkey, if it holds; else return how the audit trail calls that.

    A counter that went back tells that there are two of what there should be one
    (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter).
    """
    handle = answer.user_handle
    if handle is not None and not hmac.compare_digest(handle, row.user_handle):
        return "passkey_refused"
    used = ceremonies.check_used(
        settings, credential, answer.challenge, row.public_key, verified=verified
    )
    if used is None:
        return "passkey_refused"
    if (used.sign_count or row.sign_count) and used.sign_count <= row.sign_count:
        return "passkey_counter_back"
    row.sign_count, row.backed_up = used.sign_count, used.backed_up
    row.last_used = func.now()
    return ""


async def _of_user(session: AsyncSession, user_id: int) -> list[Passkey]:
    found = await session.scalars(
        select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    )
    return list(found)


async def _find(session: AsyncSession, user_id: int, credential_id: bytes) -> Passkey | None:
    return await session.scalar(
        select(Passkey)
        .where(Passkey.user_id == user_id, Passkey.credential_id == credential_id)
        .execution_options(populate_existing=True)
    )


async def _own(session: AsyncSession, user_id: int, passkey_id: int) -> Passkey:
    found = await session.scalar(
        select(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)
    )
    if found is None:
        raise NotFound("There is no such passkey.")
    return found
