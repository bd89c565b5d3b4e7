"""Webhooks in the staff admin: looked at, and switched off where one does harm."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.base import Input
from identity.admin.acting import each, settings_of
from identity.integrations import services
from identity.integrations.models import Webhook, WebhookDelivery
from identity.models import User
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

_CHANGE: Final = "identity.change_webhook"
_WEBHOOK: Final = Permissions("identity.view_webhook", _CHANGE, _CHANGE, _CHANGE)
_WAITING: Final = (
    select(func.count())
    .select_from(WebhookDelivery)
    .where(WebhookDelivery.webhook_id == Webhook.id, WebhookDelivery.state == "waiting")
    .scalar_subquery()
)


class WebhookForm(Input):
    """What the page of a webhook shows; its owner looks after it, and nobody sees its secret."""

    owner: str
    url: str
    description: str
    events: list[str]
    enabled: bool
    trouble: str
    created: datetime
    updated: datetime


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    found = (
        await session.execute(
            select(Webhook, User.username)
            .join(User, User.id == Webhook.user_id)
            .where(Webhook.id == key)
        )
    ).first()
    if found is None:
        return None
    row, owner = found
    shown = {name: getattr(row, name) for name in WebhookForm.model_fields if name != "owner"}
    return {"id": row.id, "version": row.version, "owner": owner, **shown}


def _with_owner(statement: Statement) -> Statement:
    return statement.join(User, User.id == Webhook.user_id)


WEBHOOKS: Final = Resource(
    name="webhook",
    label="webhook",
    plural="webhooks",
    group="People",
    note="Addresses of programs that are told of events. Their owners look after them.",
    model=Webhook,
    key=Webhook.id,
    title=Webhook.url,
    permissions=_WEBHOOK,
    join=_with_owner,
    columns=(
        Column("url", Webhook.url, "Address"),
        Column("owner", User.username, order=func.lower(User.username)),
        Column("enabled", Webhook.enabled, "Switched on", Format.BOOL),
        Column("waiting", _WAITING, "Waiting messages", Format.NUMBER),
        Column("trouble", Webhook.trouble, sortable=False),
        Column("created", Webhook.created, format=Format.TIME),
    ),
    order="url",
    search=(("address", Webhook.url), ("owner", User.username)),
    filters=(
        Filter("enabled", Webhook.enabled, FilterKind.BOOL, "Switched on"),
        Filter("made", Webhook.created, FilterKind.RANGE, "Made"),
    ),
    form=Form(
        read=_read,
        input=WebhookForm,
        fieldsets=(Fieldset("", tuple(WebhookForm.model_fields)),),
        hints={
            "url": Hint(label="Address"),
            "enabled": Hint(label="Switched on"),
            "trouble": Hint(help="Why it was switched off, unless its owner did"),
        },
    ),
    actions=(
        Action(
            name="switch-off",
            label="Switch off",
            permission=_CHANGE,
            confirm="Nothing more is sent to it until its owner, who is told by mail, switches "
            "it on again.",
            run=each(
                lambda call, key: services.switch_off_for(
                    call.session, settings_of(call), key, call.caller
                ),
                "webhook",
                "switched off",
            ),
            applies=lambda row: bool(row["enabled"]),
            danger=True,
        ),
    ),
    # What is done with webhooks stands in the trail of their owners.
    history=False,
)
