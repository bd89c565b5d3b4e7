"""Sending messages to webhooks: a part of the worker.

An address gets one message at a time, those that are due longest first; several addresses are
served side by side. A worker takes a lease on the address, so that no two send to it at once and
what a dead one began is tried again. What is not answered with 2xx within the time is tried again
ever later; a message that is never taken switches the webhook off, and its owner is told.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, cast
from uuid import UUID

import httpx
import structlog
from cryptography.exceptions import InvalidTag
from opentelemetry.trace import SpanKind
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from contracts.identity.webhooks import DeliveryState
from identity import letters, secrets
from identity.integrations import signing
from identity.integrations.models import Webhook, WebhookDelivery, WebhookMessage
from identity.models import User
from identity.services.common import WORKER, note, primary_email
from identity.settings import Settings
from servicekit import mail, outside
from servicekit.database import Database, DatabaseAway, WriteSession
from servicekit.messaging.tracing import failed, span
from servicekit.runtime import Runtime

#: Seconds until the next try: some three days in all.
BACKOFF: Final = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
ATTEMPTS: Final = len(BACKOFF) + 1
#: Addresses that one worker sends to at the same time.
AT_ONCE: Final = 8
#: Bytes of an answer that are read; nobody looks at more.
_MOST: Final = 4096
_AGENT: Final = "python.org-webhooks/1.0"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message on its way to one address."""

    id: int
    webhook_id: int
    user_id: int
    message_id: UUID
    type: str
    attempts: int
    url: str
    body: str = field(repr=False)
    traceparent: str | None
    secret: bytes = field(repr=False)
    former_secret: bytes | None = field(repr=False)


@dataclass(frozen=True)
class Came:
    """What came of a try: the status that was answered, if any, and what is wrong with it."""

    status: int | None
    error: str = ""


@contextlib.asynccontextmanager
async def sending(runtime: Runtime) -> AsyncIterator[None]:
    """Send what is due for the length of the block, where this process is a worker."""
    settings = cast("Settings", runtime.settings)
    if not settings.has_worker:
        yield
        return
    task = asyncio.create_task(_send_all(runtime.database, settings), name="webhooks")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _send_all(database: Database, settings: Settings) -> None:
    seconds = settings.webhook_timeout
    under_way: set[asyncio.Task[None]] = set()
    async with outside.going_out(
        seconds=seconds, allowed=settings.webhook_networks, agent=_AGENT
    ) as client:
        try:
            while True:
                try:
                    while len(under_way) < AT_ONCE and (found := await claim(database, settings)):
                        under_way.add(asyncio.create_task(send(client, database, settings, found)))
                except (SQLAlchemyError, DatabaseAway) as error:
                    log.warning("webhooks cannot be read", reason=str(error).partition("\n")[0])
                if under_way:
                    _, under_way = await asyncio.wait(
                        under_way,
                        timeout=settings.webhook_interval,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                else:
                    await asyncio.sleep(settings.webhook_interval)
        finally:
            for task in under_way:
                task.cancel()
            if under_way:
                await asyncio.wait(under_way)


async def claim(database: Database, settings: Settings) -> Outgoing | None:
    """Take the message that is due longest, of those whose address is free."""
    lease = timedelta(seconds=settings.webhook_timeout + 30)
    async with database.write() as session:
        row = (
            await session.execute(
                select(
                    WebhookDelivery.id,
                    WebhookDelivery.webhook_id,
                    WebhookDelivery.message_id,
                    WebhookDelivery.attempts,
                    WebhookMessage.type,
                    WebhookMessage.body,
                    WebhookMessage.traceparent,
                    Webhook.url,
                    Webhook.user_id,
                    Webhook.secret,
                    Webhook.former_secret,
                    Webhook.former_secret_until,
                )
                .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
                .join(WebhookMessage, WebhookMessage.id == WebhookDelivery.message_id)
                .where(
                    WebhookDelivery.state == DeliveryState.WAITING,
                    WebhookDelivery.due <= func.now(),
                    Webhook.enabled,
                    Webhook.busy_until <= func.now(),
                )
                .order_by(WebhookDelivery.due, WebhookDelivery.id)
                .limit(1)
                .with_for_update(of=(WebhookDelivery, Webhook), skip_locked=True)
            )
        ).first()
        if row is None:
            return None
        await session.execute(
            update(Webhook)
            .where(Webhook.id == row.webhook_id)
            .values(busy_until=func.now() + lease, updated=Webhook.updated)
            .execution_options(synchronize_session=False)
        )
        await session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == row.id)
            .values(attempts=WebhookDelivery.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    until = row.former_secret_until
    still = until is not None and until > datetime.now(UTC)
    return Outgoing(
        id=row.id,
        webhook_id=row.webhook_id,
        user_id=row.user_id,
        message_id=row.message_id,
        type=row.type,
        attempts=row.attempts + 1,
        url=row.url,
        body=row.body,
        traceparent=row.traceparent,
        secret=row.secret,
        former_secret=row.former_secret if still else None,
    )


async def send(
    client: httpx.AsyncClient, database: Database, settings: Settings, going: Outgoing
) -> None:
    """Send one message and note what came of it. What fails on the way is tried again later."""
    with span(
        f"send webhook {going.type}",
        kind=SpanKind.CLIENT,
        parent=going.traceparent,
        attributes={"url.full": going.url, "pydotorg.attempt": going.attempts},
    ) as current:
        try:
            came = await _try(client, settings, going)
            if came.status is not None:
                current.set_attribute("http.response.status_code", came.status)
            await _finish(database, settings, going, came)
        except (SQLAlchemyError, DatabaseAway) as error:
            # The lease runs out, and it is sent again, under the same id.
            failed(current, error)
            log.warning("webhook cannot be noted", reason=str(error).partition("\n")[0])


async def _try(client: httpx.AsyncClient, settings: Settings, going: Outgoing) -> Came:
    try:
        keys = [
            secrets.unseal(settings, sealed, going.user_id)
            for sealed in (going.secret, going.former_secret)
            if sealed is not None
        ]
    except InvalidTag:
        return Came(None, "The site cannot read the secret of this webhook. Make a new one.")
    headers = signing.headers(f"msg_{going.message_id}", going.body, datetime.now(UTC), keys)
    try:
        async with (
            asyncio.timeout(settings.webhook_timeout),
            client.stream(
                "POST",
                going.url,
                content=going.body.encode(),
                headers={**headers, "Content-Type": "application/json"},
            ) as answer,
        ):
            await outside.read(answer, _MOST, cut=True)
    except TimeoutError:
        return Came(None, f"No answer within {settings.webhook_timeout:g} seconds.")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return Came(
            None,
            "Its address is not on the public internet."
            if outside.was_refused(error)
            else f"It cannot be reached ({type(error).__name__}).",
        )
    return Came(answer.status_code, "" if answer.is_success else _why(answer))


def _why(answer: httpx.Response) -> str:
    if answer.is_redirect:
        return "It answered with a redirect, which is not followed."
    return f"It answered {answer.status_code}."


async def _finish(database: Database, settings: Settings, going: Outgoing, came: Came) -> None:
    """Note what came of a try, and give the address back."""
    gone = came.status == HTTPStatus.GONE
    ended = not came.error or gone or going.attempts >= ATTEMPTS
    state = DeliveryState.WAITING
    if ended:
        state = DeliveryState.FAILED if came.error else DeliveryState.DELIVERED
    wait = timedelta(seconds=BACKOFF[min(going.attempts, len(BACKOFF)) - 1])
    async with database.write() as session:
        webhook = await session.scalar(
            select(Webhook).where(Webhook.id == going.webhook_id).with_for_update()
        )
        if webhook is None:
            return  # removed meanwhile, with all that waited for it
        await session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == going.id)
            .values(
                state=state,
                status=came.status,
                error=came.error,
                due=WebhookDelivery.due if ended else func.now() + wait,
                finished=func.now() if ended else None,
            )
        )
        await session.execute(
            update(Webhook)
            .where(Webhook.id == webhook.id)
            .values(busy_until=func.now(), updated=Webhook.updated)
            .execution_options(synchronize_session=False)
        )
        if state is DeliveryState.FAILED and webhook.enabled:
            reason = "It answered that it is gone." if gone else came.error
            await _switch_off(session, settings, webhook, reason)
    log.info(
        "webhook sent" if not came.error else "webhook not taken",
        webhook=going.webhook_id,
        message_id=str(going.message_id),
        type=going.type,
        attempt=going.attempts,
        status=came.status,
        reason=came.error,
    )


async def _switch_off(
    session: WriteSession, settings: Settings, webhook: Webhook, reason: str
) -> None:
    """Send no more to an address that takes nothing, and write to its owner."""
    webhook.enabled, webhook.trouble = False, reason
    user = await session.get_one(User, webhook.user_id)
    told = {"id": webhook.id, "url": webhook.url, "reason": reason}
    note(session, WORKER, "webhook_switched_off", user, after=told)
    email = await primary_email(session, user.id)
    if email:
        letter = letters.webhook_switched_off(settings, user.username, webhook.url, reason)
        mail.post(session, settings, email, letter)
    await session.flush()
