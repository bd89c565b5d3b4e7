"""The synonyms that a new installation begins with: `content/data/search/synonyms.json`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Final

from sqlalchemy import exists, select

from content.synonyms import services
from content.synonyms.models import SynonymGroup
from contracts.content.synonyms import SynonymGroupInput
from servicekit.access import Principal
from servicekit.audit import AuditRow
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")


async def seed(context: TaskContext) -> str:
    """Fill an empty table; one that has had a group belongs to its editors."""
    text = files("content").joinpath("data", "search", "synonyms.json").read_text(encoding="utf-8")
    async with context.session() as session:
        entity = SynonymGroup.__tablename__
        if await session.scalar(select(exists().where(AuditRow.entity == entity))):
            return "added no synonyms"
        groups = json.loads(text)
        for words in groups:
            await services.create(session, SynonymGroupInput(words=words), SEEDER)
    return f"added {len(groups)} groups of synonyms"
