"""Accounts elsewhere that sign in to an account: listed, added, taken away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import Provider as ProviderDTO
from contracts.identity.dto import SocialAccount as SocialAccountDTO
from contracts.identity.social import LAST_WAY_IN, WaysIn
from identity import letters, passwords
from identity.models import Passkey, SocialAccount, User
from identity.providers.common import Told
from identity.services import rights
from identity.services.common import Visitor, acting, lock_user, note, primary_email
from identity.settings import Settings
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, NotFound


class LastWayIn(Conflict):
    """Nobody could sign in any more."""

    type = LAST_WAY_IN


def named(settings: Settings, provider: str) -> ProviderDTO:
    """Return a provider; one that is not declared any more is called by its id."""
    found = settings.provider(provider)
    if found is None:
        return ProviderDTO(id=provider, name=provider)
    return ProviderDTO(id=provider, name=found.name, proves=found.proves)


def shown(settings: Settings, row: SocialAccount) -> SocialAccountDTO:
    """Return an account elsewhere as its owner sees it."""
    return SocialAccountDTO(
        id=row.id,
        provider=named(settings, row.provider),
        username=row.username,
        email=row.email,
        created=row.created,
        last_used=row.last_used,
    )


async def of_user(session: AsyncSession, user_id: int) -> Sequence[SocialAccount]:
    """Return a user's accounts elsewhere, the oldest first."""
    return (
        await session.scalars(
            select(SocialAccount).where(SocialAccount.user_id == user_id).order_by(SocialAccount.id)
        )
    ).all()


async def ways_in(session: AsyncSession, settings: Settings, user_id: int) -> WaysIn:
    """Return how a user can sign in. Raises NotFound."""
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return WaysIn(
        password=passwords.usable(user.password),
        social=[shown(settings, row) for row in await of_user(session, user_id)],
    )


def new(user: User, provider: str, told: Told) -> SocialAccount:
    """Return the row of an account elsewhere that signs in to an account."""
    return SocialAccount(
        user_id=user.id,
        provider=provider,
        subject=told.subject,
        username=told.username,
        email=told.email,
        last_used=func.now(),
    )


async def add(
    session: WriteSession, settings: Settings, user: User, row: SocialAccount, visitor: Visitor
) -> None:
    """Have an account elsewhere sign in to a locked account, and write to its owner."""
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await _tell(session, settings, user, row, "social_account_linked", visitor)


async def remove(
    session: WriteSession, settings: Settings, user_id: int, account_id: int, visitor: Visitor
) -> None:
    """Take an account elsewhere away. Raises NotFound, and LastWayIn where no other is left."""
    user = await lock_user(session, user_id)
    row = await session.scalar(
        select(SocialAccount).where(
            SocialAccount.id == account_id, SocialAccount.user_id == user_id
        )
    )
    if row is None:
        raise NotFound("There is no such account.")
    await session.delete(row)
    await session.flush()
    await require_way_in(session, settings, user)
    await _tell(session, settings, user, row, "social_account_unlinked", visitor)


async def remove_for(
    session: WriteSession, settings: Settings, account_id: int, caller: Principal
) -> None:
    """Take an account elsewhere away, whosever it is, also where nothing else is left.

    Staff do this where somebody else has it; its owner can set a password by mail.
    Raises NotFound, Forbidden.
    """
    user_id = await session.scalar(
        select(SocialAccount.user_id).where(SocialAccount.id == account_id)
    )
    if user_id is None:
        raise NotFound("There is no such account.")
    user = await lock_user(session, user_id)
    rights.check_account(caller, user)
    row = await session.get(SocialAccount, account_id, populate_existing=True)
    if row is None:
        raise NotFound("There is no such account.")
    await session.delete(row)
    await session.flush()
    await _tell(session, settings, user, row, "social_account_unlinked", None, caller)


async def require_way_in(session: AsyncSession, settings: Settings, user: User) -> None:
    """Raise LastWayIn where nothing is left that a locked account can be signed in to with."""
    if passwords.usable(user.password):
        return
    there = exists().where(
        SocialAccount.user_id == user.id,
        SocialAccount.provider.in_([provider.id for provider in settings.providers]),
    )
    passkey = exists().where(Passkey.user_id == user.id)
    if not await session.scalar(select(or_(there, passkey))):
        raise LastWayIn("Set a password first: nothing else signs in to this account.")


async def forget_all(session: WriteSession, settings: Settings, user: User) -> None:
    """Take away what signed in to an account before anybody had proved an address of it.

    Whoever proves the address first has the account, and no stranger who signed up with it before.
    """
    for row in await of_user(session, user.id):
        note(session, acting(user.id), "social_account_unlinked", user, after=about(settings, row))
        await session.delete(row)


def about(settings: Settings, row: SocialAccount) -> dict[str, str]:
    """Return what the audit trail says of an account elsewhere."""
    return {"provider": named(settings, row.provider).name, "account": row.username}


async def _tell(  # noqa: PLR0913, PLR0917 - what is told to whom
    session: WriteSession,
    settings: Settings,
    user: User,
    row: SocialAccount,
    action: str,
    visitor: Visitor | None,
    caller: Principal | None = None,
) -> None:
    """Note a change, by the owner unless a caller is told, and write to the owner."""
    told = about(settings, row)
    note(session, caller or acting(user.id), action, user, visitor=visitor, after=told)
    email = await primary_email(session, user.id)
    if email:
        letter = letters.social_accounts_changed(settings, user.username, told["provider"])
        mail.post(session, settings, email, letter)
