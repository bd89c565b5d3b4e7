"""Writing feeds: rows, events and audit entry in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from content import settings
from content.blogs import queries
from content.blogs.models import BlogEntry, BlogFeed
from content.blogs.services import entries
from content.writes import note, sign, snapshot, tell
from contracts.content.blogs import (
    BlogEntryDeleted,
    BlogEntryUpdated,
    BlogFeedChange,
    BlogFeedCreated,
    BlogFeedDeleted,
    BlogFeedInput,
    BlogFeedUpdated,
)
from contracts.content.blogs import BlogFeed as BlogFeedDTO
from servicekit import outside
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound


async def create(session: WriteSession, sent: BlogFeedInput, caller: Principal) -> BlogFeedDTO:
    """Follow a blog from now on. Raises Invalid where its feed cannot be asked."""
    row = BlogFeed()
    _fill(session, row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_feed(session, BlogFeedCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    feed_id: int,
    sent: BlogFeedInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> BlogFeedDTO:
    """Replace a feed; it is read whole the next time. Its entries say what it is called now.

    Raises NotFound, PreconditionFailed, Invalid where its feed cannot be asked.
    """
    row = await _lock(session, feed_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(session, row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    row.ask_whole()
    row.failures, row.error = 0, ""
    sign(row, caller)
    changed = await _state(session, row)
    tell_feed(session, BlogFeedUpdated, changed)
    if any(before[name] != getattr(row, name) for name in ("name", "website_url")):
        for one in await _entries(session, row.id):
            one.touch()
        for entry in await entries.states(session, row.id):
            entries.tell_entry(session, BlogEntryUpdated, entry)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, feed_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a feed with its entries. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, feed_id)
    check_match(if_match, row.version, required=False)
    gone = await _state(session, row)
    await _entries(session, row.id)
    for entry in await entries.states(session, row.id):
        entries.tell_entry(session, BlogEntryDeleted, entry)
    tell_feed(session, BlogFeedDeleted, gone)
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def look_now(session: WriteSession, feed_id: int, caller: Principal) -> None:
    """Have a feed looked at with the next tick, changed or not. Raises NotFound, Invalid."""
    row = await _lock(session, feed_id)
    if not row.active:
        raise Invalid(f"{row.name} is not active: it is followed once it is.")
    row.ask_whole()
    note(session, caller, "asked for", row, row.name)


def of_feed(kind: type[BlogFeedChange], feed: BlogFeedDTO) -> BlogFeedChange:
    """Make the event `kind` of a feed in its state after the change (before, if deleted)."""
    return kind(id=feed.id, feed=None if issubclass(kind, BlogFeedDeleted) else feed)


def tell_feed(session: WriteSession, kind: type[BlogFeedChange], feed: BlogFeedDTO) -> None:
    """Record the event `kind` of a feed."""
    version = feed.version + issubclass(kind, BlogFeedDeleted)
    tell(session, of_feed(kind, feed), number=feed.id, version=version)


def _fill(session: WriteSession, row: BlogFeed, sent: BlogFeedInput) -> None:
    check_address(session, row.feed_url, sent.feed_url)
    for name in BlogFeedInput.model_fields:
        setattr(row, name, getattr(sent, name))


def check_address(session: WriteSession, old: str | None, new: str) -> None:
    """Refuse a new address of a feed that could never be asked. Raises Invalid."""
    if new != old and not outside.may_be_public(new, settings.of(session).import_networks):
        message = "It is not on the public internet, and nothing else is asked."
        raise Invalid.field(["body", "feed_url"], message, "not_public")


async def _entries(session: WriteSession, feed_id: int) -> list[BlogEntry]:
    statement = select(BlogEntry).where(BlogEntry.feed_id == feed_id).order_by(BlogEntry.id)
    return list(await session.scalars(statement.with_for_update()))


async def _lock(session: WriteSession, feed_id: int) -> BlogFeed:
    statement = select(BlogFeed).where(BlogFeed.id == feed_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such feed.")
    return row


async def _state(session: WriteSession, row: BlogFeed) -> BlogFeedDTO:
    await session.flush()
    return BlogFeedDTO.model_validate(await queries.feed(session, row.id))
