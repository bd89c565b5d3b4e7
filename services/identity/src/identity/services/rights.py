"""What a user may do: own permissions, those of groups, and everything for a superuser."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import SessionUser
from contracts.permissions import GRANTABLE
from identity.models import Group, Member, Passkey, Session, Totp, User
from identity.services.common import primary_email
from identity.settings import Settings
from servicekit.access import Principal
from servicekit.problems import FieldError, Forbidden, Invalid


async def of_user(
    session: AsyncSession, user: User, *, only: Iterable[str] | None = None
) -> SessionUser:
    """Return who a user is and what they may; `only` narrows the permissions down."""
    groups = (
        await session.execute(
            select(Group.name, Group.permissions)
            .join(Member, Member.group_id == Group.id)
            .where(Member.user_id == user.id)
            .order_by(Group.name)
        )
    ).all()
    held = set(user.permissions).union(*(group.permissions for group in groups))
    # A name that no service has any more gives nothing.
    held = set(GRANTABLE) if user.is_superuser else held & GRANTABLE.keys()
    if only is not None:
        held &= set(only)
    return SessionUser(
        id=user.id,
        username=user.username,
        name=user.name,
        email=await primary_email(session, user.id),
        is_staff=user.is_staff,
        is_superuser=user.is_superuser,
        groups=[group.name for group in groups],
        permissions=sorted(held),
    )


async def of_session(
    session: AsyncSession, settings: Settings, user: User, row: Session
) -> SessionUser:
    """Return who is signed in. Nothing may be done while a second factor is owed."""
    found = await of_user(session, user)
    has = await has_second_factor(session, user.id)
    owed = has and row.second_factor_at is None
    missing = not has and is_required(settings, user)
    if not owed and not missing:
        return found
    return found.model_copy(
        update={
            "is_staff": False,
            "is_superuser": False,
            "groups": [],
            "permissions": [],
            "needs_second_factor": owed,
            "must_add_second_factor": missing,
        }
    )


async def has_second_factor(session: AsyncSession, user_id: int) -> bool:
    """Tell whether a user has an app or a passkey, and so owes one at each sign-in."""
    app = exists().where(Totp.user_id == user_id, Totp.confirmed.is_not(None))
    passkey = exists().where(Passkey.user_id == user_id)
    return bool(await session.scalar(select(or_(app, passkey))))


def is_required(settings: Settings, user: User) -> bool:
    """Tell whether a user needs a second factor."""
    return settings.staff_second_factor and (user.is_staff or user.is_superuser)


def check_names(permissions: Iterable[str], *, field: str = "permissions") -> None:
    """Raise Invalid naming each permission that does not exist, or that no person can have."""
    errors = [
        FieldError(
            loc=["body", field, number], msg=f"There is no permission {name}.", code="unknown"
        )
        for number, name in enumerate(permissions)
        if name not in GRANTABLE
    ]
    if errors:
        raise Invalid("There is no such permission.", errors=errors)


def check_giving(caller: Principal, permissions: Iterable[str]) -> None:
    """Raise Forbidden where a caller would give, or take, what they do not hold themselves.

    Who holds everything may also take what no service asks for yet, which nobody can hold.
    """
    wanted = set(permissions)
    lacking = sorted(
        (wanted & GRANTABLE.keys() if holds_all(caller) else wanted) - caller.permissions
    )
    if lacking:
        raise Forbidden(f"Only who holds {', '.join(lacking)} can give or take it.")


def check_account(caller: Principal, user: User) -> None:
    """Raise Forbidden where a superuser's account is not the caller's to change."""
    if user.is_superuser and not holds_all(caller):
        raise Forbidden("Only a superuser changes the account of a superuser.")


def holds_all(caller: Principal) -> bool:
    """Tell whether a caller may do everything, as superusers may."""
    return caller.permissions >= GRANTABLE.keys()
