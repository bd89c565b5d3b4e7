"""What staff read of accounts and groups, as rows that become DTOs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contracts.identity.dto import UserSummary
from identity.models import EmailAddress, Group, Member, User
from servicekit.pagination import MAX_OFFSET, Window

type Row = dict[str, Any]
type Column = InstrumentedAttribute[Any]

USER_ORDERS: Final[dict[str, Column]] = {
    "username": User.username,
    "last_login": User.last_login,
    "created": User.created,
    "id": User.id,
}
GROUP_ORDERS: Final[dict[str, Column]] = {"name": Group.name, "id": Group.id}

_EMAIL: Final = (
    select(EmailAddress.email)
    .where(EmailAddress.user_id == User.id, EmailAddress.primary)
    .scalar_subquery()
)
_GROUPS: Final = (
    select(
        func.coalesce(
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_object("id", Group.id, "name", Group.name), Group.name
                )
            ),
            func.jsonb_build_array(),
        )
    )
    .join(Member, Member.group_id == Group.id)
    .where(Member.user_id == User.id)
    .scalar_subquery()
)
_USER: Final = (
    *(User.id, User.username, User.first_name, User.last_name),
    func.coalesce(_EMAIL, "").label("email"),
    *(User.is_active, User.is_staff, User.is_superuser),
    _GROUPS.label("groups"),
    *(User.permissions, User.last_login, User.version, User.created, User.updated),
)
_MEMBERS: Final = (
    select(func.count()).select_from(Member).where(Member.group_id == Group.id).scalar_subquery()
)
_GROUP: Final = (
    *(Group.id, Group.name, Group.permissions),
    _MEMBERS.label("members"),
    *(Group.version, Group.created, Group.updated),
)


@dataclass(frozen=True, kw_only=True)
class UserFilter:
    """Which accounts; None does not ask. `q` looks into names and addresses."""

    q: str | None = None
    is_active: bool | None = None
    is_staff: bool | None = None
    is_superuser: bool | None = None
    group: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what rows have to fulfil."""
        found: list[ColumnElement[bool]] = []
        if self.q:
            addresses = select(EmailAddress.user_id).where(
                EmailAddress.email.icontains(self.q, autoescape=True)
            )
            found.append(
                or_(
                    User.username.icontains(self.q, autoescape=True),
                    (User.first_name + " " + User.last_name).icontains(self.q, autoescape=True),
                    User.id.in_(addresses),
                )
            )
        for column, wanted in (
            (User.is_active, self.is_active),
            (User.is_staff, self.is_staff),
            (User.is_superuser, self.is_superuser),
        ):
            if wanted is not None:
                found.append(column.is_(wanted))
        if self.group is not None:
            members = select(Member.user_id).where(Member.group_id == self.group)
            found.append(User.id.in_(members))
        return found


async def users(
    session: AsyncSession, window: Window, found: UserFilter, order: str
) -> tuple[Sequence[Row], int]:
    """Return one window of the accounts and how many match."""
    statement = select(*_USER).where(*found.conditions())
    return await _page(session, statement, _direction(USER_ORDERS, order), User.id, window)


async def user(session: AsyncSession, user_id: int) -> Row | None:
    """Return one account."""
    return await _one(session, select(*_USER).where(User.id == user_id))


async def groups(
    session: AsyncSession, window: Window, q: str | None, order: str
) -> tuple[Sequence[Row], int]:
    """Return one window of the groups and how many match."""
    statement = select(*_GROUP)
    if q:
        statement = statement.where(Group.name.icontains(q, autoescape=True))
    return await _page(session, statement, _direction(GROUP_ORDERS, order), Group.id, window)


async def group(session: AsyncSession, group_id: int) -> Row | None:
    """Return one group."""
    return await _one(session, select(*_GROUP).where(Group.id == group_id))


async def summaries(
    session: AsyncSession, ids: Sequence[int], username: str | None
) -> list[UserSummary]:
    """Return the users with these ids, and the one of this name, by what others may know."""
    known = [number for number in ids if 0 < number <= MAX_OFFSET]
    named = func.lower(User.username) == func.lower(username or "")
    found = await session.scalars(select(User).where(or_(User.id.in_(known), named)))
    return [
        UserSummary(id=row.id, username=row.username, name=row.name, is_active=row.is_active)
        for row in found
    ]


async def _one(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> Row | None:
    found = (await session.execute(statement)).mappings().first()
    return None if found is None else dict(found)


async def _page(
    session: AsyncSession,
    statement: Select[*tuple[Any, ...]],
    by: ColumnElement[Any],
    tie: Column,
    window: Window,
) -> tuple[Sequence[Row], int]:
    rows = await session.execute(
        statement.order_by(by, tie).limit(window.limit).offset(window.offset)
    )
    found = [dict(row) for row in rows.mappings()]
    bare = statement.with_only_columns(tie).order_by(None).subquery()
    total = (await session.execute(select(func.count()).select_from(bare))).scalar_one()
    return found, total


def _direction(orders: dict[str, Column], order: str) -> ColumnElement[Any]:
    column = orders[order.removeprefix("-")]
    if order.startswith("-"):
        return column.desc().nulls_last()
    return column.asc().nulls_last()
