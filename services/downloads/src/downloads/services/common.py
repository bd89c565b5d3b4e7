"""What every write shares: locks, snapshots for the audit trail, the state after a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    and_,
    any_,
    false,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from contracts.downloads.dto import Release as ReleaseDTO
from downloads import queries
from downloads.models import OperatingSystem, Release, ReleaseFile
from servicekit import audit
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.writes import alone

type Entity = Release | ReleaseFile | OperatingSystem

VIEW_DRAFTS: Final = "downloads.view_release"

#: Columns that follow from others, or that nobody sends.
_FOLLOWING: Final = frozenset(
    {"id", "created", "updated", "creator_id", "last_modified_by_id", "version", "version_key"}
    | {"content_html", "content_renderer"}
)


def sees_drafts(caller: Principal) -> bool:
    """Tell whether the caller may know of releases that are not public."""
    return caller.may(VIEW_DRAFTS)


def known_to(caller: Principal) -> ColumnElement[bool]:
    """Select the releases that there are for the caller.

    An answer to a write shows the row: whoever may change releases and not see drafts must not
    read one by changing it.
    """
    return or_(Release.is_published, literal(value=sees_drafts(caller)))


async def lock_latest(session: WriteSession) -> None:
    """Wait until nobody else may move the flag of the latest release; held until commit."""
    await alone(session, "latest")


async def lock_releases(
    session: WriteSession,
    ids: Iterable[int],
    *,
    seen_by: Principal | None = None,
    with_latest: bool = False,
) -> dict[int, Release]:
    """Lock releases by ascending id, with the published ones flagged as latest if told so.

    Ids that do not exist, or not for `seen_by`, are left out. `with_latest` needs `lock_latest`
    before.
    """
    wanted: ColumnElement[bool] = Release.id.in_(sorted(set(ids)))
    if seen_by is not None:
        wanted = and_(wanted, known_to(seen_by))
    flagged = Release.is_latest & Release.is_published if with_latest else false()
    found = await session.scalars(
        select(Release)
        .where(or_(wanted, flagged))
        .order_by(Release.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in found}


async def lock_system(
    session: WriteSession, system_id: int, *, to_change: bool = False
) -> OperatingSystem | None:
    """Keep a system from being deleted, or from anything else where it is `to_change`."""
    statement = select(OperatingSystem).where(OperatingSystem.id == system_id)
    if to_change:
        statement = statement.with_for_update()
    else:
        statement = statement.with_for_update(read=True, key_share=True)
    return await session.scalar(statement.execution_options(populate_existing=True))


async def state(session: WriteSession, release_id: int) -> ReleaseDTO:
    """Return the whole state of a release as this transaction left it."""
    await session.flush()
    return (await queries.states(session, [release_id]))[release_id]


def one_of(column: InstrumentedAttribute[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Compare with an array, which is one parameter however many values it has."""
    return column == any_(literal(list(values), ARRAY(String)))


def snapshot(row: Entity) -> dict[str, Any]:
    """Return what a person can change of a row, for comparison and for the audit trail."""
    return {
        attribute.key: getattr(row, attribute.key)
        for attribute in type(row).__mapper__.column_attrs
        if attribute.key not in _FOLLOWING
    }


def note(  # noqa: PLR0913 - what an entry of the trail says
    session: WriteSession,
    caller: Principal,
    action: str,
    row: Entity,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add the audit entry of a write to a row."""
    audit.record(
        session,
        *(caller, action, type(row).__tablename__, row.id),
        label=row.name,
        before=before,
        after=after,
    )


def sign(row: Entity, caller: Principal, *, new: bool = False) -> None:
    """Put the caller's user id on a row; a service or a command has none."""
    if new:
        row.creator_id = caller.user_id
    row.last_modified_by_id = caller.user_id
