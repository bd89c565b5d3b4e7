"""What another service reads to rebuild its copy of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.pages import events, queries
from content.pages.models import Page
from contracts.content.pages import Page as PageDTO
from contracts.content.pages import PageUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_pages(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return pages by id; a draft as id and state."""
    statement = select(*queries.PAGE).where(Page.id > after).order_by(Page.id).limit(limit)
    found = [PageDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=page.id, version=page.version, data=events.of_page(PageUpdated, page))
        for page in found
    ]


EXPORTS: Final = (Export(entity="pages", kind=PageUpdated, read=read_pages),)
