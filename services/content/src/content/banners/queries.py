"""Every read of banners. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.banners.models import Banner
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row

BANNER: Final[tuple[Column, ...]] = tuple(
    getattr(Banner, name)
    for name in (
        *("id", "title", "message", "link", "active", "place", "paths", "starts", "ends"),
        *("priority", "dismissible", "shown", "version", "created", "updated"),
    )
)
#: The most important first.
_ORDER: Final = (Banner.priority.desc(), Banner.id.desc())


def due() -> ColumnElement[bool]:
    """Select what visitors are to see now, by the database's clock."""
    return and_(
        Banner.active,
        or_(Banner.starts.is_(None), Banner.starts <= func.now()),
        or_(Banner.ends.is_(None), Banner.ends > func.now()),
    )


async def banners(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the banners, the most important first."""
    return await reading.page(session, select(*BANNER), _ORDER, window)


async def banner(session: AsyncSession, banner_id: int) -> Row | None:
    """Return one banner."""
    return await reading.one(session, select(*BANNER).where(Banner.id == banner_id))


async def current(session: AsyncSession) -> list[dict[str, Any]]:
    """Return the banners that visitors are to see now, the most important first."""
    return await reading.every(session, select(*BANNER).where(due()).order_by(*_ORDER).limit(50))
