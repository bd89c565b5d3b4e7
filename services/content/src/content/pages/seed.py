"""The pages that a new installation begins with: `content/data/pages/<path>.md`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import texts
from content.pages import rules, services
from content.pages.models import Page
from content.pages.queries import VIEW_DRAFTS
from content.texts import SeedText
from content.writes import gone
from contracts.content.pages import PageInput, PageMarkup
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(
    subject="service:content-seed", permissions=frozenset({rules.EDIT, VIEW_DRAFTS})
)


async def seed(context: TaskContext) -> str:
    """Add the pages that are missing; one that somebody edited, moved or deleted stays so."""
    found = list(texts.read("pages"))
    async with context.session() as session:
        there = set(await session.scalars(select(Page.path))) | await gone(session, "page", "path")
        missing = [one for one in found if one.name not in there]
        for done, one in enumerate(missing, start=1):
            await services.create(session, page_of(one), SEEDER)
            context.progress(done, len(missing), "pages")
    return f"added {len(missing)} pages"


def page_of(text: SeedText) -> PageInput:
    """Return the page of a file. Raises pydantic.ValidationError where it cannot be one."""
    about = dict(text.about)
    return PageInput.model_validate(
        {
            "path": text.name,
            "content": text.text,
            "content_markup_type": PageMarkup.MARKDOWN,
            "is_published": True,
            "template_name": about.pop("template", "default"),
            **about,
        }
    )
