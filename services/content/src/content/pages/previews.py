"""Addresses at which whoever has one sees a draft without signing in.

The token is told once and kept as a hash, so that neither a row nor a backup opens anything. It
works until it expires or is revoked.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from content.pages import queries, services
from content.pages.models import PagePreview
from content.writes import note
from contracts.content.pages import Page, PreviewInput, PreviewMade, PreviewSummary
from servicekit.access import Principal
from servicekit.database import ReadSession, WriteSession
from servicekit.problems import Conflict, NotFound

#: Previews of one page that work at the same time.
MOST: Final = 20


async def make(
    session: WriteSession, page_id: int, sent: PreviewInput, caller: Principal
) -> PreviewMade:
    """Make a preview of a page. Raises NotFound, and Conflict where the page has too many."""
    page = await services.lock(session, page_id, caller)
    there = await queries.previews(session, page_id)
    if len(there) >= MOST:
        raise Conflict(f"The page has {MOST} previews; revoke one first.", code="too_many")
    token = secrets.token_urlsafe(32)
    row = PagePreview(
        page_id=page_id,
        token_sha256=hashed(token),
        actor=caller.subject,
        expires=datetime.now(UTC) + timedelta(days=sent.days),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    told = PreviewSummary.model_validate(row)
    note(session, caller, "preview made", page, page.title, after=_told(told))
    return PreviewMade(**told.model_dump(), token=token)


async def revoke(session: WriteSession, page_id: int, preview_id: int, caller: Principal) -> None:
    """Have a preview work no longer. Raises NotFound."""
    page = await services.lock(session, page_id, caller)
    row = await session.scalar(
        select(PagePreview).where(PagePreview.id == preview_id, PagePreview.page_id == page_id)
    )
    if row is None:
        raise NotFound("There is no such preview of the page.")
    told = PreviewSummary.model_validate(row)
    note(session, caller, "preview revoked", page, page.title, before=_told(told))
    await session.delete(row)


async def show(session: ReadSession, token: str) -> Page:
    """Return the page that a preview shows. Raises NotFound where it works no longer."""
    row = await queries.previewed(session, hashed(token))
    if row is None:
        raise NotFound("This preview works no longer.")
    return Page.model_validate(row)


async def prune(session: WriteSession) -> int:
    """Delete the previews that expired; returns how many."""
    gone = await session.scalars(
        delete(PagePreview).where(PagePreview.expires <= func.now()).returning(PagePreview.id)
    )
    return len(gone.all())


def hashed(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def _told(preview: PreviewSummary) -> dict[str, Any]:
    return {"preview": preview.id, "expires": preview.expires}
