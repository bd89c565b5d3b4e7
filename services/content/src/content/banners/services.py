"""Writing banners: rows, event and audit entry in one transaction.

What visitors do not see is nobody's business: its events carry id and state.
"""

from __future__ import annotations

from sqlalchemy import select

from content.banners import queries
from content.banners.models import Banner
from content.writes import note, sign, snapshot, tell
from contracts.content.banners import Banner as BannerDTO
from contracts.content.banners import (
    BannerCreated,
    BannerDeleted,
    BannerHidden,
    BannerInput,
    BannerRef,
    BannerShown,
    BannerUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound


async def create(session: WriteSession, sent: BannerInput, caller: Principal) -> BannerDTO:
    """Create a banner. One that visitors see at once is told as created and then as shown."""
    row = Banner()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    created = await _state(session, row)
    tell_banner(session, BannerCreated, created)
    note(session, caller, "created", row, row.title, after=snapshot(row))
    return await settle(session, row) or created


async def update(
    session: WriteSession,
    banner_id: int,
    sent: BannerInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> BannerDTO:
    """Replace a banner. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed.
    """
    row = await _lock(session, banner_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    note(session, caller, "updated", row, row.title, before=before, after=snapshot(row))
    settled = await settle(session, row)
    if settled is None:
        tell_banner(session, BannerUpdated, changed)
    return settled or changed


async def delete(
    session: WriteSession, banner_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a banner. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, banner_id)
    check_match(if_match, row.version, required=False)
    tell_banner(session, BannerDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.title, before=snapshot(row))
    await session.delete(row)


async def settle(session: WriteSession, row: Banner) -> BannerDTO | None:
    """Tell that visitors see a locked banner from now on, or do so no longer.

    Returns its new state, None where nothing of that changed.
    """
    await session.flush()
    wanted = bool(
        await session.scalar(select(queries.due()).where(Banner.id == row.id)),
    )
    if wanted == row.shown:
        return None
    row.shown = wanted
    changed = await _state(session, row)
    tell_banner(session, BannerShown if wanted else BannerHidden, changed)
    return changed


def of_banner(kind: type[BannerRef], banner: BannerDTO) -> BannerRef:
    """Make the event `kind` of a banner in its state after the change (before, if deleted)."""
    public = banner.shown and not issubclass(kind, BannerDeleted)
    return kind(id=banner.id, shown=banner.shown, banner=banner if public else None)


def tell_banner(session: WriteSession, kind: type[BannerRef], banner: BannerDTO) -> None:
    """Record the event `kind` of a banner."""
    gone = issubclass(kind, BannerDeleted)
    tell(session, of_banner(kind, banner), number=banner.id, version=banner.version + gone)


def _fill(row: Banner, sent: BannerInput) -> None:
    for name in ("title", "message", "link", "active", "starts", "ends"):
        setattr(row, name, getattr(sent, name))
    row.place, row.paths = sent.place.value, list(sent.paths)
    row.priority, row.dismissible = sent.priority, sent.dismissible


async def _lock(session: WriteSession, banner_id: int) -> Banner:
    statement = select(Banner).where(Banner.id == banner_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such banner.")
    return row


async def _state(session: WriteSession, row: Banner) -> BannerDTO:
    await session.flush()
    return BannerDTO.model_validate(await queries.banner(session, row.id))
