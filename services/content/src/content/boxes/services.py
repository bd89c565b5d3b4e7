"""Writing boxes: rows, event and audit entry in one transaction."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

import markup
from content.boxes import queries
from content.boxes.models import Box
from content.writes import note, sign, snapshot, tell
from contracts.content.boxes import (
    GENERATED,
    BoxCreated,
    BoxDeleted,
    BoxInput,
    BoxRef,
    BoxUpdated,
)
from contracts.content.boxes import Box as BoxDTO
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound


async def create(session: WriteSession, sent: BoxInput, caller: Principal) -> BoxDTO:
    """Create a box. Raises Invalid where its label is one that the site makes by itself."""
    row = Box()
    await _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    created = await _state(session, row)
    tell_box(session, BoxCreated, created)
    note(session, caller, "created", row, row.label, after=snapshot(row))
    return created


async def update(
    session: WriteSession,
    box_id: int,
    sent: BoxInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> BoxDTO:
    """Replace a box. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, box_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    await _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    previous = (str(before["label"]),) if before["label"] != row.label else ()
    tell_box(session, BoxUpdated, changed, previous_labels=previous)
    note(session, caller, "updated", row, row.label, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, box_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a box. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, box_id)
    check_match(if_match, row.version, required=False)
    gone = await _state(session, row)
    tell_box(session, BoxDeleted, gone)
    note(session, caller, "deleted", row, row.label, before=snapshot(row))
    await session.delete(row)


async def render(row: Box) -> bool:
    """Render the text of a box, in a thread; returns whether its HTML came out otherwise."""
    before = row.content_html
    row.content_html = await asyncio.to_thread(markup.render, row.content, row.content_markup_type)
    row.content_renderer = markup.RENDERER_VERSION
    return row.content_html != before


async def tell_rendered(session: WriteSession, row: Box) -> None:
    """Tell that the HTML of a box came out otherwise although nobody changed its text."""
    tell_box(session, BoxUpdated, await _state(session, row))


def of_box(kind: type[BoxRef], box: BoxDTO, *, previous_labels: tuple[str, ...] = ()) -> BoxRef:
    """Make the event `kind` of a box in its state after the change (before, if deleted)."""
    gone = issubclass(kind, BoxDeleted)
    return kind(
        id=box.id,
        label=box.label,
        box=None if gone else box,
        previous_labels=previous_labels,
    )


def tell_box(
    session: WriteSession,
    kind: type[BoxRef],
    box: BoxDTO,
    *,
    previous_labels: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of a box."""
    event = of_box(kind, box, previous_labels=previous_labels)
    tell(session, event, number=box.id, version=box.version + issubclass(kind, BoxDeleted))


async def _fill(row: Box, sent: BoxInput) -> None:
    if sent.label in GENERATED and sent.label != row.label:
        raise Invalid.field(
            ["body", "label"],
            f"The box {sent.label} is made by the site itself, of the releases there are.",
            "generated",
        )
    row.label = sent.label
    kind = sent.content_markup_type.value
    if row.content != sent.content or row.content_markup_type != kind:
        row.content, row.content_markup_type = sent.content, kind
        await render(row)


async def _lock(session: WriteSession, box_id: int) -> Box:
    statement = select(Box).where(Box.id == box_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such box.")
    return row


async def _state(session: WriteSession, row: Box) -> BoxDTO:
    await session.flush()
    return BoxDTO.model_validate(await queries.box(session, row.id))
