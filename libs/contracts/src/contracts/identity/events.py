"""Events of the identity context.

None carries an address, a password or a secret. Whoever keeps who is signed in drops it by these:
`user.updated` and `user.deleted` for all sessions and keys of one user, `group.*` for everybody's,
`session.ended` and `key.revoked` for one.
"""

from __future__ import annotations

from typing import ClassVar

from contracts.events import EventData
from contracts.identity import elections, memberships, nominations, user_groups
from contracts.identity.dto import KeyKind, UserSummary
from contracts.switches import SwitchRef


class UserRef(EventData):
    """What every event of a user says."""

    AGGREGATE: ClassVar[str] = "user"

    id: int
    username: str
    user: UserSummary | None = None
    """State after the change; None after a deletion."""
    previous_usernames: tuple[str, ...] = ()
    """Names the profile was shown at before this change, where the name changed."""


class UserCreated(UserRef):
    """Somebody signed up, or was imported."""

    SUBJECT: ClassVar[str] = "identity.user.created"


class UserUpdated(UserRef):
    """An account changed: name, address, rights, groups, settings of the profile."""

    SUBJECT: ClassVar[str] = "identity.user.updated"


class UserDeleted(UserRef):
    """An account is gone. What its owner wrote stays, without an author."""

    SUBJECT: ClassVar[str] = "identity.user.deleted"


class GroupRef(EventData):
    """What every event of a group says."""

    AGGREGATE: ClassVar[str] = "group"

    id: int
    name: str


class GroupCreated(GroupRef):
    """A group was made."""

    SUBJECT: ClassVar[str] = "identity.group.created"


class GroupUpdated(GroupRef):
    """Name or permissions of a group changed, and with them the rights of its members."""

    SUBJECT: ClassVar[str] = "identity.group.updated"


class GroupDeleted(GroupRef):
    """A group is gone, and with it what it gave its members."""

    SUBJECT: ClassVar[str] = "identity.group.deleted"


class SessionEnded(EventData):
    """A session ended before its time."""

    SUBJECT: ClassVar[str] = "identity.session.ended"
    AGGREGATE: ClassVar[str] = "session"

    id: int
    user_id: int
    sha256: str
    """Of its secret, in lower-case hex."""


class KeyRevoked(EventData):
    """A key was revoked."""

    SUBJECT: ClassVar[str] = "identity.key.revoked"
    AGGREGATE: ClassVar[str] = "key"

    id: int
    user_id: int
    kind: KeyKind
    sha256: str
    """Of its secret, in lower-case hex."""


class SwitchUpdated(SwitchRef):
    """A feature switch of this service was set."""

    SUBJECT: ClassVar[str] = "identity.switch.updated"


EVENTS: tuple[type[EventData], ...] = (
    UserCreated,
    UserUpdated,
    UserDeleted,
    GroupCreated,
    GroupUpdated,
    GroupDeleted,
    SessionEnded,
    KeyRevoked,
    SwitchUpdated,
    *memberships.EVENTS,
    *user_groups.EVENTS,
    *elections.EVENTS,
    *nominations.EVENTS,
)
