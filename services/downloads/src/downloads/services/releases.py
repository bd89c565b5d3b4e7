"""Writing releases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import inspect

import markup
from contracts.downloads.dto import Release as ReleaseDTO
from contracts.downloads.dto import ReleaseInput
from contracts.downloads.events import (
    ReleaseCreated,
    ReleaseDeleted,
    ReleasePublished,
    ReleaseRef,
    ReleaseUnpublished,
    ReleaseUpdated,
)
from downloads import events, queries, versions
from downloads.models import Release
from downloads.services.common import (
    lock_latest,
    lock_releases,
    note,
    sign,
    snapshot,
    state,
)
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound

PUBLISH: Final = "downloads.can_publish_releases"
"""Making a release public, or a draft again, in whichever way."""


async def create(session: WriteSession, sent: ReleaseInput, caller: Principal) -> ReleaseDTO:
    """Create a release. One that is public at once is created as a draft and then published."""
    if sent.is_published:
        caller.require(PUBLISH)
    if sent.is_published and sent.is_latest:
        # It takes the flag from another release, which is a change of that one.
        caller.require("downloads.change_release")
        await lock_latest(session)
        flagged = await lock_releases(session, [], with_latest=True)
        await demote(session, flagged.values(), sent.major, caller)
    row = Release()
    await fill(row, sent)
    row.is_published = False
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    created = await state(session, row.id)
    events.tell_release(session, ReleaseCreated, created)
    if sent.is_published:
        row.is_published = True
        created = await state(session, row.id)
        events.tell_release(session, ReleasePublished, created)
    note(session, caller, "created", row, after=snapshot(row))
    return created


async def update(
    session: WriteSession,
    release_id: int,
    sent: ReleaseInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ReleaseDTO:
    """Replace a release. Where nothing differs, nothing is written and nothing is told.

    Slug, date and `is_published` stay as they are where they are not sent. Raises NotFound,
    PreconditionFailed, and Forbidden where who may not publish changes `is_published`.
    """
    may_publish = sent.is_published or "is_published" not in sent.model_fields_set
    row, flagged = await _lock(session, release_id, caller, latest=may_publish and sent.is_latest)
    check_match(if_match, row.version)
    sent = completed(sent, row)
    if sent.is_published:
        await demote(session, flagged, sent.major, caller)
    return await replace(session, row, sent, caller)


def completed[T: ReleaseInput](sent: T, row: Release) -> T:
    """Return what was sent for a row; a release stays public, or a draft, unless it is said."""
    if "is_published" in sent.model_fields_set:
        return sent
    return sent.model_copy(update={"is_published": row.is_published})


async def replace(
    session: WriteSession,
    row: Release,
    sent: ReleaseInput,
    caller: Principal,
    *,
    with_files: bool = False,
) -> ReleaseDTO:
    """Replace a locked release; `with_files` where its files changed with it.

    A release that becomes the latest needs the others demoted before.
    """
    before = snapshot(row)
    await fill(row, sent)
    if row.is_published != before["is_published"]:
        caller.require(PUBLISH)
    if snapshot(row) == before and not with_files:
        return await state(session, row.id)
    sign(row, caller)
    row.touch()
    changed = await state(session, row.id)
    kind = transition(before["is_published"], row.is_published)
    previous = (before["slug"],) if before["slug"] != row.slug else ()
    events.tell_release(session, kind, changed, previous_slugs=previous)
    note(session, caller, _verb(kind), row, before=before, after=snapshot(row))
    return changed


async def set_published(
    session: WriteSession,
    release_id: int,
    caller: Principal,
    *,
    published: bool,
    if_match: str | None,
) -> ReleaseDTO:
    """Publish or unpublish a release; one that is so already stays as it is.

    Raises NotFound, PreconditionFailed, Forbidden.
    """
    caller.require(PUBLISH)
    row, flagged = await _lock(session, release_id, caller, latest=published)
    check_match(if_match, row.version, required=False)
    if row.is_published == published:
        return await state(session, row.id)
    if row.is_latest:
        await demote(session, flagged, row.major, caller)
    before = snapshot(row)
    row.is_published = published
    sign(row, caller)
    changed = await state(session, row.id)
    kind = transition(not published, published)
    events.tell_release(session, kind, changed)
    note(session, caller, _verb(kind), row, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, release_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a release with its files. Raises NotFound, PreconditionFailed.

    Whoever may not take a release off the site may not delete it either: Forbidden.
    """
    row, _ = await _lock(session, release_id, caller, latest=False)
    if row.is_published:
        caller.require(PUBLISH)
    check_match(if_match, row.version, required=False)
    gone = await state(session, release_id)
    events.tell_release(session, ReleaseDeleted, gone, version=gone.version + 1)
    before = {**snapshot(row), "files": [file.url for file in gone.files]}
    note(session, caller, "deleted", row, before=before)
    await session.delete(row)


async def demote(
    session: WriteSession, flagged: Iterable[Release], major: int, caller: Principal
) -> None:
    """Take the flag of the latest from locked releases of `major`, before another one gets it."""
    others = [row for row in flagged if row.major == major and row.is_latest]
    before = {row.id: snapshot(row) for row in others}
    for row in others:
        row.is_latest = False
        sign(row, caller)
    await session.flush()
    states = await queries.states(session, list(before))
    for row in others:
        events.tell_release(session, ReleaseUpdated, states[row.id])
        note(session, caller, "updated", row, before=before[row.id], after=snapshot(row))


async def touch(session: WriteSession, rows: Iterable[Release], caller: Principal) -> None:
    """Tell a change of locked releases whose files changed together."""
    touched = list(rows)
    for row in touched:
        row.touch()
        sign(row, caller)
    await session.flush()
    states = await queries.states(session, [row.id for row in touched])
    for row in touched:
        events.tell_release(session, ReleaseUpdated, states[row.id])


async def fill(row: Release, sent: ReleaseInput) -> None:
    """Put what was sent into the row, with what follows from it; a new text is rendered."""
    parsed = versions.parse(sent.name)
    row.name = sent.name
    row.slug = sent.slug or row.slug or slugs.required(sent.name)
    row.major = int(sent.major)
    row.number, row.series, row.version_key = parsed.number, parsed.series, parsed.key
    row.is_latest = sent.is_latest
    row.is_published = sent.is_published
    row.pre_release = sent.pre_release
    row.show_on_download_page = sent.show_on_download_page
    if sent.release_date is not None:
        row.release_date = sent.release_date
    elif inspect(row).transient:
        row.release_date = datetime.now(UTC)
    row.release_notes_url = sent.release_notes_url
    row.release_page = sent.release_page
    kind = sent.content_markup_type.value
    if row.content != sent.content or row.content_markup_type != kind:
        row.content, row.content_markup_type = sent.content, kind
        await render(row)


async def render(row: Release) -> None:
    """Render the text of a release; in a thread, because it takes processor time."""
    row.content_html = await asyncio.to_thread(markup.render, row.content, row.content_markup_type)
    row.content_renderer = markup.RENDERER_VERSION


async def _lock(
    session: WriteSession, release_id: int, caller: Principal, *, latest: bool
) -> tuple[Release, list[Release]]:
    """Lock a release, and the others flagged as latest where it is to become one of them."""
    if latest:
        await lock_latest(session)
    rows = await lock_releases(session, [release_id], seen_by=caller, with_latest=latest)
    row = rows.pop(release_id, None)
    if row is None:
        raise NotFound("There is no such release.")
    return row, list(rows.values())


def transition(was: bool, now: bool) -> type[ReleaseRef]:  # noqa: FBT001 - two states, in order
    """Return the event of a change from published or not to published or not."""
    if was == now:
        return ReleaseUpdated
    return ReleasePublished if now else ReleaseUnpublished


def _verb(kind: type[ReleaseRef]) -> str:
    return kind.SUBJECT.rpartition(".")[2]
