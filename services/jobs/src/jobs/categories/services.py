"""Writing categories: row, event and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from contracts.jobs.dto import JobCategory as CategoryDTO
from contracts.jobs.events import (
    CategoryChange,
    CategoryCreated,
    CategoryDeleted,
    CategoryUpdated,
)
from contracts.jobs.inputs import CategoryInput
from jobs.categories import queries
from jobs.categories.models import Category
from jobs.jobs import telling
from jobs.jobs.models import Job
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound
from servicekit.writes import note, sign, snapshot, tell


async def create(session: WriteSession, sent: CategoryInput, caller: Principal) -> CategoryDTO:
    """Create a category. Raises Invalid."""
    row = Category()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_category(session, CategoryCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    category_id: int,
    sent: CategoryInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> CategoryDTO:
    """Replace a category. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, category_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
    tell_category(session, CategoryUpdated, changed, previous)
    if (before["slug"], before["name"]) != (row.slug, row.name):
        await telling.tell_again(session, Job.category_id == row.id)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, category_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a category that no job has. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, category_id)
    check_match(if_match, row.version, required=False)
    tell_category(session, CategoryDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def of_category(
    kind: type[CategoryChange], category: CategoryDTO, previous: tuple[str, ...] = ()
) -> CategoryChange:
    """Make the event `kind` of a category in its state after the change (before, if deleted)."""
    state = None if issubclass(kind, CategoryDeleted) else category
    return kind(id=category.id, slug=category.slug, category=state, previous_slugs=previous)


def tell_category(
    session: WriteSession,
    kind: type[CategoryChange],
    category: CategoryDTO,
    previous: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of a category."""
    gone = issubclass(kind, CategoryDeleted)
    told = of_category(kind, category, previous)
    tell(session, told, number=category.id, version=category.version + gone)


def _fill(row: Category, sent: CategoryInput) -> None:
    row.slug = sent.slug or slugs.required(sent.name)
    row.name, row.active = sent.name, sent.active


async def _lock(session: WriteSession, category_id: int) -> Category:
    statement = select(Category).where(Category.id == category_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such category.")
    return row


async def _state(session: WriteSession, row: Category) -> CategoryDTO:
    await session.flush()
    return CategoryDTO.model_validate(await queries.by_id(session, row.id))
