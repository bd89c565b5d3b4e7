"""Sending the rows: a part of the worker.

A worker claims a mail by moving its due time past the longest a conversation takes, so that
several workers never send one at the same time and a dead one's mail is tried again. A server
that is away or busy (4xx) is tried again, ever later; a refusal (5xx) is final.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final, cast

import aiosmtplib
import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from servicekit.database import Database, DatabaseAway
from servicekit.mail.rows import MailRow
from servicekit.mail.settings import MailSettings
from servicekit.messaging.tracing import failed, span
from servicekit.runtime import Runtime

#: Seconds until the next try; the last one repeats.
BACKOFF: Final = (15, 60, 300, 1800, 7200, 21600)
#: Tries, about two days of them, after which a mail has failed.
ATTEMPTS: Final = 12
#: Times the timeout of one step that a conversation may take as a whole.
_STEPS: Final = 8

log = structlog.get_logger(__name__)


@contextlib.asynccontextmanager
async def sending(runtime: Runtime) -> AsyncIterator[None]:
    """Send what is due for the length of the block, where this process is a worker."""
    settings = cast("MailSettings", runtime.settings)
    if not settings.has_worker:
        yield
        return
    task = asyncio.create_task(_send_all(runtime.database, settings), name="mail")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _send_all(database: Database, settings: MailSettings) -> None:
    while True:
        try:
            while await send_next(database, settings):
                pass
        except (SQLAlchemyError, DatabaseAway) as error:
            log.warning("mails cannot be read", reason=str(error).partition("\n")[0])
        await asyncio.sleep(settings.mail_interval)


async def send_next(database: Database, settings: MailSettings) -> bool:
    """Send the mail that is due longest; tells whether there was one."""
    row = await _claim(database, settings)
    if row is None:
        return False
    with span("send mail", kind=SpanKind.CLIENT, parent=row.traceparent) as current:
        try:
            await _deliver(row, settings)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            failed(current, error)
            await _put_off(database, row, error)
        else:
            await _finish(database, row, "sent", "")
            log.info("mail sent", kind=row.kind, message_id=row.message_id)
    return True


async def _claim(database: Database, settings: MailSettings) -> MailRow | None:
    async with database.write() as session:
        due = (
            select(MailRow.id)
            .where(MailRow.state == "waiting", MailRow.due <= func.now())
            .order_by(MailRow.due)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        lease = timedelta(seconds=settings.smtp_timeout * _STEPS)
        return await session.scalar(
            update(MailRow)
            .where(MailRow.id == due)
            .values(due=func.now() + lease, attempts=MailRow.attempts + 1)
            .returning(MailRow)
        )


async def _deliver(row: MailRow, settings: MailSettings) -> None:
    async with asyncio.timeout(settings.smtp_timeout * (_STEPS - 1)):
        await aiosmtplib.send(
            message_of(row, settings.mail_from),
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() or None,
            timeout=settings.smtp_timeout,
        )


def message_of(row: MailRow, sender: str) -> EmailMessage:
    """Return a mail as it goes over the wire."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Date"] = format_datetime(row.created)
    message["Message-ID"] = row.message_id
    # Nobody's holiday answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.text)
    message.add_alternative(row.html, subtype="html")
    return message


async def _put_off(database: Database, row: MailRow, error: Exception) -> None:
    told = f"{type(error).__name__}: {error}"[:500]
    if _is_final(error) or row.attempts >= ATTEMPTS:
        await _finish(database, row, "failed", told)
        log.error("mail failed", kind=row.kind, message_id=row.message_id, reason=told)
        return
    wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    async with database.write() as session:
        await session.execute(
            update(MailRow)
            .where(MailRow.id == row.id)
            .values(due=func.now() + timedelta(seconds=wait), error=told)
        )
    log.warning("mail put off", kind=row.kind, message_id=row.message_id, reason=told, wait=wait)


def _is_final(error: Exception) -> bool:
    """Whether the server will never take it; that our login is wrong is not the mail's fault."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return False
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(_is_final(each) for each in error.recipients)
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500


async def _finish(database: Database, row: MailRow, state: str, error: str) -> None:
    async with database.write() as session:
        await session.execute(
            update(MailRow)
            .where(MailRow.id == row.id)
            .values(state=state, error=error, text="", html="", finished=func.now())
        )
