"""What another service reads to rebuild its copy of the working groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.groups import queries, services
from content.groups.models import WorkGroup
from contracts.content.groups import WorkGroup as WorkGroupDTO
from contracts.content.groups import WorkGroupUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_groups(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return groups by id; one that is not approved as id and state."""
    statement = (
        select(*queries.GROUP).where(WorkGroup.id > after).order_by(WorkGroup.id).limit(limit)
    )
    found = [WorkGroupDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_group(WorkGroupUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="work-groups", kind=WorkGroupUpdated, read=read_groups),)
