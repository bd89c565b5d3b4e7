"""People whom a provider told about, and whom no account here knows yet."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import SignedIn
from contracts.identity.events import UserCreated
from contracts.identity.social import ACCOUNT_EXISTS, PendingIdentity, SocialSignUp
from identity import names
from identity.events import tell_user
from identity.models import EmailAddress, SocialAttempt, User
from identity.providers.common import Told
from identity.services import accounts, addresses, linked_accounts
from identity.services.common import Visitor, acting, is_taken, note
from identity.settings import Settings
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Invalid, NotFound

WAITING: Final = timedelta(minutes=30)
"""How long somebody may take to sign up, or in."""
_TRIES: Final = 20
_SUGGESTED: Final = 140
"""Characters of a suggestion, so that a number still fits behind it."""


class AccountExists(Conflict):
    """Whoever has the address has an account."""

    type = ACCOUNT_EXISTS


async def keep(session: WriteSession, attempt: SocialAttempt, told: Told) -> None:
    """Keep what was told of a stranger; of one browser, only what came last."""
    await session.execute(
        delete(SocialAttempt).where(
            SocialAttempt.browser == attempt.browser, SocialAttempt.subject.is_not(None)
        )
    )
    await session.execute(
        update(SocialAttempt)
        .where(SocialAttempt.id == attempt.id)
        .values(
            subject=told.subject,
            username=told.username,
            email=told.email,
            email_verified=told.email_verified,
            expires=func.now() + WAITING,
        )
    )


def told_of(row: SocialAttempt) -> Told:
    """Return what was told of somebody who waits."""
    return Told(
        subject=row.subject or "",
        username=row.username,
        email=row.email,
        email_verified=row.email_verified,
    )


async def waiting(session: AsyncSession, browser: str, *, lock: bool = False) -> SocialAttempt:
    """Return whom a provider told about to a browser. Raises NotFound."""
    query = (
        select(SocialAttempt)
        .where(
            SocialAttempt.browser == bytes.fromhex(browser),
            SocialAttempt.subject.is_not(None),
            SocialAttempt.expires > func.now(),
        )
        .order_by(SocialAttempt.id.desc())
        .limit(1)
    )
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("Nobody waits for an account.")
    return found


async def pending(session: AsyncSession, settings: Settings, browser: str) -> PendingIdentity:
    """Return whom a provider told about to a browser, and what fits. Raises NotFound."""
    row = await waiting(session, browser)
    return PendingIdentity(
        provider=linked_accounts.named(settings, row.provider),
        username=row.username,
        email=row.email,
        email_verified=row.email_verified,
        account_exists=row.email_verified and await addresses.is_verified(session, row.email),
        suggestion=await _suggest(session, row.username or row.email.partition("@")[0]),
    )


async def sign_up(
    session: WriteSession, settings: Settings, browser: str, sent: SocialSignUp, visitor: Visitor
) -> SignedIn | None:
    """Make an account without a password for somebody whom a provider told about.

    With the address that the provider vouches for, the newcomer is signed in. Any other has to be
    confirmed first (None), and then it is as with every sign-up: nobody learns what is known of it.
    Raises NotFound where nobody waits, Invalid, Conflict, AccountExists.
    """
    names.check(sent.username)
    attempt = await waiting(session, browser, lock=True)
    email = sent.email.lower()
    vouched = attempt.email_verified and email == attempt.email
    if vouched and await addresses.is_verified(session, email):
        raise AccountExists("An account has this address: sign in to it.", field="email")
    if await is_taken(session, sent.username):
        raise Conflict("This user name is taken.", field="username", code="unique")
    user = User(username=sent.username)
    session.add(user)
    await session.flush()
    address = EmailAddress(user_id=user.id, email=email, primary=True, verified=vouched)
    row = linked_accounts.new(user, attempt.provider, told_of(attempt))
    session.add_all((address, row))
    await session.delete(attempt)
    await session.flush()
    after = linked_accounts.about(settings, row)
    note(session, acting(user.id), "signed_up", user, visitor=visitor, after=after)
    await tell_user(session, UserCreated, user)
    if not vouched:
        await addresses.ask_to_confirm(session, settings, user, address)
        return None
    return await accounts.admit(
        *(session, settings, user, visitor),
        remember=False,
        action="signed_in_with_provider",
        after=after,
    )


async def _suggest(session: AsyncSession, wanted: str) -> str:
    """Return a user name like the one somebody has elsewhere that is free here, or an empty one."""
    base = re.sub(r"[^A-Za-z0-9@.+_-]", "", wanted)[:_SUGGESTED]
    if not base:
        return ""
    candidates = [base, *(f"{base}{number}" for number in range(2, _TRIES))]
    lowered = [name.lower() for name in candidates]
    taken = set(
        await session.scalars(
            select(func.lower(User.username)).where(func.lower(User.username).in_(lowered))
        )
    )
    for name in candidates:
        if name.lower() not in taken and _can_be_chosen(name):
            return name
    return ""


def _can_be_chosen(name: str) -> bool:
    try:
        names.check(name)
    except Invalid:
        return False
    return True


async def prune(session: WriteSession, limit: int) -> int:
    """Forget those who went to a provider, and of whom nothing came."""
    old = select(SocialAttempt.id).where(SocialAttempt.expires <= func.now()).limit(limit)
    found = await session.scalars(
        delete(SocialAttempt).where(SocialAttempt.id.in_(old)).returning(SocialAttempt.id)
    )
    return len(found.all())
