"""Profiles: one's own, those of others as far as they let themselves be seen, and leaving."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.dto import (
    AccountExport,
    EmailAddress,
    EmailPrivacy,
    Key,
    OwnProfile,
    Profile,
    ProfileInput,
    SearchVisibility,
    SecurityEntry,
    Session,
)
from contracts.identity.dto import User as UserDTO
from contracts.identity.events import UserUpdated
from contracts.identity.memberships import Membership, Subscription
from contracts.identity.webhooks import Webhook
from identity import letters, queries
from identity.events import tell_user
from identity.integrations import services as webhooks
from identity.memberships import queries as memberships
from identity.models import User
from identity.nominations import queries as nominations
from identity.services import (
    addresses,
    keys,
    linked_accounts,
    second_factors,
    sessions,
    users,
)
from identity.services.common import Visitor, acting, lock_user, note, primary_email
from identity.settings import Settings
from identity.subscriptions import services as subscriptions
from servicekit import mail
from servicekit.audit import AuditRow
from servicekit.database import ReadSession, WriteSession
from servicekit.etag import check_match
from servicekit.pagination import Window, count
from servicekit.problems import NotFound

_EVERYTHING = Window(limit=10_000, offset=0)


async def own(session: AsyncSession, user_id: int) -> OwnProfile:
    """Return a user's profile as they edit it. Raises NotFound."""
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return OwnProfile.model_validate(user)


async def replace(
    session: WriteSession,
    user_id: int,
    sent: ProfileInput,
    visitor: Visitor,
    *,
    if_match: str | None,
) -> OwnProfile:
    """Replace a user's own profile.

    Raises NotFound, PreconditionFailed, Invalid and Conflict for a user name that cannot be had.
    """
    user = await lock_user(session, user_id)
    check_match(if_match, user.version)
    before = OwnProfile.model_validate(user)
    await users.rename(session, user, sent.username)
    for field, value in sent.model_dump(exclude={"username"}, mode="json").items():
        setattr(user, field, value)
    after = OwnProfile.model_validate(user)
    if after == before:
        return after
    note(
        session,
        *(acting(user_id), "profile_updated", user),
        visitor=visitor,
        after={
            name: value
            for name, value in after.model_dump(mode="json").items()
            if value != getattr(before, name)
        },
    )
    previous = () if before.username == user.username else (before.username,)
    await tell_user(session, UserUpdated, user, previous=previous)
    return await own(session, user_id)


async def public(session: ReadSession, username: str, viewer: int | None) -> Profile:
    """Return a profile as its viewer, or nobody in particular, may see it.

    NotFound is all that others learn of one that is not to be found.
    """
    user = await session.scalar(
        select(User).where(func.lower(User.username) == func.lower(username), User.is_active)
    )
    mine = user is not None and user.id == viewer
    if user is None or not (mine or _is_shown(user)):
        raise NotFound("There is no such profile.")
    shown = mine or user.email_privacy == EmailPrivacy.ANYONE
    shown = shown or (user.email_privacy == EmailPrivacy.SIGNED_IN and viewer is not None)
    email = await primary_email(session, user.id) if shown else ""
    return Profile(
        id=user.id,
        username=user.username,
        name=user.name,
        email=email or None,
        joined=user.created,
    )


async def export(session: ReadSession, settings: Settings, user_id: int) -> AccountExport:
    """Return everything that is kept of a user, but for what opens something. Raises NotFound."""
    profile = await own(session, user_id)
    entries, _ = await security_log(session, user_id, _EVERYTHING)
    member = await memberships.of_user(session, user_id)
    return AccountExport(
        exported=datetime.now(UTC),
        account=UserDTO.model_validate(await queries.user(session, user_id)),
        profile=profile,
        addresses=[
            EmailAddress.model_validate(row) for row in await addresses.of_user(session, user_id)
        ],
        sessions=[Session.model_validate(row) for row in await sessions.of_user(session, user_id)],
        keys=[Key.model_validate(row) for row in await keys.of_user(session, user_id)],
        social_accounts=[
            linked_accounts.shown(settings, row)
            for row in await linked_accounts.of_user(session, user_id)
        ],
        security_log=entries,
        second_factors=await second_factors.of_user(session, settings, user_id),
        membership=None if member is None else Membership.model_validate(member),
        subscriptions=[
            Subscription.model_validate(row)
            for row in await subscriptions.of_user(session, user_id)
        ],
        nominations=await nominations.concerning(session, acting(user_id), user_id),
        webhooks=[Webhook.model_validate(row) for row in await webhooks.of_user(session, user_id)],
    )


async def leave(session: WriteSession, settings: Settings, user_id: int, visitor: Visitor) -> None:
    """Delete one's own account. Raises NotFound."""
    user = await lock_user(session, user_id)
    email = await primary_email(session, user_id)
    if email:
        mail.post(session, settings, email, letters.account_deleted(settings, user.username))
    await users.erase(session, user, acting(user_id), visitor=visitor)


async def security_log(
    session: ReadSession, user_id: int, window: Window
) -> tuple[list[SecurityEntry], int]:
    """Return what happened to an account, the newest first, and how much there is."""
    query = select(AuditRow).where(AuditRow.entity == "user", AuditRow.entity_id == str(user_id))
    found = await session.scalars(
        query.order_by(AuditRow.id.desc()).limit(window.limit).offset(window.offset)
    )
    entries = [
        SecurityEntry(
            id=row.id,
            time=row.time,
            action=row.action,
            actor=row.actor,
            details={k: v for k, v in (row.after or {}).items() if k != "address"},
        )
        for row in found
    ]
    return entries, await count(session, query)


def _is_shown(user: User) -> bool:
    return user.public_profile and user.search_visibility == SearchVisibility.SHOWN
