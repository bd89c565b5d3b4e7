"""The working groups that a new installation begins with: `content/data/groups/<slug>.md`.

Their names are facts, the words are our own. Each text stands below its heading.
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from content import texts
from content.groups import services
from content.groups.models import WorkGroup
from content.texts import SeedText
from content.writes import gone
from contracts.content.groups import WorkGroupInput
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")
_HEADING: Final = re.compile(r"^## (.+)\n", re.MULTILINE)


async def seed(context: TaskContext) -> str:
    """Add the groups that are missing, and that nobody deleted or gave another slug."""
    async with context.session() as session:
        there = set(await session.scalars(select(WorkGroup.slug)))
        there |= await gone(session, "work_group", "slug")
        missing = [one for one in texts.read("groups") if one.name not in there]
        for one in missing:
            await services.create(session, group_of(one), SEEDER)
    return f"added {len(missing)} working groups"


def group_of(text: SeedText) -> WorkGroupInput:
    """Return the group of a file. Raises pydantic.ValidationError where it cannot be one."""
    _, *parts = _HEADING.split(text.text)
    named = zip(parts[::2], parts[1::2], strict=True)
    return WorkGroupInput.model_validate(
        {
            "slug": text.name,
            "approved": True,
            **text.about,
            **{title.lower().replace(" ", "_"): words.strip() for title, words in named},
        }
    )
