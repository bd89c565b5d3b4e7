"""What staff are told by mail of user groups."""

from __future__ import annotations

from contracts.identity.user_groups import UserGroup
from identity.settings import Settings
from servicekit.mail import Letter, letters


def proposed(settings: Settings, group: UserGroup) -> Letter:
    """Tell staff that a group waits for them."""
    return letters.write(
        settings.public_url,
        "user-group-proposed",
        f"User group proposed: {group.name}"[:200],
        f"“{group.name}” in {group.location} was proposed for the directory: {group.url}",
        link=("Look at it", f"/admin/identity/user-group/{group.id}/"),
        after=(),
    )
