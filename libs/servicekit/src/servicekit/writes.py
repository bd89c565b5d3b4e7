"""What writes of many domains share: authors, the audit trail, events that fit a message."""

from __future__ import annotations

from typing import Any, Final, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase

from contracts.events import EventData
from servicekit import audit, outbox
from servicekit.access import Principal
from servicekit.audit import AuditRow
from servicekit.database import WriteSession
from servicekit.problems import Invalid

#: Columns that follow from others, or that nobody sends.
_FOLLOWING: Final = frozenset(
    {"id", "created", "updated", "creator_id", "last_modified_by_id", "version"}
)


class Signed(Protocol):
    """A row that names who made and who last changed it."""

    creator_id: Any
    last_modified_by_id: Any


async def alone(session: WriteSession, what: str, which: int | str = "") -> None:
    """Wait until nobody else does the same about the same, until the end of the transaction.

    For what is read before it is written: several at once would all find room, or each a tree
    that is sound.
    """
    key = func.hashtextextended(f"{what}:{which}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


def sign(row: Signed, caller: Principal, *, new: bool = False) -> None:
    """Put the caller's user id on a row; a service or a command has none."""
    if new:
        row.creator_id = caller.user_id
    row.last_modified_by_id = caller.user_id


def snapshot(row: DeclarativeBase, following: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return what a person can change of a row, for comparison and for the audit trail.

    `following` are columns of the row that follow from others.
    """
    return {
        attribute.key: getattr(row, attribute.key)
        for attribute in type(row).__mapper__.column_attrs
        if attribute.key not in _FOLLOWING and attribute.key not in following
    }


def note(  # noqa: PLR0913 - what an entry of the trail says
    session: WriteSession,
    caller: Principal,
    action: str,
    row: DeclarativeBase,
    label: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add the audit entry of a write to a row that has an `id`."""
    number = getattr(row, "id")  # noqa: B009 - not every row has one, those of domains do
    entity = type(row).__tablename__
    audit.record(session, caller, action, entity, number, label=label, before=before, after=after)


def tell(session: WriteSession, event: EventData, *, number: int, version: int) -> None:
    """Record an event; a state that no message could carry is the caller's mistake, and refused.

    Raises Invalid.
    """
    try:
        outbox.record(session, event, aggregate_id=number, aggregate_version=version)
    except outbox.EventTooLarge as error:
        raise Invalid.field(
            ["body"], f"The text is larger than {outbox.MAX_EVENT} bytes as a page.", "too_large"
        ) from error


async def gone(session: WriteSession, entity: str, field: str) -> set[str]:
    """Return what deleted rows, and rows that were changed since, had in a field.

    A seed leaves these alone: what somebody deleted or moved does not come back.
    """
    old = AuditRow.before[field].astext
    found = await session.scalars(
        select(old).where(AuditRow.entity == entity, AuditRow.before.has_key(field)).distinct()
    )
    return set(found)
