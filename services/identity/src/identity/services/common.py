"""What every write shares: who acts from where, locks, entries of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.models import EmailAddress, User
from servicekit import audit
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Forbidden, NotFound

#: Whom rows and audit entries of a task name as their author.
WORKER: Final = Principal(subject="service:identity")


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Where a call of the gateway came from: the address is a keyed hash, both may be empty."""

    address: str = ""
    agent: str = ""


def acting(user_id: int) -> Principal:
    """Return a user who acts on what is their own."""
    return Principal(subject=f"user:{user_id}")


def user_of(caller: Principal) -> int:
    """Return the caller's user id. Raises Forbidden for who is no user."""
    if caller.user_id is None:
        raise Forbidden("Only people who are signed in have something of their own here.")
    return caller.user_id


async def lock_user(session: WriteSession, user_id: int) -> User:
    """Lock an account until the transaction ends. Raises NotFound."""
    found = await session.scalar(
        select(User)
        .where(User.id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("There is no such user.")
    return found


async def let_go(session: WriteSession) -> None:
    """Give the connection back while something else takes time; what was read can still be read.

    What is done with `session` afterwards is another transaction.
    """
    session.expunge_all()
    await session.rollback()


async def require_user(session: AsyncSession, user_id: int) -> None:
    """Raise NotFound where there is no such account."""
    if await session.scalar(select(User.id).where(User.id == user_id)) is None:
        raise NotFound("There is no such user.")


async def primary_email(session: AsyncSession, user_id: int) -> str:
    """Return the address that gets all mail, empty where there is none."""
    found = await session.scalar(
        select(EmailAddress.email).where(EmailAddress.user_id == user_id, EmailAddress.primary)
    )
    return found or ""


async def confirmed_emails(session: AsyncSession, user_id: int) -> list[str]:
    """Return the addresses that an account proved to have, the one that gets mail first."""
    found = await session.scalars(
        select(EmailAddress.email)
        .where(EmailAddress.user_id == user_id, EmailAddress.verified)
        .order_by(EmailAddress.primary.desc(), EmailAddress.id)
    )
    return list(found)


async def is_taken(session: AsyncSession, username: str) -> bool:
    """Tell whether somebody has a user name, in whatever case."""
    found = await session.scalar(
        select(User.id).where(func.lower(User.username) == func.lower(username))
    )
    return found is not None


def note_unknown(session: WriteSession, action: str, visitor: Visitor) -> None:
    """Add the audit entry of something that was tried with a name or address nobody has.

    What was typed is not kept: it may be a password in the wrong field. The entry also has the
    unknown cost what the known costs.
    """
    audit.record(
        session,
        Principal(subject="nobody"),
        *(action, "user", 0),
        after={"address": visitor.address, "agent": visitor.agent},
    )


def note(  # noqa: PLR0913 - what an entry of the trail says
    session: WriteSession,
    caller: Principal,
    action: str,
    user: User,
    *,
    visitor: Visitor | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add the audit entry of something that happened to an account."""
    told = dict(after or {})
    if visitor is not None:
        told |= {"address": visitor.address, "agent": visitor.agent}
    audit.record(
        session,
        *(caller, action, "user", user.id),
        label=user.username,
        before=before,
        after=told or None,
    )
