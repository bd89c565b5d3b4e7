"""Writing stories: row, event and audit entry in one transaction."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select

import markup
from content.companies.models import Company
from content.media import queries as media_files
from content.media import services as media
from content.stories import queries
from content.stories.models import Story, StoryCategory
from content.stories.telling import tell_story, transition
from content.writes import note, sign, snapshot
from contracts.content.media import MediaFileInput, MediaKind
from contracts.content.stories import (
    RESERVED,
    StoryCreated,
    StoryDeleted,
    StoryInput,
    StoryPublished,
    StoryUpdated,
)
from contracts.content.stories import Story as StoryDTO
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound

#: Where pictures of stories are among the media files.
FOLDER: Final = "success-stories"


async def create(
    session: WriteSession, sent: StoryInput, caller: Principal, *, sample: bool = False
) -> StoryDTO:
    """Create a story. One that is public at once is told as created and then as published.

    Raises Invalid, Conflict, Unavailable.
    """
    row = Story(sample=sample)
    await _fill(session, row, sent, caller)
    row.is_published = False
    sign(row, caller, new=True)
    session.add(row)
    made = await state(session, row)
    tell_story(session, StoryCreated, made)
    if sent.is_published:
        publish(row, published=True)
        made = await state(session, row)
        tell_story(session, StoryPublished, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    story_id: int,
    sent: StoryInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> StoryDTO:
    """Replace a story. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid, Conflict, Unavailable.
    """
    row = await lock(session, Story.id == story_id)
    check_match(if_match, row.version)
    if sent.is_published and row.review not in {"none", "approved"}:
        raise Invalid.field(
            ["body", "is_published"], "It waits for review: approve it there.", "review"
        )
    before = snapshot(row)
    await _fill(session, row, sent, caller)
    publish(row, published=sent.is_published)
    if snapshot(row) == before:
        return await state(session, row)
    return await written(session, row, caller, before)


async def set_state(
    session: WriteSession,
    story_id: int,
    caller: Principal,
    *,
    published: bool | None = None,
    featured: bool | None = None,
) -> None:
    """Publish, withdraw, feature a story, or do so no longer. Raises NotFound, Invalid."""
    row = await lock(session, Story.id == story_id)
    if published and row.review not in {"none", "approved"}:
        raise Invalid(f"“{row.name}” waits for review: approve it there.")
    before = snapshot(row)
    if published is not None:
        publish(row, published=published)
    if featured is not None:
        row.featured = featured
    if snapshot(row) != before:
        await written(session, row, caller, before)


async def delete(
    session: WriteSession, story_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a story. Raises NotFound, PreconditionFailed."""
    row = await lock(session, Story.id == story_id)
    check_match(if_match, row.version, required=False)
    tell_story(session, StoryDeleted, await state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def written(
    session: WriteSession,
    row: Story,
    caller: Principal,
    before: dict[str, object],
    action: str = "",
) -> StoryDTO:
    """Tell and note a change of a locked story; `action` where it is no plain change."""
    sign(row, caller)
    changed = await state(session, row)
    kind = transition(before=bool(before["is_published"]), after=row.is_published)
    previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
    tell_story(session, kind, changed, previous)
    done = action or kind.SUBJECT.rpartition(".")[2]
    note(session, caller, done, row, row.name, before=before, after=snapshot(row))
    return changed


async def name(session: WriteSession, row: Story, called: str, slug: str | None) -> None:
    """Give a story its name and slug: nobody else has either, and the site answers at neither.

    Raises Invalid, Conflict.
    """
    made = slug or slugs.required(called)
    field = "slug" if slug else "name"
    if made in RESERVED:
        raise Invalid.field(["body", field], f"No story can be at /{made}/.", "reserved")
    with session.no_autoflush:
        taken = await session.scalar(
            select(Story.id).where(
                or_(Story.slug == made, Story.name == called), Story.id != (row.id or 0)
            )
        )
    if taken is not None:
        raise Conflict("There is a story of this name already.", field=field)
    row.name, row.slug = called, made


async def put_text(row: Story, text: str, kind: str) -> None:
    """Put the text on a story; it is rendered where it, or how it is written, changed."""
    if row.content == text and row.content_markup_type == kind and row.content_renderer:
        return
    row.content, row.content_markup_type = text, kind
    await render(row)


async def render(row: Story) -> bool:
    """Render the text, in a thread; returns whether its HTML came out otherwise."""
    before = row.content_html
    # Whoever sent it in is a stranger, also after somebody put it right.
    trust: markup.Trust = "author" if row.submitted_by is None else "visitor"
    row.content_html = await asyncio.to_thread(
        markup.render, row.content, row.content_markup_type, trust=trust
    )
    row.content_renderer = markup.RENDERER_VERSION
    return row.content_html != before


async def tell_rendered(session: WriteSession, row: Story) -> None:
    """Tell that the HTML of a story came out otherwise although nobody changed its text."""
    tell_story(session, StoryUpdated, await state(session, row))


async def lock(session: WriteSession, *conditions: ColumnElement[bool]) -> Story:
    """Lock a story. Raises NotFound."""
    statement = select(Story).where(*conditions).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such story.")
    return row


async def state(session: WriteSession, row: Story) -> StoryDTO:
    """Return the state of a story, as events carry it."""
    await session.flush()
    return (await queries.states(session, [row.id]))[0]


def publish(row: Story, *, published: bool) -> None:
    """Show a story to everybody, or to nobody."""
    row.is_published = published
    if published and row.published is None:
        row.published = datetime.now(UTC)


async def _fill(session: WriteSession, row: Story, sent: StoryInput, caller: Principal) -> None:
    # Before anything of the row is touched: a question in between would write half of it.
    image = await _image_of(session, row, sent, caller)
    with session.no_autoflush:
        await _known(session, sent)
        await name(session, row, sent.name, sent.slug)
    for field in (
        *("category_id", "company_id", "company_name", "company_url", "author", "author_email"),
        *("pull_quote", "featured"),
    ):
        setattr(row, field, getattr(sent, field))
    row.image_id, row.image_key, row.image_width, row.image_height = image
    await put_text(row, sent.content, sent.content_markup_type.value)


async def _known(session: WriteSession, sent: StoryInput) -> None:
    wanted = select(StoryCategory.id).where(StoryCategory.id == sent.category_id)
    if await session.scalar(wanted) is None:
        raise Invalid.field(["body", "category_id"], "There is no such category.", "unknown")
    if sent.company_id is None:
        if not sent.company_name:
            raise Invalid.field(["body", "company_name"], "Whose story is it?", "missing")
    elif await session.scalar(select(Company.id).where(Company.id == sent.company_id)) is None:
        raise Invalid.field(["body", "company_id"], "There is no such company.", "unknown")


async def _image_of(
    session: WriteSession, row: Story, sent: StoryInput, caller: Principal
) -> tuple[int | None, str, int, int]:
    """Return id, key, width and height of the image; a picture that was sent is kept first."""
    number = sent.image_id
    if sent.image_file is not None:
        file = MediaFileInput(
            folder=FOLDER, file=sent.image_file, description=f"Picture of {sent.name}"
        )
        made = await media.create(session, file, caller, place="image_file", pictures=True)
        number = made.id
    if number is None:
        return None, "", 0, 0
    if number == row.image_id:
        return number, row.image_key, row.image_width, row.image_height
    found = await media_files.media_file(session, number)
    if found is None or found["kind"] != MediaKind.PICTURE.value:
        raise Invalid.field(["body", "image_id"], "There is no such picture.", "picture")
    return number, found["key"], found["width"], found["height"]
