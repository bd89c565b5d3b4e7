"""Writing categories: row, events and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from content.stories import queries, telling
from content.stories.models import Story, StoryCategory
from content.writes import note, sign, snapshot, tell
from contracts.content.stories import StoryCategory as StoryCategoryDTO
from contracts.content.stories import (
    StoryCategoryChange,
    StoryCategoryCreated,
    StoryCategoryDeleted,
    StoryCategoryInput,
    StoryCategoryUpdated,
)
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound


async def create(
    session: WriteSession, sent: StoryCategoryInput, caller: Principal
) -> StoryCategoryDTO:
    """Create a category. Raises Invalid."""
    row = StoryCategory()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_category(session, StoryCategoryCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    category_id: int,
    sent: StoryCategoryInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> StoryCategoryDTO:
    """Replace a category; its stories say what it is called now. Raises NotFound, Invalid."""
    row = await _lock(session, category_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
    tell_category(session, StoryCategoryUpdated, changed, previous)
    await telling.again(session, Story.category_id == row.id)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, category_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a category that no story is in. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, category_id)
    check_match(if_match, row.version, required=False)
    tell_category(session, StoryCategoryDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def of_category(
    kind: type[StoryCategoryChange], found: StoryCategoryDTO, previous: tuple[str, ...] = ()
) -> StoryCategoryChange:
    """Make the event `kind` of a category in its state after the change (before, if deleted)."""
    state = None if issubclass(kind, StoryCategoryDeleted) else found
    return kind(id=found.id, slug=found.slug, category=state, previous_slugs=previous)


def tell_category(
    session: WriteSession,
    kind: type[StoryCategoryChange],
    found: StoryCategoryDTO,
    previous: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of a category."""
    version = found.version + issubclass(kind, StoryCategoryDeleted)
    tell(session, of_category(kind, found, previous), number=found.id, version=version)


def _fill(row: StoryCategory, sent: StoryCategoryInput) -> None:
    row.name, row.slug = sent.name, sent.slug or slugs.required(sent.name)


async def _lock(session: WriteSession, category_id: int) -> StoryCategory:
    statement = select(StoryCategory).where(StoryCategory.id == category_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such category.")
    return row


async def _state(session: WriteSession, row: StoryCategory) -> StoryCategoryDTO:
    await session.flush()
    return StoryCategoryDTO.model_validate(
        await queries.category(session, StoryCategory.id == row.id)
    )
