"""Minutes that a new installation begins with: in our own words, and marked as samples.

Each is `content/data/minutes/<day>.md`; a second meeting of a day has more behind the day.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import texts
from content.minutes import services
from content.minutes.models import Minutes
from content.texts import SeedText
from content.writes import gone
from contracts.content.minutes import MinutesInput
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")
_DAY: Final = 10


async def seed(context: TaskContext) -> str:
    """Add the minutes that are missing, and that nobody deleted or gave another title."""
    async with context.session() as session:
        there = set(await session.scalars(select(Minutes.title)))
        there |= await gone(session, "minutes", "title")
        found = [minutes_of(one) for one in texts.read("minutes")]
        missing = [one for one in found if one.title not in there]
        for one in missing:
            await services.create(session, one, SEEDER, sample=True)
    return f"added {len(missing)} minutes"


def minutes_of(text: SeedText) -> MinutesInput:
    """Return the minutes of a file. Raises pydantic.ValidationError where it cannot be any."""
    return MinutesInput.model_validate(
        {"date": text.name[:_DAY], "content": text.text, "is_published": True, **text.about}
    )
