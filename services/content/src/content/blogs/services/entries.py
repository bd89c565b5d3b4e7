"""Writing entries: rows, event and audit entry in one transaction.

What is hidden is nobody's business: its events carry id and state.
"""

from __future__ import annotations

import asyncio
from typing import Final

from sqlalchemy import select

import markup
from content.blogs import queries
from content.blogs.models import BlogEntry, BlogFeed
from content.writes import note, sign, snapshot, tell
from contracts.content.blogs import BlogEntry as BlogEntryDTO
from contracts.content.blogs import (
    BlogEntryChange,
    BlogEntryCreated,
    BlogEntryDeleted,
    BlogEntryInput,
    BlogEntryUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound

#: Words of an excerpt (as at python.org), and characters where words have no end.
_WORDS: Final = 50
_CHARACTERS: Final = 600


async def create(
    session: WriteSession,
    sent: BlogEntryInput,
    caller: Principal,
    *,
    digest: str | None = None,
    sample: bool = False,
) -> BlogEntryDTO:
    """Create an entry; `digest` is of what its feed said. Raises Invalid, Conflict."""
    row = BlogEntry(digest=digest, sample=sample)
    await _fill(session, row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_entry(session, BlogEntryCreated, made)
    note(session, caller, "created", row, row.title, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    entry_id: int,
    sent: BlogEntryInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> BlogEntryDTO:
    """Replace an entry. Where nothing differs, nothing is written and nothing is told.

    It stays so until its feed says something else. Raises NotFound, PreconditionFailed, Invalid,
    Conflict.
    """
    row = await _lock(session, entry_id)
    check_match(if_match, row.version)
    return await replace(session, row, sent, caller, digest=row.digest)


async def replace(
    session: WriteSession,
    row: BlogEntry,
    sent: BlogEntryInput,
    caller: Principal,
    *,
    digest: str | None,
) -> BlogEntryDTO:
    """Replace a locked entry. Raises Invalid, Conflict."""
    before = snapshot(row)
    await _fill(session, row, sent)
    same = snapshot(row) == before
    row.digest = digest
    if same:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    tell_entry(session, BlogEntryUpdated, changed)
    note(session, caller, "updated", row, row.title, before=before, after=snapshot(row))
    return changed


async def set_hidden(
    session: WriteSession, entry_id: int, caller: Principal, *, hidden: bool
) -> None:
    """Show an entry to nobody, or to everybody again. Raises NotFound."""
    row = await _lock(session, entry_id)
    if row.hidden == hidden:
        return
    before = snapshot(row)
    row.hidden = hidden
    sign(row, caller)
    tell_entry(session, BlogEntryUpdated, await _state(session, row))
    action = "hidden" if hidden else "shown"
    note(session, caller, action, row, row.title, before=before, after=snapshot(row))


async def delete(
    session: WriteSession, entry_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete an entry; it comes back where its feed still has it. Raises NotFound."""
    row = await _lock(session, entry_id)
    check_match(if_match, row.version, required=False)
    tell_entry(session, BlogEntryDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.title, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def render(row: BlogEntry) -> bool:
    """Make the safe HTML of an entry, in a thread; returns whether it came out otherwise."""
    before = (row.summary_html, row.excerpt)
    row.summary_html, row.excerpt = await asyncio.to_thread(_rendered, row.summary)
    row.summary_renderer = markup.RENDERER_VERSION
    return (row.summary_html, row.excerpt) != before


async def tell_rendered(session: WriteSession, row: BlogEntry) -> None:
    """Tell that the HTML of an entry came out otherwise although nobody changed its text."""
    tell_entry(session, BlogEntryUpdated, await _state(session, row))


async def states(session: WriteSession, feed_id: int) -> list[BlogEntryDTO]:
    """Return the state of every entry of a feed."""
    await session.flush()
    ids = await session.scalars(select(BlogEntry.id).where(BlogEntry.feed_id == feed_id))
    return await queries.entry_states(session, ids.all())


def of_entry(kind: type[BlogEntryChange], entry: BlogEntryDTO) -> BlogEntryChange:
    """Make the event `kind` of an entry in its state after the change (before, if deleted)."""
    public = not entry.hidden and not issubclass(kind, BlogEntryDeleted)
    return kind(id=entry.id, hidden=entry.hidden, entry=entry if public else None)


def tell_entry(session: WriteSession, kind: type[BlogEntryChange], entry: BlogEntryDTO) -> None:
    """Record the event `kind` of an entry."""
    version = entry.version + issubclass(kind, BlogEntryDeleted)
    tell(session, of_entry(kind, entry), number=entry.id, version=version)


def _rendered(summary: str) -> tuple[str, str]:
    # Whoever wrote it is a stranger.
    safe = markup.sanitize(summary, trust="visitor")
    words = markup.to_text(safe).split()
    text = " ".join(words[:_WORDS])
    if len(text) > _CHARACTERS:
        return safe, text[: _CHARACTERS - 1] + "…"
    return safe, text + (" …" if len(words) > _WORDS else "")


async def _fill(session: WriteSession, row: BlogEntry, sent: BlogEntryInput) -> None:
    if row.feed_id != sent.feed_id:
        if not await session.scalar(select(BlogFeed.id).where(BlogFeed.id == sent.feed_id)):
            raise Invalid.field(["body", "feed_id"], "There is no such feed.", "unknown")
        row.feed_id = sent.feed_id
    with session.no_autoflush:
        twice = await session.scalar(
            select(BlogEntry.id).where(BlogEntry.feed_id == sent.feed_id, BlogEntry.url == sent.url)
        )
    if twice is not None and twice != row.id:
        raise Conflict("The feed has an entry with this address already.", field="url")
    for name in ("title", "url", "pub_date", "hidden"):
        setattr(row, name, getattr(sent, name))
    if row.summary != sent.summary or not row.summary_renderer:
        row.summary = sent.summary
        await render(row)


async def _lock(session: WriteSession, entry_id: int) -> BlogEntry:
    statement = select(BlogEntry).where(BlogEntry.id == entry_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such entry.")
    return row


async def _state(session: WriteSession, row: BlogEntry) -> BlogEntryDTO:
    await session.flush()
    return (await queries.entry_states(session, [row.id]))[0]
