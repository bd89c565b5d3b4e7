"""Webhooks: addresses of programs that are told of events, and what became of each message."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from contracts.base import Input
from contracts.identity import webhooks as dto
from gateway.auth.visitor import Visitor
from gateway.backends.errors import BackendRefused
from gateway.backends.webhooks import Webhooks
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.models import AccountPage, FormPage
from gateway.pages.downloads.models import Option
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import BadInput, NotFound, Page, PageContext, Redirect

PATH: Final = "/accounts/webhooks/"
_PER_USER: Final = "30/minute"
_TOO_MANY: Final = "Webhooks of this account were changed often just now. Wait a minute."
_ROWS: Final = 25
_LAST: Final = 400
"""Number of the last page of messages that can be asked for."""
_GONE: Final = {"remove": "The webhook is removed. Nothing more is sent to it."}
_DONE: Final = {
    "save": "The webhook is saved.",
    "test": "A message is on its way. Load this page again to see what became of it.",
    "again": "The message is on its way once more.",
}
_STATES: Final = {
    dto.DeliveryState.WAITING: ("waiting", "prerelease"),
    dto.DeliveryState.DELIVERED: ("delivered", "bugfix"),
    dto.DeliveryState.FAILED: ("failed", "security"),
}

_Url = Annotated[str, StringConstraints(max_length=2000)]
_Description = Annotated[str, StringConstraints(max_length=200)]
_Events = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=100)]


class NewForm(Input):
    """A webhook to be made."""

    url: _Url = ""
    description: _Description = ""
    events: _Events = Field(default_factory=list)


class WebhookForm(NewForm):
    """What is to be done with a webhook; `version` is that of the one that was shown."""

    action: Literal["save", "test", "secret", "remove", "again"]
    enabled: str = ""
    version: fields.Id = 0
    delivery: fields.Id = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """One webhook in a list."""

    href: str
    url: str
    description: str
    events: tuple[str, ...]
    enabled: bool
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksPage(FormPage):
    """`accounts/webhooks.html`."""

    webhooks: tuple[WebhookRow, ...]
    events: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """What became of one message. `mark` is the badge's kind, `what` says it in words."""

    id: int
    message: str
    type: str
    state: str
    mark: str
    what: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPage(FormPage):
    """`accounts/webhook.html`. `values` fill the form in; `older`, `newer`: other messages."""

    webhook: dto.Webhook
    values: dict[str, str]
    enabled: bool
    events: tuple[Option, ...]
    deliveries: tuple[DeliveryRow, ...]
    older: str
    newer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPage(AccountPage):
    """`accounts/webhook_secret.html`; `former_until`: how long the one before it still signs."""

    url: str
    secret: str
    back: str
    former_until: datetime | None


def _service(ctx: PageContext, visitor: Visitor) -> Webhooks:
    return Webhooks(common.identity(ctx).client, visitor.id, ctx.caller)


def _options(types: list[dto.EventType], chosen: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(
        Option(value=each.type, label=each.summary, selected=each.type in chosen) for each in types
    )


async def _show_all(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    service = _service(ctx, visitor)
    found, types = await asyncio.gather(service.all(), service.event_types())
    model = WebhooksPage(
        form=form,
        menu=menu.beside(ctx),
        notice="" if form.errors else _GONE.get(ctx.params.get("done", ""), ""),
        webhooks=tuple(
            WebhookRow(
                href=f"{PATH}{row.id}/",
                url=row.url,
                description=row.description,
                events=tuple(row.events),
                enabled=row.enabled,
                trouble=row.trouble,
            )
            for row in found
        ),
        events=_options(types, form.values.all("events")),
    )
    return ctx.render("accounts/webhooks.html", model)


async def _make(ctx: PageContext, sent: NewForm) -> Page:
    visitor = await common.proven(ctx)
    await common.within_limit(ctx, _PER_USER, "webhooks", str(visitor.id), _TOO_MANY)
    try:
        made = await _service(ctx, visitor).make(_checked(sent, enabled=True))
    except BackendRefused as error:
        raise common.explained(error) from error
    return _secret(ctx, made.id, made.url, made.secret, None)


def _checked(sent: NewForm, *, enabled: bool) -> dto.WebhookInput:
    """Return what is sent to the service. Raises FormErrors."""
    missing = {}
    if not sent.url:
        missing["url"] = "Say where messages are sent."
    if not sent.events:
        missing["events"] = "Choose at least one."
    if missing:
        raise FormErrors(missing)
    values = sent.model_dump(include={"url", "description", "events"})
    return fields.sending(dto.WebhookInput, {**values, "enabled": enabled})


def _secret(
    ctx: PageContext,
    webhook: int,
    url: str,
    secret: str,
    former_until: datetime | None,
) -> Page:
    model = SecretPage(
        menu=menu.beside(ctx),
        url=url,
        secret=secret,
        back=f"{PATH}{webhook}/",
        former_until=former_until,
    )
    # Answered and not redirected to: it is shown this once.
    return ctx.render("accounts/webhook_secret.html", model, status=201)


def _which(ctx: PageContext) -> int:
    text = ctx.path_params["webhook"]
    if not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text)):
        raise NotFound
    return int(text)


async def _show_one(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    asked = ctx.params.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 4 and 1 <= int(asked) <= _LAST):
        raise BadInput("page", f"must be a number from 1 to {_LAST}")
    number = int(asked)
    webhook = _which(ctx)
    service = _service(ctx, visitor)
    row, sent, types = await asyncio.gather(
        service.one(webhook),
        service.deliveries(webhook, _ROWS, (number - 1) * _ROWS),
        service.event_types(),
    )
    if row is None or sent is None:
        raise NotFound
    typed = bool(form.values)
    path = f"{PATH}{row.id}/"
    model = WebhookPage(
        form=form,
        menu=menu.beside(ctx, PATH),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        subject=row.url,
        webhook=row,
        values={
            "url": form.values.get("url", "") if typed else row.url,
            "description": form.values.get("description", "") if typed else row.description,
        },
        enabled=bool(form.values.get("enabled")) if typed else row.enabled,
        events=_options(types, form.values.all("events") if typed else tuple(row.events)),
        deliveries=tuple(_delivery(each) for each in sent.items),
        older=f"{path}?page={number + 1}" if number * _ROWS < sent.total else "",
        newer=f"{path}?page={number - 1}" if number > 1 else "",
    )
    return ctx.render("accounts/webhook.html", model)


def _delivery(row: dto.Delivery) -> DeliveryRow:
    state, mark = _STATES[row.state]
    tries = f"{row.attempts} {'try' if row.attempts == 1 else 'tries'}"
    return DeliveryRow(
        id=row.id,
        message=f"msg_{row.message_id}",
        type=row.type,
        state=state,
        mark=mark,
        what=f"{tries}. {row.error}" if row.error else tries,
        time=row.created,
    )


async def _do(ctx: PageContext, sent: WebhookForm) -> Redirect | Page:
    visitor = await common.proven(ctx)
    await common.within_limit(ctx, _PER_USER, "webhooks", str(visitor.id), _TOO_MANY)
    webhook = _which(ctx)
    service = _service(ctx, visitor)
    try:
        match sent.action:
            case "save":
                wanted = _checked(sent, enabled=bool(sent.enabled))
                await service.change(webhook, wanted, sent.version)
            case "test":
                await service.send_test(webhook)
            case "again":
                await service.send_again(webhook, sent.delivery)
            case "remove":
                await service.remove(webhook)
                return Redirect(f"{PATH}?done=remove")
            case "secret":
                made = await service.renew_secret(webhook)
                return _secret(
                    *(ctx, webhook, "", made.secret),
                    former_until=made.former_secret_until,
                )
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        raise common.explained(error) from error
    return Redirect(f"{PATH}{webhook}/?done={sent.action}")


webhooks = FormRoute(
    PATH,
    name="accounts.webhooks",
    model=NewForm,
    show=_show_all,
    accept=_make,
    limit="60/minute",
    seconds=0,
    params=("done",),
    personal=True,
)
webhook = FormRoute(
    f"{PATH}{{webhook:str}}/",
    name="accounts.webhook",
    model=WebhookForm,
    show=_show_one,
    accept=_do,
    limit="60/minute",
    seconds=0,
    params=("done", "page"),
    personal=True,
)
