"""People, groups and keys in the staff admin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import any_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format
from contracts.base import Input
from contracts.identity.dto import GroupInput, KeyKind, UserInput
from contracts.permissions import GRANTABLE
from identity import queries
from identity.models import ApiKey, EmailAddress, Group, Member, User
from identity.services import addresses, groups, keys, second_factors, support, users
from identity.settings import Settings
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Inline,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.database import WriteSession

#: People sign up themselves: whoever may change accounts has nothing to add.
_USER: Final = Permissions(
    "identity.view_user", "identity.change_user", "identity.change_user", "identity.delete_user"
)
_GROUP: Final = Permissions.of("identity", "group")
_KEY: Final = Permissions(
    "identity.view_key", "identity.delete_key", "identity.delete_key", "identity.delete_key"
)
_CHOICES: Final = tuple(
    AdminChoice(value=name, label=f"{words} ({name})") for name, words in GRANTABLE.items()
)
_KINDS: Final = tuple(AdminChoice(value=kind.value, label=kind.value) for kind in KeyKind)

#: Addresses of the row's user, to be searched.
_ADDRESSES: Final = (
    select(func.coalesce(func.string_agg(EmailAddress.email, " "), ""))
    .where(EmailAddress.user_id == User.id)
    .scalar_subquery()
)
_EMAIL: Final = (
    select(EmailAddress.email)
    .where(EmailAddress.user_id == User.id, EmailAddress.primary)
    .scalar_subquery()
)
_MEMBERSHIPS: Final = select(Member.group_id).where(Member.user_id == User.id).scalar_subquery()
_MEMBERS: Final = (
    select(func.count()).select_from(Member).where(Member.group_id == Group.id).scalar_subquery()
)


class AccountForm(UserInput):
    """An account in its form, with what is only shown there."""

    last_login: datetime | None = None
    created: datetime | None = None


class AddressRow(Input):
    """An address as the form of its account shows it; its owner looks after it."""

    email: str
    verified: bool
    primary: bool


class KeyForm(Input):
    """What the page of a key shows; nobody changes one, and nobody sees its secret."""

    owner: str
    name: str
    kind: str
    scopes: list[str]
    created: datetime
    expires: datetime | None
    last_used: datetime | None


async def _read_user(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.user(session, key)
    if row is None:
        return None
    found = await addresses.of_user(session, key)
    return {
        **row,
        "groups": [group["id"] for group in row["groups"]],
        "addresses": [
            {
                "id": address.id,
                "version": 1,
                "email": address.email,
                "verified": address.verified,
                "primary": address.primary,
            }
            for address in found
        ],
    }


def _advice(row: Values) -> str:
    """Say when somebody was given what they cannot use: only staff come into the admin."""
    if row["is_staff"] or row["is_superuser"] or not (row["groups"] or row["permissions"]):
        return ""
    return (
        f"But {row['username']} cannot come into this admin with these groups and permissions "
        "until Staff is ticked too."
    )


async def _read_group(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.group(session, key)


async def _read_key(session: AsyncSession, key: int, _: Principal) -> Values | None:
    found = (
        await session.execute(
            select(ApiKey, User.username)
            .join(User, User.id == ApiKey.user_id)
            .where(ApiKey.id == key)
        )
    ).first()
    if found is None:
        return None
    row, owner = found
    shown = {name: getattr(row, name) for name in KeyForm.model_fields if name != "owner"}
    return {"id": row.id, "version": 1, "owner": owner, **shown}


async def _revoke(
    session: WriteSession, key: int, caller: Principal, *, if_match: str | None
) -> None:
    del if_match  # a key never changes
    await keys.revoke_for(session, key, caller)


def _each(
    work: Callable[[Call, int], Awaitable[Any]], what: str, done: str
) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
    """Return an action that does something to one row after another.

    `work` returns False where the row was so already.
    """

    async def run(call: Call, ids: Sequence[int]) -> str:
        same = 0
        for key in ids:
            same += await work(call, key) is False
        number = len(ids) - same
        said = f"{number} {what}{'' if number == 1 else 's'} {done}"
        return f"{said}; {same} {'was' if same == 1 else 'were'} so already" if same else said

    return run


def _settings(call: Call) -> Settings:
    return cast("Settings", call.runtime.settings)


def _with_owner(statement: Statement) -> Statement:
    return statement.join(User, User.id == ApiKey.user_id)


USERS: Final = Resource(
    name="user",
    label="user",
    plural="users",
    group="People",
    note="People sign up themselves; here they are helped, and given what they may do.",
    model=User,
    key=User.id,
    title=User.username,
    permissions=_USER,
    entity="user",
    columns=(
        Column("username", User.username, "User name", order=func.lower(User.username)),
        Column("email", func.coalesce(_EMAIL, ""), "E-mail", sortable=False),
        Column("name", func.trim(User.first_name + " " + User.last_name), sortable=False),
        Column("is_active", User.is_active, "Active", Format.BOOL),
        Column("is_staff", User.is_staff, "Staff", Format.BOOL),
        Column("is_superuser", User.is_superuser, "Superuser", Format.BOOL),
        Column("last_login", User.last_login, "Last sign-in", Format.TIME),
        Column("created", User.created, "Joined", Format.DATE),
    ),
    order="username",
    search=(
        ("user name", User.username),
        ("first name", User.first_name),
        ("last name", User.last_name),
        ("e-mail", _ADDRESSES),
    ),
    filters=(
        Filter("is_staff", User.is_staff, FilterKind.BOOL, "Staff"),
        Filter("is_superuser", User.is_superuser, FilterKind.BOOL, "Superuser"),
        Filter("is_active", User.is_active, FilterKind.BOOL, "Active"),
        Filter("group", any_(_MEMBERSHIPS), FilterKind.REF, "Group", ref="group"),
        Filter("joined", User.created, FilterKind.RANGE, "Joined"),
    ),
    dates=Column("joined", User.created),
    form=Form(
        read=_read_user,
        input=AccountForm,
        fieldsets=(
            Fieldset("Person", ("username", "first_name", "last_name", "last_login", "created")),
            Fieldset("Account", ("is_active", "is_staff", "is_superuser")),
            Fieldset("What they may do", ("groups", "permissions")),
        ),
        update=users.update,
        advice=_advice,
        hints={
            "username": Hint(label="User name"),
            "last_login": Hint(label="Last sign-in", read_only_on_change=True),
            "created": Hint(label="Joined", read_only_on_change=True),
            "is_active": Hint(label="Active", help="Untick to keep them from signing in"),
            "is_staff": Hint(
                label="Staff",
                help="Needed to come into this admin, whatever groups and permissions they have",
            ),
            "is_superuser": Hint(label="Superuser", help="Holds every permission"),
            "groups": Hint(ref="group", help="What members may do in the admin needs Staff too"),
            "permissions": Hint(
                label="Own permissions",
                choices=_CHOICES,
                help="Beside those of the groups; given only by who holds them",
            ),
        },
        inlines=(
            Inline(
                name="addresses",
                label="e-mail address",
                plural="e-mail addresses",
                title="email",
                input=AddressRow,
                fields=("email", "verified", "primary"),
                hints={"email": Hint(label="E-mail")},
                permissions=_USER,
            ),
        ),
    ),
    delete=users.delete,
    actions=(
        Action(
            name="deactivate",
            label="Deactivate",
            permission=_USER.change,
            confirm="They are signed out everywhere and cannot sign in any more. Nothing is lost.",
            run=_each(
                lambda call, key: support.set_active(call.session, key, call.caller, active=False),
                "account",
                "deactivated",
            ),
            applies=lambda row: bool(row["is_active"]),
            danger=True,
        ),
        Action(
            name="activate",
            label="Activate",
            permission=_USER.change,
            confirm="They can sign in again.",
            run=_each(
                lambda call, key: support.set_active(call.session, key, call.caller, active=True),
                "account",
                "activated",
            ),
            applies=lambda row: not row["is_active"],
        ),
        Action(
            name="end-sessions",
            label="End all sessions",
            permission=_USER.change,
            confirm="They are signed out in every browser, and may sign in again.",
            run=_each(
                lambda call, key: support.end_sessions(call.session, key, call.caller),
                "account",
                "signed out everywhere",
            ),
        ),
        Action(
            name="send-password-reset",
            label="Send password reset",
            permission=_USER.change,
            confirm="They get a mail with a link by which they set a new password.",
            run=_each(
                lambda call, key: support.send_reset(
                    call.session, _settings(call), key, call.caller
                ),
                "mail",
                "sent",
            ),
            applies=lambda row: bool(row["is_active"]),
        ),
        Action(
            name="reset-second-factor",
            label="Reset second factor",
            permission=_USER.change,
            confirm="Be sure who asked for it: from then on the password alone signs them in. "
            "They are signed out everywhere and told by mail.",
            run=_each(
                lambda call, key: second_factors.reset(
                    call.session, _settings(call), key, call.caller
                ),
                "second factor",
                "taken away",
            ),
            danger=True,
        ),
    ),
)

GROUPS: Final = Resource(
    name="group",
    label="group",
    plural="groups",
    group="People",
    model=Group,
    key=Group.id,
    title=Group.name,
    permissions=_GROUP,
    entity="group",
    columns=(
        Column("name", Group.name),
        Column("members", _MEMBERS, format=Format.NUMBER),
        Column("permissions", func.cardinality(Group.permissions), "Permissions", Format.NUMBER),
        Column("updated", Group.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", Group.name),),
    form=Form(
        read=_read_group,
        input=GroupInput,
        fieldsets=(Fieldset("", ("name", "permissions")),),
        create=groups.create,
        update=groups.update,
        hints={
            "permissions": Hint(
                choices=_CHOICES, help="What every member may do; given only by who holds it"
            )
        },
    ),
    delete=groups.delete,
)

KEYS: Final = Resource(
    name="key",
    label="API key",
    plural="API keys",
    group="People",
    note="Keys by which programs act for people. Nobody sees their secrets.",
    model=ApiKey,
    key=ApiKey.id,
    title=User.username + ": " + ApiKey.name,
    permissions=_KEY,
    join=_with_owner,
    entity="key",
    columns=(
        Column("owner", User.username, order=func.lower(User.username)),
        Column("name", ApiKey.name),
        Column("kind", ApiKey.kind),
        Column("created", ApiKey.created, format=Format.TIME),
        Column("last_used", ApiKey.last_used, format=Format.TIME),
        Column("expires", ApiKey.expires, format=Format.DATE),
    ),
    order="owner",
    search=(("owner", User.username), ("name", ApiKey.name)),
    filters=(
        Filter("kind", ApiKey.kind, FilterKind.CHOICE, choices=_KINDS),
        Filter("made", ApiKey.created, FilterKind.RANGE, "Made"),
    ),
    dates=Column("created", ApiKey.created),
    form=Form(
        read=_read_key,
        input=KeyForm,
        fieldsets=(Fieldset("", tuple(KeyForm.model_fields)),),
        hints={"scopes": Hint(help="Empty: all that its owner may")},
    ),
    delete=_revoke,
    actions=(
        Action(
            name="revoke",
            label="Revoke",
            permission=_KEY.delete,
            confirm="Whatever uses the key is refused from then on. This cannot be undone.",
            run=_each(
                lambda call, key: keys.revoke_for(call.session, key, call.caller), "key", "revoked"
            ),
            danger=True,
            row=False,
        ),
    ),
    # What is done with keys stands in the trail of their owners.
    history=False,
)

RESOURCES: Final = (USERS, GROUPS, KEYS)
