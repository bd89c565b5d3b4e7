"""Writing related blogs: row, event and audit entry in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from content.blogs import queries
from content.blogs.models import RelatedBlog
from content.blogs.services.feeds import check_address
from content.writes import note, sign, snapshot, tell
from contracts.content.blogs import RelatedBlog as RelatedBlogDTO
from contracts.content.blogs import (
    RelatedBlogChange,
    RelatedBlogCreated,
    RelatedBlogDeleted,
    RelatedBlogInput,
    RelatedBlogUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound


async def create(
    session: WriteSession, sent: RelatedBlogInput, caller: Principal
) -> RelatedBlogDTO:
    """Point to a blog from now on. Raises Invalid where its feed cannot be asked."""
    row = RelatedBlog()
    _fill(session, row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_related(session, RelatedBlogCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    blog_id: int,
    sent: RelatedBlogInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> RelatedBlogDTO:
    """Replace a related blog; it is read whole the next time.

    Raises NotFound, PreconditionFailed, Invalid where its feed cannot be asked.
    """
    row = await _lock(session, blog_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(session, row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    row.ask_whole()
    row.failures, row.error = 0, ""
    sign(row, caller)
    changed = await _state(session, row)
    tell_related(session, RelatedBlogUpdated, changed)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def say(  # noqa: PLR0913 - what a blog said
    session: WriteSession,
    row: RelatedBlog,
    caller: Principal,
    *,
    title: str,
    url: str,
    published: datetime | None,
) -> bool:
    """Keep what a locked related blog said last; returns whether that is new."""
    new = (title, url, published)
    if (row.last_entry_title, row.last_entry_url, row.last_entry_published) == new:
        return False
    before = snapshot(row)
    row.last_entry_title, row.last_entry_url, row.last_entry_published = new
    tell_related(session, RelatedBlogUpdated, await _state(session, row))
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return True


async def delete(
    session: WriteSession, blog_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Point to a blog no longer. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, blog_id)
    check_match(if_match, row.version, required=False)
    tell_related(session, RelatedBlogDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def look_now(session: WriteSession, blog_id: int, caller: Principal) -> None:
    """Have a related blog looked at with the next tick. Raises NotFound, Invalid."""
    row = await _lock(session, blog_id)
    if not row.active:
        raise Invalid(f"{row.name} is not active: it is followed once it is.")
    row.ask_whole()
    note(session, caller, "asked for", row, row.name)


def of_related(kind: type[RelatedBlogChange], blog: RelatedBlogDTO) -> RelatedBlogChange:
    """Make the event `kind` of a blog in its state after the change (before, if deleted)."""
    return kind(id=blog.id, blog=None if issubclass(kind, RelatedBlogDeleted) else blog)


def tell_related(
    session: WriteSession, kind: type[RelatedBlogChange], blog: RelatedBlogDTO
) -> None:
    """Record the event `kind` of a related blog."""
    version = blog.version + issubclass(kind, RelatedBlogDeleted)
    tell(session, of_related(kind, blog), number=blog.id, version=version)


def _fill(session: WriteSession, row: RelatedBlog, sent: RelatedBlogInput) -> None:
    check_address(session, row.feed_url, sent.feed_url)
    for name in RelatedBlogInput.model_fields:
        setattr(row, name, getattr(sent, name))


async def _lock(session: WriteSession, blog_id: int) -> RelatedBlog:
    statement = select(RelatedBlog).where(RelatedBlog.id == blog_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such related blog.")
    return row


async def _state(session: WriteSession, row: RelatedBlog) -> RelatedBlogDTO:
    await session.flush()
    return RelatedBlogDTO.model_validate(await queries.related_one(session, row.id))
