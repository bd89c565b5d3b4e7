"""What another service reads to rebuild its copy of the approved user groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.identity.user_groups import UserGroup as UserGroupDTO
from contracts.identity.user_groups import UserGroupUpdated
from identity.user_groups import queries, services
from identity.user_groups.models import UserGroup
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_groups(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return approved groups by id."""
    found = queries.statement().where(UserGroup.approved, UserGroup.id > after)
    rows = await reading.every(session, found.order_by(UserGroup.id).limit(limit))
    groups = [UserGroupDTO.model_validate(row) for row in rows]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_group(UserGroupUpdated, one))
        for one in groups
    ]


EXPORTS: Final = (Export(entity="user-groups", kind=UserGroupUpdated, read=read_groups),)
