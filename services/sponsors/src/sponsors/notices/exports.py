"""What another service reads to rebuild what it knows of templates: that they are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.sponsors.notices import NoticeTemplateUpdated
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.notices.models import NoticeTemplate


async def read_templates(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return templates by id."""
    found = await session.execute(
        select(NoticeTemplate.id, NoticeTemplate.version)
        .where(NoticeTemplate.id > after)
        .order_by(NoticeTemplate.id)
        .limit(limit)
    )
    return [
        ExportRow(id=number, version=version, data=NoticeTemplateUpdated(id=number))
        for number, version in found
    ]


EXPORTS: Final = (
    Export(entity="notice-templates", kind=NoticeTemplateUpdated, read=read_templates),
)
