"""Stories that a new installation begins with: `content/data/stories/<slug>.md`.

The categories are those that python.org has. The stories are invented, of invented companies, and
marked as samples.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import texts
from content.companies.models import Company
from content.stories import categories, services
from content.stories.models import Story, StoryCategory
from content.texts import SeedText
from content.writes import gone
from contracts.content.stories import StoryCategoryInput, StoryInput
from servicekit import files
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")
CATEGORIES: Final = {
    "arts": "Arts",
    "business": "Business",
    "education": "Education",
    "engineering": "Engineering",
    "government": "Government",
    "scientific": "Scientific",
    "software-development": "Software Development",
}


async def seed(context: TaskContext) -> str:
    """Add what is missing, and what nobody deleted or gave another slug."""
    async with context.session() as session:
        known = set(await session.scalars(select(StoryCategory.slug)))
        known |= await gone(session, "story_category", "slug")
        for slug, name in CATEGORIES.items():
            if slug not in known:
                await categories.create(session, StoryCategoryInput(name=name, slug=slug), SEEDER)
        of = {row.slug: row.id for row in await session.scalars(select(StoryCategory))}
        companies = {row.slug: row.id for row in await session.scalars(select(Company))}
        there = set(await session.scalars(select(Story.slug))) | await gone(
            session, "story", "slug"
        )
        missing = [
            one
            for one in texts.read("stories")
            if one.name not in there and one.about["category"] in of
        ]
        kept = files.has(session)
        for one in missing:
            sent = story_of(one, of, companies, kept=kept)
            await services.create(session, sent, SEEDER, sample=True)
    return f"added {len(missing)} stories"


def story_of(
    text: SeedText, categories: dict[str, int], companies: dict[str, int], *, kept: bool
) -> StoryInput:
    """Return the story of a file, with its picture where files are kept.

    Raises pydantic.ValidationError where it cannot be one.
    """
    about = texts.pictured(text, "image_file", kept=kept)
    company = str(about.pop("company", ""))
    called = company.replace("-", " ").title()
    return StoryInput.model_validate(
        {
            "slug": text.name,
            "content": text.text,
            "is_published": True,
            "category_id": categories[str(about.pop("category"))],
            "company_id": companies.get(company),
            # While the directory has no such company, the story names it by itself.
            "company_name": called,
            "featured": about.pop("featured", "") == "yes",
            **about,
        }
    )
