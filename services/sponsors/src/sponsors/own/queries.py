"""Reads of what is a caller's own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import reading
from servicekit.reading import Row
from sponsors.own.models import ApplicationDraft
from sponsors.sponsors import queries as sponsors
from sponsors.sponsorships import queries
from sponsors.years import queries as years

_DRAFT: Final = tuple(
    getattr(ApplicationDraft, name)
    for name in (
        *("id", "year", "package_id", "benefit_ids", "sponsor_id", "sponsor", "contacts"),
        *("version", "updated"),
    )
)


async def draft(session: AsyncSession, user_id: int) -> Row | None:
    """Return what a user left unfinished for the current year."""
    year = await years.current(session)
    mine = (ApplicationDraft.user_id == user_id, ApplicationDraft.year == year)
    return await reading.one(session, select(*_DRAFT).where(*mine))


async def whole(
    session: AsyncSession,
    sponsorship_id: int,
    can_edit: ColumnElement[bool] | None,
    *conditions: ColumnElement[bool],
) -> Row | None:
    """Return a sponsorship with its sponsor and benefits: at most three statements."""
    row = await queries.row_of(session, sponsorship_id, *conditions)
    if row is None:
        return None
    number = row["sponsor_id"]
    return {
        **row,
        "sponsor": number and await sponsors.sponsor(session, number, can_edit=can_edit),
        "benefits": await queries.benefits(session, sponsorship_id),
    }
