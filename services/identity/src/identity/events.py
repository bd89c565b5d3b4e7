"""Domain events, made from the state of the rows they tell about."""

from __future__ import annotations

from contracts.identity.dto import UserSummary
from contracts.identity.events import GroupDeleted, GroupRef, UserDeleted, UserRef
from identity.models import Group, User
from servicekit import outbox
from servicekit.database import WriteSession


def summary(user: User) -> UserSummary:
    """Return what others may keep of a user."""
    return UserSummary(id=user.id, username=user.username, name=user.name, is_active=user.is_active)


def of_user(kind: type[UserRef], user: User, previous: tuple[str, ...] = ()) -> UserRef:
    """Make the event `kind` of a user in its state after the change (before, if deleted)."""
    gone = issubclass(kind, UserDeleted)
    return kind(
        id=user.id,
        username=user.username,
        user=None if gone else summary(user),
        previous_usernames=previous,
    )


async def tell_user(
    session: WriteSession, kind: type[UserRef], user: User, *, previous: tuple[str, ...] = ()
) -> None:
    """Record the event of a user; one that is deleted must still be in the session."""
    await session.flush()
    event = of_user(kind, user, previous)
    gone = issubclass(kind, UserDeleted)
    outbox.record(session, event, aggregate_id=user.id, aggregate_version=user.version + gone)


async def tell_group(session: WriteSession, kind: type[GroupRef], group: Group) -> None:
    """Record the event of a group; one that is deleted must still be in the session."""
    await session.flush()
    gone = issubclass(kind, GroupDeleted)
    event = kind(id=group.id, name=group.name)
    outbox.record(session, event, aggregate_id=group.id, aggregate_version=group.version + gone)
