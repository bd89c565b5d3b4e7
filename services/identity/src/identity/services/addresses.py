"""Addresses of accounts, and the keys that are mailed to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import EmailAddress as AddressDTO
from contracts.identity.dto import EmailConfirmation
from contracts.identity.events import UserUpdated
from identity import letters, secrets
from identity.events import tell_user
from identity.models import EmailAddress, MailedKey, User
from identity.services.common import (
    Visitor,
    acting,
    lock_user,
    note,
    primary_email,
    require_user,
)
from identity.settings import Settings
from servicekit import mail
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Invalid, NotFound

CONFIRM = "confirm"
RESET = "reset"
MOST = 10
"""Addresses of one account."""


async def of_user(session: AsyncSession, user_id: int) -> Sequence[EmailAddress]:
    """Return the addresses of an account, the primary one first. Raises NotFound."""
    await require_user(session, user_id)
    return (
        await session.scalars(
            select(EmailAddress)
            .where(EmailAddress.user_id == user_id)
            .order_by(EmailAddress.primary.desc(), EmailAddress.id)
        )
    ).all()


async def new_key(
    session: WriteSession, settings: Settings, purpose: str, address: EmailAddress
) -> str:
    """Make a key for an address and return its secret, which is kept nowhere."""
    secret = secrets.new()
    session.add(
        MailedKey(
            sha256=secrets.digest(secret),
            purpose=purpose,
            user_id=address.user_id,
            email_id=address.id,
            expires=func.now() + timedelta(days=settings.mailed_key_days),
        )
    )
    return secret


async def ask_to_confirm(
    session: WriteSession,
    settings: Settings,
    user: User,
    address: EmailAddress,
    beyond: str = "",
) -> None:
    """Mail a key for an address that is not verified; to somebody who has it already, a hint.

    Both take the same work and leave the same rows, so that neither tells which it was. Nothing
    is mailed while the last mail is young. `beyond` is where the link leads in the end.
    """
    pause = timedelta(seconds=settings.confirmation_pause)
    due = await session.scalar(
        update(EmailAddress)
        .where(
            EmailAddress.id == address.id,
            or_(EmailAddress.mailed.is_(None), EmailAddress.mailed <= func.now() - pause),
        )
        .values(mailed=func.now())
        .returning(EmailAddress.id)
        .execution_options(synchronize_session=False)
    )
    if due is None:
        return
    secret = await new_key(session, settings, CONFIRM, address)
    if await is_verified(session, address.email):
        letter = letters.account_exists(settings, address.email)
    else:
        letter = letters.confirm(settings, user.username, secret, beyond)
    mail.post(session, settings, address.email, letter)


async def ask_again(session: WriteSession, settings: Settings, email: str) -> None:
    """Mail keys to an address for the accounts that claim it; says nothing of what there is."""
    found = await session.execute(
        select(User, EmailAddress)
        .join(EmailAddress, EmailAddress.user_id == User.id)
        .where(EmailAddress.email == email.lower(), ~EmailAddress.verified)
        .order_by(User.id.desc())
        .limit(1)
    )
    for user, address in found:
        await ask_to_confirm(session, settings, user, address)


async def peek(session: AsyncSession, purpose: str, sha256: str) -> EmailConfirmation:
    """Return whose address a mailed key is for. Raises NotFound where it does not hold."""
    found = (
        await session.execute(
            select(User.username, EmailAddress.email)
            .join(MailedKey, MailedKey.user_id == User.id)
            .join(EmailAddress, EmailAddress.id == MailedKey.email_id)
            .where(*_holds(purpose, sha256))
        )
    ).first()
    if found is None:
        raise NotFound("This link does not work, or no longer.")
    return EmailConfirmation(username=found.username, email=found.email)


async def consume(session: WriteSession, purpose: str, sha256: str) -> tuple[User, EmailAddress]:
    """Use a mailed key up; returns its account, locked. Raises NotFound where it does not hold.

    The account is locked before the key, as everywhere.
    """
    user_id = await session.scalar(select(MailedKey.user_id).where(*_holds(purpose, sha256)))
    if user_id is None:
        raise NotFound("This link does not work, or no longer.")
    user = await lock_user(session, user_id)
    email_id = await session.scalar(
        delete(MailedKey).where(*_holds(purpose, sha256)).returning(MailedKey.email_id)
    )
    address = await session.get(EmailAddress, email_id) if email_id is not None else None
    if address is None:
        raise NotFound("This link does not work, or no longer.")
    return user, address


async def confirm(session: WriteSession, sha256: str, visitor: Visitor) -> EmailConfirmation:
    """Verify the address that a key was mailed to.

    Raises NotFound where the key does not hold, Conflict where another account has the address.
    """
    user, address = await consume(session, CONFIRM, sha256)
    if not await verify(session, user, address):
        raise Conflict("This address belongs to another account by now.", field="email")
    note(
        session,
        *(acting(user.id), "email_confirmed", user),
        visitor=visitor,
        after={"email": address.email},
    )
    await tell_user(session, UserUpdated, user)
    return EmailConfirmation(username=user.username, email=address.email)


async def verify(session: WriteSession, user: User, address: EmailAddress) -> bool:
    """Mark an address as its account's own; False where another account was faster.

    It becomes the primary one where that one was never verified.
    """
    if address.verified:
        return True
    if await is_verified(session, address.email):
        return False
    address.verified = True
    user.touch()
    await session.flush()
    if not address.primary and not await session.scalar(select(_primary_is_verified(user.id))):
        await _make_primary(session, address)
    return True


async def is_verified(session: AsyncSession, email: str) -> bool:
    """Tell whether some account has proved an address, which is in lower case."""
    found = await session.scalar(
        select(EmailAddress.id).where(EmailAddress.email == email, EmailAddress.verified)
    )
    return found is not None


async def add(
    session: WriteSession, settings: Settings, user_id: int, email: str, visitor: Visitor
) -> AddressDTO:
    """Add an address and mail its key; the same for one that somebody else has verified.

    Raises NotFound, Conflict where it is one's own already, Invalid where there are too many.
    """
    user = await lock_user(session, user_id)
    known = await of_user(session, user_id)
    if any(each.email == email.lower() for each in known):
        raise Conflict("This address is yours already.", field="email", code="unique")
    if len(known) >= MOST:
        raise Invalid.field(["body", "email"], f"An account has at most {MOST}.", "too_many")
    address = EmailAddress(user_id=user_id, email=email.lower())
    session.add(address)
    await session.flush()
    await ask_to_confirm(session, settings, user, address)
    note(
        session,
        *(acting(user_id), "email_added", user),
        visitor=visitor,
        after={"email": address.email},
    )
    await _warn(session, settings, user, address.email)
    return AddressDTO.model_validate(address)


async def resend(session: WriteSession, settings: Settings, user_id: int, address_id: int) -> None:
    """Mail a key again to an own address that is not verified. Raises NotFound."""
    user = await lock_user(session, user_id)
    address = await _own(session, user_id, address_id)
    if not address.verified:
        await ask_to_confirm(session, settings, user, address)


async def make_primary(
    session: WriteSession, settings: Settings, user_id: int, address_id: int, visitor: Visitor
) -> AddressDTO:
    """Make an own address the one that gets all mail. Raises NotFound, Conflict."""
    user = await lock_user(session, user_id)
    address = await _own(session, user_id, address_id)
    if not address.verified:
        raise Conflict("Confirm this address first.", code="unverified")
    if not address.primary:
        before = await primary_email(session, user_id)
        await _warn(session, settings, user, address.email)
        await _make_primary(session, address)
        user.touch()
        note(
            session,
            *(acting(user_id), "email_changed", user),
            visitor=visitor,
            after={"email": address.email, "previous": before},
        )
        await tell_user(session, UserUpdated, user)
    return AddressDTO.model_validate(address)


async def remove(session: WriteSession, user_id: int, address_id: int, visitor: Visitor) -> None:
    """Take an own address away. Raises NotFound, and Conflict for the primary one."""
    user = await lock_user(session, user_id)
    address = await _own(session, user_id, address_id)
    if address.primary:
        raise Conflict("Make another address the primary one first.", code="primary")
    note(
        session,
        *(acting(user_id), "email_removed", user),
        visitor=visitor,
        after={"email": address.email},
    )
    await session.delete(address)


async def _own(session: WriteSession, user_id: int, address_id: int) -> EmailAddress:
    found = await session.scalar(
        select(EmailAddress).where(EmailAddress.id == address_id, EmailAddress.user_id == user_id)
    )
    if found is None:
        raise NotFound("There is no such address.")
    return found


async def _make_primary(session: WriteSession, address: EmailAddress) -> None:
    # In two statements: of one account, no two are primary at any moment.
    await session.execute(
        update(EmailAddress)
        .where(EmailAddress.user_id == address.user_id, EmailAddress.primary)
        .values(primary=False)
    )
    address.primary = True
    await session.flush()


async def _warn(session: WriteSession, settings: Settings, user: User, email: str) -> None:
    """Write to the primary address that addresses change."""
    primary = await primary_email(session, user.id)
    if primary:
        mail.post(session, settings, primary, letters.address_added(settings, user.username, email))


def _primary_is_verified(user_id: int) -> ColumnElement[bool]:
    return exists().where(
        EmailAddress.user_id == user_id, EmailAddress.primary, EmailAddress.verified
    )


def _holds(purpose: str, sha256: str) -> tuple[ColumnElement[bool], ...]:
    return (
        MailedKey.sha256 == bytes.fromhex(sha256),
        MailedKey.purpose == purpose,
        MailedKey.expires > func.now(),
    )
