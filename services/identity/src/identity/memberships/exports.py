"""What another service reads to know who is a member, and of which type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.identity.memberships import MembershipUpdated
from identity.memberships import services
from identity.memberships.models import Membership
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_memberships(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return memberships by id."""
    found = await session.scalars(
        select(Membership).where(Membership.id > after).order_by(Membership.id).limit(limit)
    )
    return [
        ExportRow(
            id=row.id, version=row.version, data=services.of_membership(MembershipUpdated, row)
        )
        for row in found
    ]


EXPORTS: Final = (Export(entity="memberships", kind=MembershipUpdated, read=read_memberships),)
