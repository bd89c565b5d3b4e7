"""Every read of memberships. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.memberships import AFFIRMED_DAYS, MembershipType
from identity.memberships.models import Membership
from servicekit import reading
from servicekit.reading import Row

#: Types whose members can vote; by the bylaws, Basic members cannot.
VOTING: Final = frozenset(MembershipType) - {MembershipType.BASIC}

_COLUMNS: Final[tuple[Any, ...]] = tuple(
    getattr(Membership, name)
    for name in (
        *("id", "user_id", "membership_type", "legal_name", "preferred_name", "email_address"),
        *("city", "region", "country", "postal_code", "psf_code_of_conduct", "votes"),
        *("last_vote_affirmation", "version", "created", "updated"),
    )
)


async def of_user(session: AsyncSession, user_id: int) -> Row | None:
    """Return the membership of an account."""
    return _whole(await _one(session, Membership.user_id == user_id))


async def by_id(session: AsyncSession, membership_id: int) -> Row | None:
    """Return one membership."""
    return _whole(await _one(session, Membership.id == membership_id))


def overdue() -> ColumnElement[bool]:
    """Return whether a voter has to affirm it again, for the database to decide."""
    kept = timedelta(days=AFFIRMED_DAYS)
    last = Membership.last_vote_affirmation
    return and_(Membership.votes, or_(last.is_(None), last < func.now() - kept))


async def _one(session: AsyncSession, condition: ColumnElement[bool]) -> Row | None:
    return await reading.one(session, select(*_COLUMNS).where(condition))


def _whole(row: Row | None) -> Row | None:
    if row is None:
        return None
    last = row["last_vote_affirmation"]
    kept = timedelta(days=AFFIRMED_DAYS)
    over = last is None or datetime.now(UTC) - last > kept
    return {
        **row,
        "can_vote": MembershipType(row["membership_type"]) in VOTING,
        "needs_affirmation": row["votes"] and over,
    }
