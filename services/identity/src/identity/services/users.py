"""What staff change of accounts.

Three things keep somebody who may change accounts from becoming a superuser: nobody gives or
takes a permission that they do not hold, directly or by a group; the flags of staff and of
superusers, and superusers' accounts, are for those who hold everything; and nobody changes their
own flags.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Text, literal, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.orm import InstrumentedAttribute

from contracts.identity.dto import User as UserDTO
from contracts.identity.dto import UserInput
from contracts.identity.events import UserDeleted, UserUpdated
from identity import names, queries
from identity.events import tell_user
from identity.memberships import services as memberships
from identity.models import Group, Member, User
from identity.nominations import services as nominations
from identity.services import keys, rights, sessions
from identity.services.common import Visitor, is_taken, lock_user, note
from identity.subscriptions import services as subscriptions
from servicekit.access import Principal
from servicekit.audit import AuditRow
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Forbidden, Invalid

#: What entries of the audit trail say of a person, and not of what was done.
_PERSONAL: Final = [
    *("email", "previous", "first_name", "last_name", "bio", "address", "agent", "account"),
    "passkey",
]


async def update(
    session: WriteSession,
    user_id: int,
    sent: UserInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> UserDTO:
    """Replace what staff may change. Raises NotFound, PreconditionFailed, Invalid, Forbidden."""
    groups = await _lock_groups(session, user_id, sent.groups)
    user = await lock_user(session, user_id)
    check_match(if_match, user.version)
    mine = set(await _groups_of(session, user_id))
    before = _snapshot(user, mine)
    wanted = set(sent.groups)
    if missing := wanted - groups.keys():
        raise Invalid.field(["body", "groups"], f"There is no group {min(missing)}.", "unknown")
    _check_flags(user, sent, caller)
    rights.check_names(set(sent.permissions) - set(user.permissions))
    rights.check_giving(caller, set(sent.permissions) ^ set(user.permissions))
    for changed in wanted ^ mine:
        rights.check_giving(caller, groups[changed].permissions)
    if sent.username != user.username and user.is_staff and not rights.holds_all(caller):
        raise Forbidden("Only a superuser renames staff: keys are sent with the name.")
    await rename(session, user, sent.username)
    previous = str(before["username"])
    user.first_name, user.last_name = sent.first_name, sent.last_name
    user.is_active, user.is_staff = sent.is_active, sent.is_staff
    user.is_superuser = sent.is_superuser
    user.permissions = sorted(set(sent.permissions))
    after = _snapshot(user, wanted)
    if after != before:
        await _put_into(session, user_id, add=wanted - mine, remove=mine - wanted)
        if not session.is_modified(user):
            user.touch()
        if not user.is_active:
            await sessions.end_all(session, user_id)
        note(session, caller, "updated", user, before=before, after=after)
        await tell_user(
            session,
            UserUpdated,
            user,
            previous=() if previous == user.username else (previous,),
        )
    return UserDTO.model_validate(await queries.user(session, user_id))


async def delete(
    session: WriteSession, user_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete an account. Raises NotFound, PreconditionFailed, Forbidden."""
    user = await lock_user(session, user_id)
    check_match(if_match, user.version, required=False)
    rights.check_account(caller, user)
    await erase(session, user, caller)


async def erase(
    session: WriteSession, user: User, caller: Principal, *, visitor: Visitor | None = None
) -> None:
    """Delete a locked account with all that belongs to it, and tell everybody to forget it.

    The audit trail keeps that there was an account of this name, and no other word of it.
    """
    await sessions.end_all(session, user.id)
    await keys.revoke_all(session, user.id)
    await memberships.tell_end(session, user.id)
    await subscriptions.leave_all(session, user.id)
    await nominations.forget(session, user.id)
    note(session, caller, "deleted", user, visitor=visitor)
    await tell_user(session, UserDeleted, user)
    await session.delete(user)
    await session.flush()
    await session.execute(
        sql_update(AuditRow)
        .where(AuditRow.entity == "user", AuditRow.entity_id == str(user.id))
        .values(before=_without(AuditRow.before), after=_without(AuditRow.after))
        .execution_options(synchronize_session=False)
    )


async def rename(session: WriteSession, user: User, username: str) -> None:
    """Give an account another user name. Raises Invalid, Conflict."""
    names.check(username, old=user.username)
    if username.lower() != user.username.lower() and await is_taken(session, username):
        raise Conflict("This user name is taken.", field="username", code="unique")
    user.username = username


def _without(column: InstrumentedAttribute[dict[str, Any] | None]) -> ColumnElement[Any]:
    """Return what an entry of the trail says, without what is about a person."""
    return column.op("-")(literal(_PERSONAL, ARRAY(Text)))


def _check_flags(user: User, sent: UserInput, caller: Principal) -> None:
    flags = (user.is_staff, user.is_superuser)
    wanted = (sent.is_staff, sent.is_superuser)
    if (user.is_superuser or flags != wanted) and not rights.holds_all(caller):
        raise Forbidden("Only a superuser changes who is staff, and superusers' accounts.")
    if caller.user_id == user.id and (flags != wanted or sent.is_active != user.is_active):
        raise Conflict("Nobody changes their own flags: another superuser does.", code="own_flags")


async def _lock_groups(
    session: WriteSession, user_id: int, wanted: Sequence[int]
) -> dict[int, Group]:
    """Keep the groups of a user, now and then, from changing meanwhile."""
    ids = {*wanted, *await _groups_of(session, user_id)}
    found = await session.scalars(
        select(Group).where(Group.id.in_(ids)).order_by(Group.id).with_for_update(read=True)
    )
    return {group.id: group for group in found}


async def _groups_of(session: WriteSession, user_id: int) -> Sequence[int]:
    return (await session.scalars(select(Member.group_id).where(Member.user_id == user_id))).all()


async def _put_into(
    session: WriteSession, user_id: int, *, add: set[int], remove: set[int]
) -> None:
    if remove:
        await session.execute(
            sql_delete(Member).where(Member.user_id == user_id, Member.group_id.in_(remove))
        )
    session.add_all(Member(user_id=user_id, group_id=group_id) for group_id in sorted(add))


def _snapshot(user: User, groups: set[int]) -> dict[str, object]:
    return {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "permissions": sorted(user.permissions),
        "groups": sorted(groups),
    }
