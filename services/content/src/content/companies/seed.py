"""Companies that a new installation begins with: invented, and marked as samples."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import texts
from content.companies import services
from content.companies.models import Company
from content.texts import SeedText
from content.writes import gone
from contracts.content.companies import CompanyInput
from servicekit import files
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")


async def seed(context: TaskContext) -> str:
    """Add the companies that are missing, and that nobody deleted or gave another slug."""
    async with context.session() as session:
        there = set(await session.scalars(select(Company.slug)))
        there |= await gone(session, "company", "slug")
        missing = [one for one in texts.read("companies") if one.name not in there]
        for one in missing:
            sent = company_of(one, kept=files.has(session))
            await services.create(session, sent, SEEDER, sample=True)
    return f"added {len(missing)} companies"


def company_of(text: SeedText, *, kept: bool) -> CompanyInput:
    """Return the company of a file, with its logo where files are kept.

    Raises pydantic.ValidationError where it cannot be one.
    """
    about = texts.pictured(text, "logo_file", kept=kept)
    return CompanyInput.model_validate({"slug": text.name, "about": text.text, **about})
