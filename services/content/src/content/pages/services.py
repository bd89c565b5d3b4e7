"""Writing pages: rows, revision, event and audit entry in one transaction."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select

import markup
from content.pages import events, queries, rules
from content.pages.models import Page, PageRevision
from content.pages.queries import known_to
from content.writes import note, sign, snapshot
from contracts.content.pages import (
    ContentType,
    PageCreated,
    PageDeleted,
    PageInput,
    PageMarkup,
    PagePublished,
    PageTemplate,
    PageUpdated,
)
from contracts.content.pages import Page as PageDTO
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound

#: How each markup is rendered: as what, and under which policy.
_RENDERED: Final[dict[PageMarkup, tuple[str, markup.Trust]]] = {
    PageMarkup.MARKDOWN: ("markdown", "author"),
    PageMarkup.RESTRUCTUREDTEXT: ("restructuredtext", "author"),
    PageMarkup.HTML: ("html", "author"),
    PageMarkup.PLAIN: ("plain", "author"),
    PageMarkup.MARKDOWN_UNSAFE: ("markdown", "unrestricted"),
    PageMarkup.HTML_UNSAFE: ("html", "unrestricted"),
}


async def create(session: WriteSession, sent: PageInput, caller: Principal) -> PageDTO:
    """Create a page. One that is public at once is created as a draft and then published.

    Raises Invalid, Forbidden.
    """
    if sent.is_published or sent.publish_at is not None:
        caller.require(rules.EDIT)
    rules.check_times(sent, published=sent.is_published, old=None)
    rules.check_markup(sent, caller, None)
    row = Page()
    await _fill(row, sent)
    row.is_published = False
    sign(row, caller, new=True)
    session.add(row)
    created = await _state(session, row)
    events.tell_page(session, PageCreated, created)
    if sent.is_published:
        row.is_published = True
        created = await _state(session, row)
        events.tell_page(session, PagePublished, created)
    await keep(session, row, "created", caller, sent.change_note)
    note(session, caller, "created", row, row.title, after=snapshot(row))
    return created


async def update(
    session: WriteSession,
    page_id: int,
    sent: PageInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> PageDTO:
    """Replace a page. Where nothing differs, nothing is written and nothing is told.

    `is_published` stays as it is where it is not sent. Raises NotFound, PreconditionFailed,
    Invalid, and Forbidden where who may not edit public pages changes one.
    """
    row = await lock(session, page_id, caller)
    check_match(if_match, row.version)
    return await replace(session, row, sent, caller, action="")


async def replace(
    session: WriteSession, row: Page, sent: PageInput, caller: Principal, *, action: str
) -> PageDTO:
    """Replace a locked page; `action` is what the trail calls it where it is no plain change."""
    published = sent.is_published if "is_published" in sent.model_fields_set else row.is_published
    rules.check_times(sent, published=published, old=row)
    rules.check_markup(sent, caller, row)
    before, concerned = snapshot(row), rules.is_public_matter(row)
    await _fill(row, sent)
    row.is_published = published
    if not published and before["is_published"]:
        row.expire_at = None
    if snapshot(row) == before:
        return await _state(session, row)
    if concerned or rules.is_public_matter(row):
        caller.require(rules.EDIT)
    sign(row, caller)
    changed = await _state(session, row)
    kind = events.transition(before["is_published"], row.is_published)
    previous = (str(before["path"]),) if before["path"] != row.path else ()
    events.tell_page(session, kind, changed, previous_paths=previous)
    done = action or events.verb(kind)
    await keep(session, row, done, caller, sent.change_note)
    note(session, caller, done, row, row.title, before=before, after=snapshot(row))
    return changed


async def set_published(
    session: WriteSession,
    page_id: int,
    caller: Principal,
    *,
    published: bool,
    if_match: str | None,
) -> PageDTO:
    """Publish or unpublish a page; one that is so already stays as it is.

    Raises NotFound, PreconditionFailed, Forbidden, and Invalid where the page's time is over.
    """
    caller.require(rules.EDIT)
    row = await lock(session, page_id, caller)
    check_match(if_match, row.version, required=False)
    if row.is_published == published:
        return await _state(session, row)
    if published and row.expire_at is not None and row.expire_at <= datetime.now(UTC):
        raise Invalid.field(["body", "expire_at"], "The time of this page is over.", "past")
    return await _switch(session, row, caller, published=published, reason="")


async def come_due(
    session: WriteSession, row: Page, caller: Principal, *, published: bool
) -> PageDTO:
    """Publish or withdraw a locked page because its time has come.

    One whose whole time passed while nothing ran stays a draft and waits for nothing any more.
    """
    over = row.expire_at is not None and row.expire_at <= datetime.now(UTC)
    return await _switch(
        session, row, caller, published=published and not over, reason="its time came"
    )


async def _switch(
    session: WriteSession, row: Page, caller: Principal, *, published: bool, reason: str
) -> PageDTO:
    before = snapshot(row)
    row.is_published, row.publish_at = published, None
    if not published:
        row.expire_at = None
    sign(row, caller)
    changed = await _state(session, row)
    kind = events.transition(before["is_published"], published)
    events.tell_page(session, kind, changed)
    done = events.verb(kind)
    await keep(session, row, done, caller, reason)
    note(session, caller, done, row, row.title, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, page_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a page with its revisions; the trail keeps its last state.

    Raises NotFound, PreconditionFailed, and Forbidden where who may not edit public pages deletes
    one.
    """
    row = await lock(session, page_id, caller)
    if rules.is_public_matter(row):
        caller.require(rules.EDIT)
    check_match(if_match, row.version, required=False)
    gone = await _state(session, row)
    events.tell_page(session, PageDeleted, gone)
    note(session, caller, "deleted", row, row.title, before=snapshot(row))
    await session.delete(row)


async def tell_rendered(session: WriteSession, rows: list[Page], caller: Principal) -> None:
    """Tell that locked pages come out otherwise than before, though nobody wrote them anew."""
    for row in rows:
        row.touch()
        sign(row, caller)
    await session.flush()
    states = await queries.states(session, [row.id for row in rows])
    for row in rows:
        events.tell_page(session, PageUpdated, states[row.id])


async def render(row: Page) -> None:
    """Render the text of a page; in a thread, because it takes processor time."""
    kind, trust = _RENDERED[PageMarkup(row.content_markup_type)]
    row.content_html = await asyncio.to_thread(markup.render, row.content, kind, trust=trust)
    row.content_renderer = markup.RENDERER_VERSION


async def lock(session: WriteSession, page_id: int, caller: Principal) -> Page:
    """Lock a page that the caller may know of. Raises NotFound."""
    row = await session.scalar(
        select(Page)
        .where(Page.id == page_id, known_to(caller))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("There is no such page.")
    return row


async def keep(
    session: WriteSession, row: Page, action: str, caller: Principal, reason: str
) -> None:
    """Keep the state of a locked page as its next revision."""
    last = select(func.coalesce(func.max(PageRevision.number), 0)).where(
        PageRevision.page_id == row.id
    )
    session.add(
        PageRevision(
            page_id=row.id,
            number=int(await session.scalar(last) or 0) + 1,
            action=action,
            note=reason,
            actor=caller.subject,
            title=row.title,
            path=row.path,
            keywords=row.keywords,
            description=row.description,
            content=row.content,
            content_markup_type=row.content_markup_type,
            content_type=row.content_type,
            template_name=row.template_name,
            is_published=row.is_published,
        )
    )


async def _fill(row: Page, sent: PageInput) -> None:
    """Put what was sent into the row, all but its state; a new text is rendered."""
    row.title = sent.title
    row.path = rules.free_path(sent.path)
    row.keywords = sent.keywords
    row.description = sent.description
    row.template_name = PageTemplate(sent.template_name).value
    row.content_type = ContentType(sent.content_type).value
    row.publish_at, row.expire_at = sent.publish_at, sent.expire_at
    kind = sent.content_markup_type.value
    if row.content != sent.content or row.content_markup_type != kind:
        row.content, row.content_markup_type = sent.content, kind
        await render(row)


async def _state(session: WriteSession, row: Page) -> PageDTO:
    await session.flush()
    return (await queries.states(session, [row.id]))[row.id]
