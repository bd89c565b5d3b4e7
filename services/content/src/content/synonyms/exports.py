"""What another service reads to rebuild its copy of the synonyms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.synonyms import queries, services
from content.synonyms.models import SynonymGroup
from contracts.content.synonyms import SynonymGroup as SynonymGroupDTO
from contracts.content.synonyms import SynonymGroupUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_synonyms(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return groups by id."""
    statement = (
        select(*queries.GROUP).where(SynonymGroup.id > after).order_by(SynonymGroup.id).limit(limit)
    )
    found = [SynonymGroupDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(
            id=group.id,
            version=group.version,
            data=services.of_group(SynonymGroupUpdated, group),
        )
        for group in found
    ]


EXPORTS: Final = (Export(entity="synonyms", kind=SynonymGroupUpdated, read=read_synonyms),)
