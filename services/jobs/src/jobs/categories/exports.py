"""What another service reads to rebuild its copy of the categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.jobs.dto import JobCategory as CategoryDTO
from contracts.jobs.events import CategoryUpdated
from jobs.categories import queries, services
from jobs.categories.models import Category
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_categories(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return categories by id."""
    statement = queries.statement().where(Category.id > after).order_by(Category.id).limit(limit)
    found = [CategoryDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_category(CategoryUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="categories", kind=CategoryUpdated, read=read_categories),)
