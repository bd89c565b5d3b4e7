"""The code samples that a new installation begins with: `content/data/samples/<name>.md`.

Each file has its code in the first block between fences, and below it what is said of it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import texts
from content.samples import services
from content.samples.models import CodeSample
from content.texts import SeedText
from content.writes import gone
from contracts.content.samples import CodeSampleInput
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")
_BEGIN: Final = "```pycon\n"
_END: Final = "```\n"


async def seed(context: TaskContext) -> str:
    """Add the samples that are missing, and that nobody deleted or gave another title."""
    async with context.session() as session:
        there = set(await session.scalars(select(CodeSample.title)))
        there |= await gone(session, "code_sample", "title")
        missing = [one for one in samples() if one.title not in there]
        for one in missing:
            await services.create(session, one, SEEDER)
    return f"added {len(missing)} code samples"


def samples() -> list[CodeSampleInput]:
    """Read all of them, in their order."""
    found = [sample_of(one) for one in texts.read("samples")]
    return sorted(found, key=lambda one: one.position)


def sample_of(text: SeedText) -> CodeSampleInput:
    """Return the sample of a file. Raises pydantic.ValidationError where it cannot be one."""
    code, _, words = text.text.removeprefix(_BEGIN).partition(_END)
    return CodeSampleInput.model_validate(
        {"code": code, "text": words.strip(), "is_published": True, **text.about}
    )
