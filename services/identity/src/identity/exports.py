"""What another service reads to rebuild its copy: every user, as the event that tells its state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.identity.events import UserUpdated
from identity import events
from identity.models import User
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_users(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return users as others may know them."""
    found = await session.scalars(
        select(User).where(User.id > after).order_by(User.id).limit(limit)
    )
    return [
        ExportRow(id=user.id, version=user.version, data=events.of_user(UserUpdated, user))
        for user in found
    ]


EXPORTS: Final = (Export(entity="users", kind=UserUpdated, read=read_users),)
