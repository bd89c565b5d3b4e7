"""Webhooks made, changed and removed by their owners, and messages put in line for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy import delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import Event
from contracts.identity.webhooks import DeliveryState, NewWebhook, WebhookInput, WebhookSecret
from contracts.identity.webhooks import Webhook as WebhookDTO
from contracts.integrations import EVENTS, TEST
from identity import letters, secrets
from identity.integrations import signing
from identity.integrations.models import Webhook, WebhookDelivery, WebhookMessage
from identity.services.common import (
    Visitor,
    acting,
    lock_user,
    note,
    primary_email,
    require_user,
)
from identity.settings import Settings
from servicekit import etag, mail, outside
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.ids import uuid7
from servicekit.pagination import Window
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.telemetry import current_traceparent

MOST: Final = 10
"""Webhooks of one account."""
FORMER: Final = timedelta(hours=24)
"""How long a former secret still signs, so that a receiver can change over."""
_LOCAL: Final = (".localhost", ".local", ".internal", ".home.arpa")


def check(settings: Settings, sent: WebhookInput) -> None:
    """Raise Invalid for an address that would never be called, and for unknown types.

    What a name stands for is looked up at each call, and again refused there.
    """
    if wrong := _wrong_with(settings, sent.url):
        raise Invalid.field(["body", "url"], wrong, "invalid")
    unknown = [name for name in sent.events if name not in EVENTS]
    if unknown:
        raise Invalid.field(["body", "events"], f"There is no event {unknown[0][:100]}.", "unknown")


def _wrong_with(settings: Settings, address: str) -> str | None:
    try:
        parts = httpx.URL(address)
        # What cannot be a name of a host raises here, and an UnicodeError is a ValueError.
        host, port = parts.host.rstrip("."), 443 if parts.port is None else parts.port
    except (httpx.InvalidURL, ValueError):
        return "This is no address."
    labels = host.split(".")
    if not 0 < port < 65536 or len(host) > 253 or not all(0 < len(one) < 64 for one in labels):
        return "This is no address."
    try:
        number = ip_address(host)
    except ValueError:
        number = None
        # A name does not end with a number: programs take that for an address, as 127.1.
        public = len(labels) > 1 and not labels[-1][0].isdigit() and not host.endswith(_LOCAL)
    else:
        public = outside.is_public(host, settings.webhook_networks)
    if not public:
        return "This address is not on the public internet."
    listed = any(number in network for network in settings.webhook_networks) if number else False
    if parts.scheme != "https" and (settings.production or not listed):
        return "It must begin with https://."
    return None


async def of_user(session: AsyncSession, user_id: int) -> Sequence[Webhook]:
    """Return a user's webhooks, the newest first. Raises NotFound."""
    await require_user(session, user_id)
    return (
        await session.scalars(
            select(Webhook).where(Webhook.user_id == user_id).order_by(Webhook.id.desc())
        )
    ).all()


async def one(
    session: AsyncSession, user_id: int, webhook_id: int, *, lock: bool = False
) -> Webhook:
    """Return one webhook of a user. Raises NotFound."""
    statement = select(Webhook).where(Webhook.id == webhook_id, Webhook.user_id == user_id)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


async def create(
    session: WriteSession, settings: Settings, user_id: int, sent: WebhookInput, visitor: Visitor
) -> NewWebhook:
    """Make a webhook. Raises NotFound, Invalid, Conflict where there are too many."""
    check(settings, sent)
    user = await lock_user(session, user_id)
    there = await of_user(session, user_id)
    if len(there) >= MOST:
        raise Conflict(f"An account has at most {MOST} webhooks.", code="too_many")
    # A form that is sent twice makes one.
    if any(row.url == sent.url for row in there):
        raise Conflict("There is a webhook for this address already.", field="url", code="taken")
    secret = signing.new()
    row = Webhook(
        user_id=user_id,
        secret=secrets.seal(settings, secret, user_id),
        **_columns(sent),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    note(session, acting(user_id), "webhook_created", user, visitor=visitor, after=_about(row))
    made = WebhookDTO.model_validate(row)
    return NewWebhook(**made.model_dump(), secret=signing.shown(secret))


async def change(  # noqa: PLR0913, PLR0917 - whose, which, into what, if it is still as seen
    session: WriteSession,
    settings: Settings,
    user_id: int,
    webhook_id: int,
    sent: WebhookInput,
    if_match: str | None,
    visitor: Visitor,
) -> Webhook:
    """Replace a webhook; switched on, it has no trouble any more. Raises NotFound, Invalid."""
    check(settings, sent)
    user = await lock_user(session, user_id)
    row = await one(session, user_id, webhook_id, lock=True)
    etag.check_match(if_match, row.version)
    before = _about(row)
    for name, value in _columns(sent).items():
        setattr(row, name, value)
    if sent.enabled:
        row.trouble = ""
    await session.flush()
    await session.refresh(row)
    note(
        *(session, acting(user_id), "webhook_changed", user),
        visitor=visitor,
        before=before,
        after=_about(row),
    )
    return row


async def renew_secret(
    session: WriteSession, settings: Settings, user_id: int, webhook_id: int, visitor: Visitor
) -> WebhookSecret:
    """Make another secret; the former one signs for a day, too. Raises NotFound."""
    user = await lock_user(session, user_id)
    row = await one(session, user_id, webhook_id, lock=True)
    secret = signing.new()
    until = datetime.now(UTC) + FORMER
    row.former_secret, row.former_secret_until = row.secret, until
    row.secret = secrets.seal(settings, secret, user_id)
    await session.flush()
    note(
        *(session, acting(user_id), "webhook_secret_renewed", user),
        visitor=visitor,
        after={"id": row.id, "url": row.url},
    )
    return WebhookSecret(secret=signing.shown(secret), former_secret_until=until)


async def remove(session: WriteSession, user_id: int, webhook_id: int, visitor: Visitor) -> None:
    """Remove a webhook and what waits for it. Raises NotFound."""
    user = await lock_user(session, user_id)
    row = await one(session, user_id, webhook_id, lock=True)
    before = _about(row)
    await session.delete(row)
    await session.flush()
    note(session, acting(user_id), "webhook_deleted", user, visitor=visitor, before=before)


async def switch_off_for(
    session: WriteSession, settings: Settings, webhook_id: int, caller: Principal
) -> bool:
    """Send no more to an address, whosever it is, and write to its owner.

    Returns whether that changed it. Raises NotFound.
    """
    user_id = await session.scalar(select(Webhook.user_id).where(Webhook.id == webhook_id))
    if user_id is None:
        raise NotFound("There is no such webhook.")
    user = await lock_user(session, user_id)
    row = await one(session, user_id, webhook_id, lock=True)
    if not row.enabled:
        return False
    row.enabled, row.trouble = False, "The staff of the site switched it off."
    told = {"id": row.id, "url": row.url, "reason": row.trouble}
    note(session, caller, "webhook_switched_off", user, after=told)
    email = await primary_email(session, user_id)
    if email:
        letter = letters.webhook_stopped(settings, user.username, row.url)
        mail.post(session, settings, email, letter)
    return True


async def deliveries(
    session: AsyncSession, user_id: int, webhook_id: int, window: Window
) -> tuple[list[dict[str, Any]], int]:
    """Return what became of the messages to a webhook, newest first. Raises NotFound."""
    await one(session, user_id, webhook_id)
    mine = WebhookDelivery.webhook_id == webhook_id
    columns = (
        *(WebhookDelivery.id, WebhookDelivery.message_id, WebhookMessage.type),
        *(WebhookDelivery.state, WebhookDelivery.attempts, WebhookDelivery.due),
        *(WebhookDelivery.status, WebhookDelivery.error, WebhookDelivery.created),
        WebhookDelivery.finished,
    )
    found = await session.execute(
        select(*columns)
        .join(WebhookMessage, WebhookMessage.id == WebhookDelivery.message_id)
        .where(mine)
        .order_by(WebhookDelivery.id.desc())
        .limit(window.limit)
        .offset(window.offset)
    )
    total = await session.scalar(select(func.count()).select_from(WebhookDelivery).where(mine))
    return [dict(row) for row in found.mappings()], int(total or 0)


async def send_test(session: WriteSession, user_id: int, webhook_id: int) -> None:
    """Put a message in line that says nothing, for an owner who looks whether it arrives.

    Raises NotFound, and Conflict where the webhook is switched off.
    """
    row = await one(session, user_id, webhook_id, lock=True)
    if not row.enabled:
        raise Conflict("Switch the webhook on first.")
    message = uuid7()
    await _keep(session, message, TEST, datetime.now(UTC), {"webhook": row.id})
    session.add(WebhookDelivery(webhook_id=row.id, message_id=message))


async def send_again(
    session: WriteSession, user_id: int, webhook_id: int, delivery_id: int
) -> None:
    """Put a message in line once more, whatever became of it. Raises NotFound, Conflict."""
    row = await one(session, user_id, webhook_id, lock=True)
    if not row.enabled:
        raise Conflict("Switch the webhook on first.")
    found = await session.scalar(
        update(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == row.id)
        .values(state=DeliveryState.WAITING, attempts=0, due=func.now(), finished=None)
        .returning(WebhookDelivery.id)
    )
    if found is None:
        raise NotFound("There is no such message.")


async def take(event: Event, session: WriteSession) -> None:
    """Put an event in line for every webhook that asked for its type."""
    name = event.type.rpartition(".v")[0]
    told = EVENTS.get(name)
    if told is None or not told.is_public(event.data):
        return
    wanted = Webhook.enabled & Webhook.events.contains([name])
    if not await session.scalar(select(exists().where(wanted))):
        return
    await _keep(session, event.id, name, event.time, event.data, event.traceparent)
    await session.execute(
        insert(WebhookDelivery)
        .from_select(
            ["webhook_id", "message_id"],
            select(Webhook.id, literal(event.id, type_=WebhookMessage.id.type)).where(wanted),
        )
        .on_conflict_do_nothing()
    )


async def prune(session: WriteSession, keep: timedelta, limit: int) -> int:
    """Delete messages past their retention with what became of them; returns how many."""
    old = select(WebhookMessage.id).where(WebhookMessage.created < func.now() - keep).limit(limit)
    gone = await session.scalars(
        delete(WebhookMessage).where(WebhookMessage.id.in_(old)).returning(WebhookMessage.id)
    )
    return len(gone.all())


async def _keep(  # noqa: PLR0913, PLR0917 - the parts of a message
    session: WriteSession,
    message: UUID,
    name: str,
    at: datetime,
    data: dict[str, Any],
    traceparent: str | None = None,
) -> None:
    """Keep the bytes that are sent: a signature is of exactly these, at every try."""
    said = {"type": name, "timestamp": at.isoformat(), "data": data}
    await session.execute(
        insert(WebhookMessage)
        .values(
            id=message,
            type=name,
            body=json.dumps(said, ensure_ascii=False, separators=(",", ":")),
            traceparent=traceparent or current_traceparent(),
        )
        .on_conflict_do_nothing()
    )


def _columns(sent: WebhookInput) -> dict[str, Any]:
    return {**sent.model_dump(), "events": [name for name in EVENTS if name in sent.events]}


def _about(row: Webhook) -> dict[str, Any]:
    """Return what the audit trail says of a webhook."""
    return {
        "id": row.id,
        "url": row.url,
        "events": list(row.events),
        "enabled": row.enabled,
    }
