"""Accounts elsewhere that sign people in, in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.base import Input
from identity.admin.acting import each, settings_of
from identity.models import SocialAccount, User
from identity.services import linked_accounts
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)

_UNLINK: Final = "identity.delete_socialaccount"
_LINKED: Final = Permissions("identity.view_socialaccount", _UNLINK, _UNLINK, _UNLINK)


class LinkedAccountForm(Input):
    """What the page of a linked account shows; its owner links and the provider names it."""

    owner: str
    provider: str
    username: str
    email: str
    subject: str
    created: datetime
    last_used: datetime | None


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    found = (
        await session.execute(
            select(SocialAccount, User.username)
            .join(User, User.id == SocialAccount.user_id)
            .where(SocialAccount.id == key)
        )
    ).first()
    if found is None:
        return None
    row, owner = found
    shown = {name: getattr(row, name) for name in LinkedAccountForm.model_fields if name != "owner"}
    return {"id": row.id, "version": 1, "owner": owner, **shown}


def _with_owner(statement: Statement) -> Statement:
    return statement.join(User, User.id == SocialAccount.user_id)


LINKED_ACCOUNTS: Final = Resource(
    name="linked-account",
    label="linked account",
    plural="linked accounts",
    group="People",
    note="Accounts elsewhere that sign in to an account here. Their owners link them.",
    model=SocialAccount,
    key=SocialAccount.id,
    title=User.username + ": " + SocialAccount.provider,
    permissions=_LINKED,
    join=_with_owner,
    columns=(
        Column("owner", User.username, order=func.lower(User.username)),
        Column("provider", SocialAccount.provider),
        Column("username", SocialAccount.username, "Name there"),
        Column("email", SocialAccount.email, "E-mail there"),
        Column("created", SocialAccount.created, "Linked", Format.TIME),
        Column("last_used", SocialAccount.last_used, format=Format.TIME),
    ),
    order="owner",
    search=(
        ("owner", User.username),
        ("name there", SocialAccount.username),
        ("e-mail there", SocialAccount.email),
    ),
    filters=(Filter("linked", SocialAccount.created, FilterKind.RANGE, "Linked"),),
    form=Form(
        read=_read,
        input=LinkedAccountForm,
        fieldsets=(Fieldset("", tuple(LinkedAccountForm.model_fields)),),
        hints={
            "username": Hint(label="Name there", help="As the provider told it last"),
            "email": Hint(label="E-mail there", help="As the provider told it; it proves nothing"),
            "subject": Hint(help="The provider's own and lasting name for the account"),
            "created": Hint(label="Linked"),
        },
    ),
    actions=(
        Action(
            name="unlink",
            label="Unlink",
            permission=_UNLINK,
            confirm="It signs nobody in here any more, and its owner is told by mail. Who has no "
            "other way in can set a password by mail.",
            run=each(
                lambda call, key: linked_accounts.remove_for(
                    call.session, settings_of(call), key, call.caller
                ),
                "account",
                "unlinked",
            ),
            danger=True,
        ),
    ),
    # What is done with them stands in the trail of their owners.
    history=False,
)
