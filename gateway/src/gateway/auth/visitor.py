"""A visitor as pages know one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.identity.dto import KeyState, SessionState


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, or nobody.

    Attributes:
        id: Of the user; 0 for nobody.
        session: SHA-256 of the secret of the session.
        session_id: By which its owner names it in a list.
        reauthenticated: When the password, or a passkey in its place, was last given.
        second_factor: "ok"; "owed" while the session waits for a code; "missing" where staff have
            none yet. Permissions are empty unless it is "ok".
    """

    id: int = 0
    username: str = ""
    name: str = ""
    email: str = ""
    staff: bool = False
    superuser: bool = False
    groups: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    session: str = field(default="", repr=False)
    session_id: int = 0
    reauthenticated: datetime | None = None
    second_factor: str = "ok"

    @property
    def anonymous(self) -> bool:
        """Whether nobody is signed in. A session that waits for its second factor is nobody's."""
        return self.id == 0 or self.second_factor == "owed"

    @property
    def owes(self) -> bool:
        """Whether somebody gave the password and still owes a second factor."""
        return self.id != 0 and self.second_factor == "owed"

    @property
    def subject(self) -> str:
        """Whom an internal token names."""
        return f"user:{self.id}"

    def proved_within(self, age: timedelta) -> bool:
        """Whether the password was given so recently."""
        given = self.reauthenticated
        return given is not None and datetime.now(UTC) - given < age

    def may(self, permission: str) -> bool:
        """Tell whether the visitor holds a permission."""
        return permission in self.permissions


NOBODY = Visitor()


def of_session(state: SessionState, sha256: str) -> Visitor:
    """Return the visitor of the session with that name."""
    user = state.user
    factor = "ok"
    if user.needs_second_factor:
        factor = "owed"
    elif user.must_add_second_factor:
        factor = "missing"
    return Visitor(
        id=user.id,
        username=user.username,
        name=user.name,
        email=user.email,
        staff=user.is_staff,
        superuser=user.is_superuser,
        groups=frozenset(user.groups),
        permissions=frozenset(user.permissions) if factor == "ok" else frozenset(),
        session=sha256,
        session_id=state.session.id,
        reauthenticated=state.session.reauthenticated_at,
        second_factor=factor,
    )


def of_key(state: KeyState) -> Visitor:
    """Return who has a key. Its scopes have narrowed the permissions down already."""
    user = state.user
    return Visitor(
        id=user.id,
        username=user.username,
        name=user.name,
        email=user.email,
        staff=user.is_staff,
        superuser=user.is_superuser,
        groups=frozenset(user.groups),
        permissions=frozenset(user.permissions),
    )
