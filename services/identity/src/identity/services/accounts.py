"""Signing up, signing in, and passwords."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, delete, func, literal, select, union_all, update

from contracts.identity.dto import (
    INACTIVE,
    UNCONFIRMED,
    WRONG_CREDENTIALS,
    LoginInput,
    PasswordChange,
    PasswordReset,
    SignedIn,
    SignUp,
)
from contracts.identity.events import UserCreated, UserUpdated
from contracts.identity.social import HAS_PASSWORD, FirstPassword
from identity import letters, names, passwords
from identity.events import tell_user
from identity.models import EmailAddress, MailedKey, User
from identity.services import addresses, linked_accounts, sessions
from identity.services.common import (
    Visitor,
    acting,
    is_taken,
    let_go,
    lock_user,
    note,
    note_unknown,
    primary_email,
)
from identity.settings import Settings
from servicekit import mail
from servicekit.database import ReadSession, WriteSession
from servicekit.problems import Conflict, Problem

SAME_SIGN_UP: Final = timedelta(minutes=10)
"""How long the same words are the same sign-up."""


class WrongCredentials(Problem):
    """No such account, or another password."""

    status = 401
    title = "Wrong Credentials"
    type = WRONG_CREDENTIALS


class Unconfirmed(Problem):
    """The account has no confirmed address yet."""

    status = 403
    title = "Unconfirmed"
    type = UNCONFIRMED


class Inactive(Problem):
    """The account was closed."""

    status = 403
    title = "Inactive"
    type = INACTIVE


class HasPassword(Conflict):
    """The account has a password, which counts instead."""

    type = HAS_PASSWORD


async def sign_up(
    session: WriteSession, settings: Settings, sent: SignUp, visitor: Visitor
) -> None:
    """Make an account that waits for its address to be confirmed.

    An address that somebody has confirmed makes an account too, which nobody can ever confirm: by
    what is stored, answered and done afterwards, nobody learns whether it was known. Signing up
    once more with the same words, as after an answer that got lost, is the same sign-up. Raises
    Invalid, and Conflict for a user name that is taken.
    """
    names.check(sent.username)
    passwords.check(
        sent.password, about=(sent.username, sent.email, sent.first_name, sent.last_name)
    )
    hashed = await passwords.hashed(sent.password)
    if await is_taken(session, sent.username):
        if await _is_same(session, sent):
            return
        raise Conflict("This user name is taken.", field="username", code="unique")
    user = User(
        username=sent.username,
        first_name=sent.first_name,
        last_name=sent.last_name,
        password=hashed,
    )
    session.add(user)
    await session.flush()
    address = EmailAddress(user_id=user.id, email=sent.email.lower(), primary=True)
    session.add(address)
    await session.flush()
    await addresses.ask_to_confirm(session, settings, user, address, sent.beyond)
    note(session, acting(user.id), "signed_up", user, visitor=visitor)
    await tell_user(session, UserCreated, user)


async def _is_same(session: WriteSession, sent: SignUp) -> bool:
    """Tell whether somebody signs up again who did just now, with the same words.

    Only for a while, and before the address is confirmed: this must not become a way to try
    passwords of an account that is worth something.
    """
    known = await session.scalar(
        select(User.password)
        .join(EmailAddress, EmailAddress.user_id == User.id)
        .where(
            func.lower(User.username) == func.lower(sent.username),
            User.created > func.now() - SAME_SIGN_UP,
            EmailAddress.email == sent.email.lower(),
            EmailAddress.verified.is_(False),
        )
    )
    if known is None:
        return False
    await let_go(session)
    return (await passwords.verify(sent.password, known)).fits


async def sign_in(
    session: WriteSession, settings: Settings, sent: LoginInput, visitor: Visitor
) -> SignedIn:
    """Make a session for whoever knows the password.

    Known or not, the same statements and one comparison of hashes are done. Raises
    WrongCredentials, and to somebody who knows the password Unconfirmed and Inactive.
    """
    user = await _find(session, sent.login)
    await let_go(session)
    verdict = await passwords.verify(sent.password, user.password if user else None)
    if user is None or not verdict.fits:
        if user is None:
            note_unknown(session, "sign_in_failed", visitor)
        else:
            note(session, acting(user.id), "sign_in_failed", user, visitor=visitor)
        await session.commit()
        raise WrongCredentials("No account has this name and password.")
    renewed = await passwords.hashed(sent.password) if verdict.outdated else None
    known, user = user.password, await session.get(User, user.id, with_for_update=True)
    if user is None or user.password != known:
        raise WrongCredentials("No account has this name and password.")
    made = await admit(session, settings, user, visitor, remember=sent.remember)
    if renewed is not None:
        await session.execute(update(User).where(User.id == user.id).values(password=renewed))
    return made


async def admit(  # noqa: PLR0913 - who comes in, and how
    session: WriteSession,
    settings: Settings,
    user: User,
    visitor: Visitor,
    *,
    remember: bool,
    action: str = "signed_in",
    after: dict[str, Any] | None = None,
    second_factor_at: datetime | None = None,
    reauthenticated_at: datetime | None = None,
) -> SignedIn:
    """Make a session for the locked account of somebody who proved who they are.

    That was now, or `reauthenticated_at`. `action` and `after` are for the audit trail.
    Raises Inactive, Unconfirmed.
    """
    if not user.is_active:
        raise Inactive("This account was closed.")
    if not await _is_confirmed(session, user.id):
        await _remind(session, settings, user)
        raise Unconfirmed("Confirm the address of this account first.")
    await session.execute(
        update(User).where(User.id == user.id).values(last_login=func.now(), updated=User.updated)
    )
    made = await sessions.begin(
        *(session, settings, user, visitor),
        remember=remember,
        second_factor_at=second_factor_at,
        reauthenticated_at=reauthenticated_at,
    )
    if made.user.needs_second_factor:
        after = {**(after or {}), "owes": "second factor"}
    note(session, acting(user.id), action, user, visitor=visitor, after=after)
    return made


async def reauthenticate(
    session: WriteSession, sha256: str, password: str, visitor: Visitor
) -> None:
    """Note that whoever has a session gave the password again.

    Raises NotFound where the session ended, WrongCredentials.
    """
    user_id = await sessions.owner(session, sha256)
    user = await session.get_one(User, user_id)
    await let_go(session)
    verdict = await passwords.verify(password, user.password)
    if not verdict.fits:
        note(session, acting(user_id), "reauthentication_failed", user, visitor=visitor)
        await session.commit()
        raise WrongCredentials("This is not your password.")
    await lock_user(session, user_id)
    await sessions.mark_reauthenticated(session, sha256)
    note(session, acting(user_id), "reauthenticated", user, visitor=visitor)


async def ask_for_reset(
    session: WriteSession, settings: Settings, email: str, visitor: Visitor
) -> None:
    """Mail a key for a new password; to an address without an account, that there is none."""
    lowered = email.lower()
    found = (
        await session.execute(
            select(User, EmailAddress)
            .join(EmailAddress, EmailAddress.user_id == User.id)
            .where(EmailAddress.email == lowered, User.is_active)
            .order_by(EmailAddress.verified.desc(), User.id.desc())
            .limit(1)
        )
    ).first()
    if found is None:
        mail.post(session, settings, lowered, letters.unknown(settings, lowered))
        note_unknown(session, "password_reset_asked", visitor)
        return
    user, address = found
    secret = await addresses.new_key(session, settings, addresses.RESET, address)
    mail.post(session, settings, lowered, letters.reset(settings, user.username, secret))
    note(session, acting(user.id), "password_reset_asked", user, visitor=visitor)


async def peek_reset(session: ReadSession, sha256: str) -> PasswordReset:
    """Return whose password a key sets. Raises NotFound where it does not hold."""
    found = await addresses.peek(session, addresses.RESET, sha256)
    return PasswordReset(username=found.username)


async def reset(
    session: WriteSession, settings: Settings, sha256: str, password: str, visitor: Visitor
) -> None:
    """Set a password with a mailed key: it also proves that the address is the account's.

    Raises NotFound where the key does not hold, Invalid for a weak password.
    """
    user, address = await addresses.consume(session, addresses.RESET, sha256)
    if not await _is_confirmed(session, user.id):
        await linked_accounts.forget_all(session, settings, user)
    await _set_password(session, settings, user, password, field="password")
    await addresses.verify(session, user, address)
    note(session, acting(user.id), "password_reset", user, visitor=visitor)
    await tell_user(session, UserUpdated, user)


async def change_password(
    session: WriteSession, settings: Settings, user_id: int, sent: PasswordChange, visitor: Visitor
) -> SignedIn | None:
    """Set a password knowing the old one; every session ends, the named one goes on anew.

    Raises NotFound, WrongCredentials, Invalid.
    """
    user = await lock_user(session, user_id)
    verdict = await passwords.verify(sent.old_password, user.password)
    if not verdict.fits:
        raise WrongCredentials("This is not your password.")
    return await _replace_password(
        *(session, settings, user, sent.new_password, visitor),
        field="new_password",
        going_on=sent.session,
    )


async def set_first_password(
    session: WriteSession, settings: Settings, user_id: int, sent: FirstPassword, visitor: Visitor
) -> SignedIn | None:
    """Set the password of an account that has none; all goes on as after any change of it.

    Raises NotFound, HasPassword, Invalid.
    """
    user = await lock_user(session, user_id)
    if passwords.usable(user.password):
        raise HasPassword("This account has a password.")
    return await _replace_password(
        *(session, settings, user, sent.password, visitor), field="password", going_on=sent.session
    )


async def _replace_password(  # noqa: PLR0913 - whose, by what, and which session goes on
    session: WriteSession,
    settings: Settings,
    user: User,
    password: str,
    visitor: Visitor,
    *,
    field: str,
    going_on: str | None,
) -> SignedIn | None:
    """Set a password for its locked owner; of the sessions, only the one that is named goes on."""
    row = await sessions.find_own(session, user.id, going_on) if going_on else None
    await _set_password(session, settings, user, password, field=field)
    user.touch()
    note(session, acting(user.id), "password_changed", user, visitor=visitor)
    await tell_user(session, UserUpdated, user)
    if row is None:
        return None
    return await sessions.begin(
        *(session, settings, user, visitor),
        remember=row.remembered,
        second_factor_at=row.second_factor_at,
    )


async def _set_password(
    session: WriteSession, settings: Settings, user: User, password: str, *, field: str
) -> None:
    """Set a new password: sessions end, keys that were mailed for another no longer work."""
    email = await primary_email(session, user.id)
    about = (user.username, email, user.first_name, user.last_name)
    passwords.check(password, about=about, field=field)
    user.password = await passwords.hashed(password)
    await sessions.end_all(session, user.id)
    await session.execute(
        delete(MailedKey).where(MailedKey.user_id == user.id, MailedKey.purpose == addresses.RESET)
    )
    if email:
        mail.post(session, settings, email, letters.password_changed(settings, user.username))


async def _find(session: WriteSession, login: str) -> User | None:
    """Return the account of a user name or an address.

    An address that somebody verified comes before the same text as a user name: nobody is kept
    out by a stranger who is called like his address.
    """
    address = select(
        EmailAddress.user_id.label("user_id"),
        case((EmailAddress.verified, 0), else_=2).label("rank"),
    ).where(EmailAddress.email == login.lower())
    name = select(User.id, literal(1)).where(func.lower(User.username) == func.lower(login))
    found = union_all(address, name).subquery()
    return await session.scalar(
        select(User)
        .join(found, found.c.user_id == User.id)
        .order_by(found.c.rank, User.id.desc())
        .limit(1)
    )


async def _is_confirmed(session: WriteSession, user_id: int) -> bool:
    found = await session.scalar(
        select(EmailAddress.id)
        .where(EmailAddress.user_id == user_id, EmailAddress.verified)
        .limit(1)
    )
    return found is not None


async def _remind(session: WriteSession, settings: Settings, user: User) -> None:
    """Mail the key for the primary address again; kept although signing in is refused."""
    address = await session.scalar(
        select(EmailAddress).where(EmailAddress.user_id == user.id, EmailAddress.primary)
    )
    if address is not None:
        await addresses.ask_to_confirm(session, settings, user, address)
        await session.commit()
