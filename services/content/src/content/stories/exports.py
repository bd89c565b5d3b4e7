"""What another service reads to rebuild its copies of stories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.stories import categories, queries, telling
from content.stories.models import Story, StoryCategory
from contracts.content import stories as dto
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_categories(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return categories by id."""
    statement = select(*queries.CATEGORY).where(StoryCategory.id > after)
    rows = await reading.every(session, statement.order_by(StoryCategory.id).limit(limit))
    found = [dto.StoryCategory.model_validate(row) for row in rows]
    return [
        ExportRow(
            id=one.id,
            version=one.version,
            data=categories.of_category(dto.StoryCategoryUpdated, one),
        )
        for one in found
    ]


async def read_stories(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return stories by id; drafts as id and state."""
    statement = queries.statement().where(Story.id > after).order_by(Story.id).limit(limit)
    found = [dto.Story.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=telling.of_story(dto.StoryUpdated, one))
        for one in found
    ]


EXPORTS: Final = (
    Export(entity="story-categories", kind=dto.StoryCategoryUpdated, read=read_categories),
    Export(entity="stories", kind=dto.StoryUpdated, read=read_stories),
)
