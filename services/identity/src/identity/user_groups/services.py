"""Writing user groups: row, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from contracts.identity.user_groups import UserGroup as UserGroupDTO
from contracts.identity.user_groups import (
    UserGroupApproved,
    UserGroupCreated,
    UserGroupDeleted,
    UserGroupInput,
    UserGroupProposal,
    UserGroupRef,
    UserGroupUpdated,
    UserGroupWithdrawn,
)
from identity import settings
from identity.services.common import user_of
from identity.user_groups import letters, queries
from identity.user_groups.models import UserGroup
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.writes import alone, note, sign, snapshot, tell

#: Groups of one person that wait at the same time.
_MOST_WAITING: Final = 10


async def propose(
    session: WriteSession, sent: UserGroupProposal, caller: Principal
) -> UserGroupDTO:
    """Keep a group that somebody proposes, for staff to approve.

    Raises Invalid for who has many waiting, Conflict for an address that is in the directory.
    """
    user = user_of(caller)
    await alone(session, "user-groups", user)
    waiting = select(func.count()).where(UserGroup.creator_id == user, ~UserGroup.approved)
    if (await session.scalar(waiting) or 0) >= _MOST_WAITING:
        raise Invalid(f"You have {_MOST_WAITING} groups that wait for staff already.")
    known = select(UserGroup.id).where(UserGroup.url == sent.url, UserGroup.approved).limit(1)
    if await session.scalar(known) is not None:
        raise Conflict("This group is in the directory already.", field="url", code="unique")
    made = await create(session, UserGroupInput(**sent.model_dump()), caller)
    told = settings.of(session)
    if told.staff_email:
        mail.post(session, told, told.staff_email, letters.proposed(told, made))
    return made


async def create(
    session: WriteSession, sent: UserGroupInput, caller: Principal, *, sample: bool = False
) -> UserGroupDTO:
    """Create a group."""
    row = UserGroup(sample=sample)
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_group(session, UserGroupCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    group_id: int,
    sent: UserGroupInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> UserGroupDTO:
    """Replace a group. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed.
    """
    row = await _lock(session, group_id)
    check_match(if_match, row.version)
    return await _change(session, row, sent, caller)


async def set_approved(
    session: WriteSession, group_id: int, caller: Principal, *, approved: bool
) -> bool:
    """Approve a group, or take that back; tells whether there was anything to do.

    Raises NotFound.
    """
    row = await _lock(session, group_id)
    if row.approved is approved:
        return False
    sent = UserGroupInput.model_validate(
        {name: getattr(row, name) for name in UserGroupInput.model_fields} | {"approved": approved}
    )
    await _change(session, row, sent, caller)
    return True


async def delete(
    session: WriteSession, group_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a group. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, group_id)
    check_match(if_match, row.version, required=False)
    was = await _state(session, row)
    tell_group(session, UserGroupDeleted, was, was_public=was.approved)
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


def of_group(
    kind: type[UserGroupRef], group: UserGroupDTO, *, was_public: bool = False
) -> UserGroupRef:
    """Make the event `kind` of a group in its state after the change (before, if deleted)."""
    shown = group.approved and not issubclass(kind, UserGroupDeleted)
    return kind(
        id=group.id,
        approved=group.approved,
        was_public=was_public,
        user_group=group if shown else None,
    )


def tell_group(
    session: WriteSession,
    kind: type[UserGroupRef],
    group: UserGroupDTO,
    *,
    was_public: bool = False,
) -> None:
    """Record the event `kind` of a group."""
    gone = issubclass(kind, UserGroupDeleted)
    told = of_group(kind, group, was_public=was_public)
    tell(session, told, number=group.id, version=group.version + gone)


async def _change(
    session: WriteSession, row: UserGroup, sent: UserGroupInput, caller: Principal
) -> UserGroupDTO:
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    was = bool(before["approved"])
    kind: type[UserGroupRef] = UserGroupUpdated
    if was is not row.approved:
        kind = UserGroupApproved if row.approved else UserGroupWithdrawn
    tell_group(session, kind, changed, was_public=was)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


def _fill(row: UserGroup, sent: UserGroupInput) -> None:
    for name in UserGroupInput.model_fields:
        setattr(row, name, getattr(sent, name))
    row.url_type = sent.url_type.value


async def _lock(session: WriteSession, group_id: int) -> UserGroup:
    statement = select(UserGroup).where(UserGroup.id == group_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such user group.")
    return row


async def _state(session: WriteSession, row: UserGroup) -> UserGroupDTO:
    await session.flush()
    return UserGroupDTO.model_validate(await queries.by_id(session, row.id))
