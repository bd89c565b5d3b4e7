"""People in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import any_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.base import Input
from contracts.identity.dto import UserInput
from identity import queries
from identity.admin.acting import CHOICES, each, settings_of
from identity.models import EmailAddress, Member, User
from identity.services import addresses, second_factors, support, users
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Inline,
    Permissions,
    Resource,
    Values,
)

#: People sign up themselves: whoever may change accounts has nothing to add.
_USER: Final = Permissions(
    "identity.view_user", "identity.change_user", "identity.change_user", "identity.delete_user"
)

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


class AccountForm(UserInput):
    """An account in its form, with what is only shown there."""

    last_login: datetime | None = None
    created: datetime | None = None


class AddressRow(Input):
    """An address as the form of its account shows it; its owner looks after it."""

    email: str
    verified: bool
    primary: bool


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
                choices=CHOICES,
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
            run=each(
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
            run=each(
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
            run=each(
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
            run=each(
                lambda call, key: support.send_reset(
                    call.session, settings_of(call), key, call.caller
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
            run=each(
                lambda call, key: second_factors.reset(
                    call.session, settings_of(call), key, call.caller
                ),
                "second factor",
                "taken away",
            ),
            danger=True,
        ),
    ),
)
