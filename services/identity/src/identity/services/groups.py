"""Writing groups. Whoever gives a permission away, by a group too, holds it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from contracts.identity.dto import Group as GroupDTO
from contracts.identity.dto import GroupInput
from contracts.identity.events import GroupCreated, GroupDeleted, GroupUpdated
from identity import queries
from identity.events import tell_group
from identity.models import Group, User
from identity.services import rights
from servicekit import audit
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound


async def unknown_testers(
    session: WriteSession, groups: Sequence[str], users: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """Return which of these names no group has, and which no user has, in any case."""
    there = set(await session.scalars(select(Group.name).where(Group.name.in_(groups))))
    lowered = func.lower(User.username)
    known = set(
        await session.scalars(select(lowered).where(lowered.in_([one.lower() for one in users])))
    )
    return (
        [one for one in groups if one not in there],
        [one for one in users if one.lower() not in known],
    )


async def create(session: WriteSession, sent: GroupInput, caller: Principal) -> GroupDTO:
    """Create a group. Raises Invalid, Forbidden."""
    rights.check_names(sent.permissions)
    rights.check_giving(caller, sent.permissions)
    row = Group(name=sent.name, permissions=sorted(set(sent.permissions)))
    session.add(row)
    await tell_group(session, GroupCreated, row)
    _note(session, caller, "created", row, after=_snapshot(row))
    return await _state(session, row)


async def update(
    session: WriteSession,
    group_id: int,
    sent: GroupInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> GroupDTO:
    """Replace a group. Raises NotFound, PreconditionFailed, Invalid, Forbidden.

    Also another name is for those who hold what the group gives: people are put into a group, and
    features opened for it, by its name.
    """
    row = await _lock(session, group_id)
    check_match(if_match, row.version)
    before = _snapshot(row)
    wanted = sorted(set(sent.permissions))
    rights.check_names(set(wanted) - set(row.permissions))
    if (sent.name, wanted) != (row.name, sorted(row.permissions)):
        rights.check_giving(caller, {*wanted, *row.permissions})
    row.name, row.permissions = sent.name, wanted
    if _snapshot(row) != before:
        await tell_group(session, GroupUpdated, row)
        _note(session, caller, "updated", row, before=before, after=_snapshot(row))
    return await _state(session, row)


async def delete(
    session: WriteSession, group_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a group; its members lose what it gave. Raises as `update` does."""
    row = await _lock(session, group_id)
    check_match(if_match, row.version, required=False)
    rights.check_giving(caller, row.permissions)
    await tell_group(session, GroupDeleted, row)
    _note(session, caller, "deleted", row, before=_snapshot(row))
    await session.delete(row)


async def _lock(session: WriteSession, group_id: int) -> Group:
    found = await session.scalar(
        select(Group)
        .where(Group.id == group_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("There is no such group.")
    return found


async def _state(session: WriteSession, row: Group) -> GroupDTO:
    await session.flush()
    return GroupDTO.model_validate(await queries.group(session, row.id))


def _snapshot(row: Group) -> dict[str, object]:
    return {"name": row.name, "permissions": sorted(row.permissions)}


def _note(  # noqa: PLR0913 - what an entry of the trail says
    session: WriteSession,
    caller: Principal,
    action: str,
    row: Group,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(
        session, caller, action, "group", row.id, label=row.name, before=before, after=after
    )
