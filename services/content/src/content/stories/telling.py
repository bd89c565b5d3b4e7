"""Events of stories: a draft leaves the house as id and state."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from content.stories import queries
from content.stories.models import Story
from content.writes import tell
from contracts.content.companies import CompanyRef
from contracts.content.stories import Story as StoryDTO
from contracts.content.stories import (
    StoryDeleted,
    StoryPublished,
    StoryRef,
    StoryUnpublished,
    StoryUpdated,
)
from contracts.events import Event
from servicekit.database import WriteSession


def of_story(kind: type[StoryRef], story: StoryDTO, previous: tuple[str, ...] = ()) -> StoryRef:
    """Make the event `kind` of a story in its state after the change (before, if deleted)."""
    public = story.is_published and not issubclass(kind, StoryDeleted)
    return kind(
        id=story.id,
        slug=story.slug,
        is_published=story.is_published,
        story=story if public else None,
        previous_slugs=previous,
    )


def tell_story(
    session: WriteSession, kind: type[StoryRef], story: StoryDTO, previous: tuple[str, ...] = ()
) -> None:
    """Record the event `kind` of a story."""
    version = story.version + issubclass(kind, StoryDeleted)
    tell(session, of_story(kind, story, previous), number=story.id, version=version)


def transition(*, before: bool, after: bool) -> type[StoryRef]:
    """Return the event of a change, by whether the story was public before and is after it."""
    if before == after:
        return StoryUpdated
    return StoryPublished if after else StoryUnpublished


async def again(session: WriteSession, which: ColumnElement[bool]) -> None:
    """Tell stories again that show what changed elsewhere: a category or a company."""
    rows = (
        await session.scalars(select(Story).where(which).order_by(Story.id).with_for_update())
    ).all()
    for row in rows:
        row.touch()
    await session.flush()
    for story in await queries.states(session, [row.id for row in rows]):
        tell_story(session, StoryUpdated, story)


async def follow_company(event: Event, session: WriteSession) -> None:
    """Tell the stories of a company again that changed; handler of `company.updated`."""
    await again(session, Story.company_id == event.read(CompanyRef).id)
