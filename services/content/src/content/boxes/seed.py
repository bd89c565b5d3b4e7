"""The boxes that a new installation begins with: `content/data/boxes/<label>.md`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import texts
from content.boxes import services
from content.boxes.models import Box
from content.texts import SeedText
from content.writes import gone
from contracts.content.boxes import BoxInput
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")


async def seed(context: TaskContext) -> str:
    """Add the boxes that are missing, and that nobody deleted or gave another label."""
    async with context.session() as session:
        there = set(await session.scalars(select(Box.label))) | await gone(session, "box", "label")
        missing = [one for one in texts.read("boxes") if one.name not in there]
        for one in missing:
            await services.create(session, _input(one), SEEDER)
    return f"added {len(missing)} boxes"


def _input(text: SeedText) -> BoxInput:
    """Return the box of a file. Raises pydantic.ValidationError where it cannot be one."""
    return BoxInput.model_validate(
        {
            "label": text.name,
            "content": text.text,
            "content_markup_type": text.about.get("markup", "markdown"),
        }
    )
