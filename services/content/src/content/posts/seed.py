"""Posts that a new installation begins with: in our own words, and marked as samples."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import texts
from content.posts import services
from content.posts.models import Post
from content.texts import SeedText
from content.writes import gone
from contracts.content.posts import PostInput
from servicekit import files
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")


async def seed(context: TaskContext) -> str:
    """Add the posts that are missing, and that nobody deleted or gave another title."""
    async with context.session() as session:
        there = set(await session.scalars(select(Post.title))) | await gone(
            session, "post", "title"
        )
        kept = files.has(session)
        # A photo is nothing without its picture.
        told = [one for one in texts.read("posts") if kept or one.about["kind"] != "photo"]
        found = [post_of(one, kept=kept) for one in told]
        missing = [one for one in found if one.title not in there]
        for one in missing:
            await services.create(session, one, SEEDER, sample=True)
    return f"added {len(missing)} posts"


def post_of(text: SeedText, *, kept: bool) -> PostInput:
    """Return the post of a file, with its picture where files are kept.

    Raises pydantic.ValidationError where it cannot be one.
    """
    about = texts.pictured(text, "picture_file", kept=kept)
    return PostInput.model_validate({"content": text.text, "is_published": True, **about})
