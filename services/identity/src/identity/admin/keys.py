"""API keys in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format
from contracts.base import Input
from contracts.identity.dto import KeyKind
from identity.admin.acting import each, settings_of
from identity.models import ApiKey, User
from identity.services import keys
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

_KEY: Final = Permissions(
    "identity.view_key", "identity.delete_key", "identity.delete_key", "identity.delete_key"
)
_KINDS: Final = tuple(AdminChoice(value=kind.value, label=kind.value) for kind in KeyKind)


class KeyForm(Input):
    """What the page of a key shows; nobody changes one, and nobody sees its secret."""

    owner: str
    name: str
    kind: str
    scopes: list[str]
    created: datetime
    expires: datetime | None
    last_used: datetime | None


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


def _with_owner(statement: Statement) -> Statement:
    return statement.join(User, User.id == ApiKey.user_id)


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
    actions=(
        Action(
            name="revoke",
            label="Revoke",
            permission=_KEY.delete,
            confirm="Whatever uses the key is refused from then on. This cannot be undone.",
            run=each(
                lambda call, key: keys.revoke_for(
                    call.session, settings_of(call), key, call.caller
                ),
                "key",
                "revoked",
            ),
            danger=True,
        ),
    ),
    # What is done with keys stands in the trail of their owners.
    history=False,
)
