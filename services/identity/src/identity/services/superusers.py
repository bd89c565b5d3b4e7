"""Accounts that an operator makes at a shell."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.events import UserCreated
from identity import names, passwords
from identity.events import tell_user
from identity.models import EmailAddress, User
from identity.services.common import is_taken, note
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, NotFound


async def create(
    session: WriteSession, username: str, email: str, password: str, caller: Principal
) -> User:
    """Make a superuser with a confirmed address. Raises Invalid, Conflict.

    Whoever has a shell here may take a reserved name.
    """
    names.check(username, reserved=False)
    passwords.check(password, about=(username, email))
    if await is_taken(session, username):
        raise Conflict("This user name is taken.", field="username", code="unique")
    known = select(EmailAddress.id).where(
        EmailAddress.email == email.lower(), EmailAddress.verified
    )
    if await session.scalar(known) is not None:
        raise Conflict("This address belongs to another account.", field="email", code="unique")
    user = User(
        username=username,
        password=await passwords.hashed(password),
        is_staff=True,
        is_superuser=True,
    )
    session.add(user)
    await session.flush()
    session.add(EmailAddress(user_id=user.id, email=email.lower(), verified=True, primary=True))
    note(session, caller, "superuser_created", user)
    await tell_user(session, UserCreated, user)
    return user


async def number_of(session: AsyncSession, username: str) -> int:
    """Return the id of a user name, in any case. Raises NotFound."""
    found = await session.scalar(
        select(User.id).where(func.lower(User.username) == func.lower(username))
    )
    if found is None:
        raise NotFound(f"There is no user {username}.")
    return found
