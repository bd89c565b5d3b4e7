"""What another service reads to rebuild its copy of the boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.boxes import queries, services
from content.boxes.models import Box
from contracts.content.boxes import Box as BoxDTO
from contracts.content.boxes import BoxUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_boxes(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return boxes by id."""
    statement = select(*queries.BOX).where(Box.id > after).order_by(Box.id).limit(limit)
    found = [BoxDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=box.id, version=box.version, data=services.of_box(BoxUpdated, box))
        for box in found
    ]


EXPORTS: Final = (Export(entity="boxes", kind=BoxUpdated, read=read_boxes),)
