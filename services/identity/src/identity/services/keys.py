"""Keys of the APIs: made, used, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import Key as KeyDTO
from contracts.identity.dto import KeyInput, KeyKind, KeyState, NewKey
from contracts.identity.events import KeyRevoked
from identity import letters, secrets
from identity.models import ApiKey, User
from identity.services import rights
from identity.services.common import (
    Visitor,
    acting,
    lock_user,
    note,
    primary_email,
    require_user,
)
from identity.settings import Settings
from servicekit import mail, outbox
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.mail import Letter
from servicekit.problems import Conflict, Invalid, NotFound

MOST: Final = 20
"""Keys of one account."""
PREFIX: Final = "pydotorg_"
"""Tells what was found to whoever finds a key where it should not be."""
_FRESH: Final = timedelta(minutes=1)
"""Use is written down at most this often."""


async def of_user(session: AsyncSession, user_id: int) -> Sequence[ApiKey]:
    """Return a user's keys, the newest first. Raises NotFound."""
    await require_user(session, user_id)
    return (
        await session.scalars(
            select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.id.desc())
        )
    ).all()


async def create(  # noqa: PLR0913 - whose, what, and who makes it from where
    session: WriteSession,
    settings: Settings,
    user_id: int,
    sent: KeyInput,
    visitor: Visitor | None,
    *,
    caller: Principal | None = None,
) -> NewKey:
    """Make a key of a user, by themselves unless a caller is told, and write to them.

    Raises NotFound, Invalid for an unknown scope or an end that has passed, Conflict where there
    are too many.
    """
    user = await lock_user(session, user_id)
    rights.check_names(sent.scopes, field="scopes")
    if sent.expires is not None and sent.expires <= datetime.now(UTC):
        raise Invalid.field(["body", "expires"], "This has passed.", "past")
    there = await of_user(session, user_id)
    if len(there) >= MOST:
        raise Conflict(f"An account has at most {MOST} keys.", code="too_many")
    # So that they can be told apart, and a form that is sent twice makes one.
    if any(row.name == sent.name for row in there):
        raise Conflict("There is a key of this name already.", field="name", code="taken")
    secret = PREFIX + secrets.new()
    row = ApiKey(
        sha256=secrets.digest(secret),
        kind=sent.kind.value,
        user_id=user_id,
        name=sent.name,
        scopes=sorted(set(sent.scopes)),
        expires=sent.expires,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    made = KeyDTO.model_validate(row)
    after = made.model_dump(mode="json", include={"id", "kind", "name", "scopes", "expires"})
    note(session, caller or acting(user_id), "key_created", user, visitor=visitor, after=after)
    await _write(session, settings, user, letters.key_made(settings, user.username, row.name))
    return NewKey(**made.model_dump(), secret=secret)


async def state(
    session: WriteSession, kind: KeyKind, sha256: str, username: str | None
) -> KeyState:
    """Return a key with whose it is and what it may, and note that it is used.

    Raises NotFound where it does not hold or its owner has another name, and Invalid for an
    `apikey` without a name: such a key is sent with it.
    """
    if kind is KeyKind.APIKEY and not username:
        raise Invalid.field(["query", "username"], "This kind comes with a user name.", "missing")
    found = (
        await session.execute(
            select(ApiKey, User)
            .join(User, User.id == ApiKey.user_id)
            .where(
                ApiKey.kind == kind.value,
                ApiKey.sha256 == bytes.fromhex(sha256),
                or_(ApiKey.expires.is_(None), ApiKey.expires > func.now()),
                User.is_active,
            )
        )
    ).first()
    if found is None:
        raise NotFound("There is no such key.")
    row, user = found
    if username and username.lower() != user.username.lower():
        raise NotFound("There is no such key.")
    await session.execute(
        update(ApiKey)
        .where(
            ApiKey.id == row.id,
            or_(ApiKey.last_used.is_(None), ApiKey.last_used < func.now() - _FRESH),
        )
        .values(last_used=func.now())
        .execution_options(synchronize_session=False)
    )
    return KeyState(
        key=KeyDTO.model_validate(row),
        user=await rights.of_user(session, user, only=row.scopes or None),
    )


async def revoke(
    session: WriteSession, settings: Settings, user_id: int, key_id: int, visitor: Visitor
) -> None:
    """Revoke a key of a user. Raises NotFound."""
    user = await lock_user(session, user_id)
    await _revoke_one(session, settings, user, key_id, acting(user_id), visitor)


async def revoke_for(
    session: WriteSession, settings: Settings, key_id: int, caller: Principal
) -> None:
    """Revoke a key whosever it is. Raises NotFound."""
    user_id = await session.scalar(select(ApiKey.user_id).where(ApiKey.id == key_id))
    if user_id is None:
        raise NotFound("There is no such key.")
    user = await lock_user(session, user_id)
    await _revoke_one(session, settings, user, key_id, caller, None)


async def _revoke_one(  # noqa: PLR0913, PLR0917 - which, and who does it from where
    session: WriteSession,
    settings: Settings,
    user: User,
    key_id: int,
    caller: Principal,
    visitor: Visitor | None,
) -> None:
    """Revoke a key of a locked account, and write to its owner. Raises NotFound."""
    names = await _revoke(session, ApiKey.user_id == user.id, ApiKey.id == key_id)
    if not names:
        raise NotFound("There is no such key.")
    after = {"id": key_id, "name": names[0]}
    note(session, caller, "key_revoked", user, visitor=visitor, after=after)
    await _write(session, settings, user, letters.key_revoked(settings, user.username, names[0]))


async def _write(session: WriteSession, settings: Settings, user: User, letter: Letter) -> None:
    email = await primary_email(session, user.id)
    if email:
        mail.post(session, settings, email, letter)


async def revoke_all(session: WriteSession, user_id: int) -> None:
    """Revoke every key of a user, whose row is locked."""
    await _revoke(session, ApiKey.user_id == user_id)


async def _revoke(session: WriteSession, *wanted: ColumnElement[bool]) -> list[str]:
    """Delete keys and tell each; returns what they were called."""
    gone = (
        await session.execute(
            delete(ApiKey)
            .where(*wanted)
            .returning(ApiKey.id, ApiKey.user_id, ApiKey.kind, ApiKey.sha256, ApiKey.name)
            .execution_options(synchronize_session=False)
        )
    ).all()
    for row in gone:
        event = KeyRevoked(
            id=row.id, user_id=row.user_id, kind=KeyKind(row.kind), sha256=row.sha256.hex()
        )
        outbox.record(session, event, aggregate_id=row.id, aggregate_version=1)
    return [row.name for row in gone]
