"""Mails as rows, and their retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final, cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Index,
    MetaData,
    SmallInteger,
    String,
    Text,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from servicekit.database import NAMING, WriteSession
from servicekit.ids import uuid7
from servicekit.mail.settings import MailSettings
from servicekit.service import Task, TaskContext
from servicekit.telemetry import current_traceparent

METADATA: Final = MetaData(naming_convention=NAMING)
_BATCH: Final = 5000


class _Base(DeclarativeBase):
    """Apart from the tables that every service has: not every service mails."""

    metadata = METADATA


class MailRow(_Base):
    """One mail to one address.

    `waiting` until a server took it (`sent`) or refused it for good (`failed`). Its text is
    dropped then: it may hold a link that opens something.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_due", "due", postgresql_where=text("state = 'waiting'")),
        Index("ix_mail_created", "created"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(50))
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    due: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    error: Mapped[str] = mapped_column(String(500), server_default="")
    traceparent: Mapped[str | None] = mapped_column(String(100))
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )
    finished: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), sort_order=101)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says. `kind` is for people who look at the rows, e.g. `password-reset`."""

    kind: str
    subject: str
    text: str
    html: str


def post(session: WriteSession, settings: MailSettings, recipient: str, letter: Letter) -> UUID:
    """Add a mail to the transaction of `session`; it is sent once that is committed.

    Raises ValueError for an address or subject that would break out of its header.
    """
    for value in (recipient, letter.subject):
        if any(character in value for character in "\r\n\0"):
            raise ValueError("a header of a mail is one line")
    number = uuid7()
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    session.add(
        MailRow(
            id=number,
            message_id=f"<{number}@{domain}>",
            kind=letter.kind,
            recipient=recipient,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            traceparent=current_traceparent(),
        )
    )
    return number


async def _prune(context: TaskContext) -> str:
    """Delete mails that were sent or failed, in batches of their own transactions."""
    keep = timedelta(days=cast("MailSettings", context.settings).mail_keep_days)
    dropped = 0
    while True:
        async with context.session() as session:
            old = (
                select(MailRow.id)
                .where(MailRow.state != "waiting", MailRow.created < func.now() - keep)
                .limit(_BATCH)
            )
            result = await session.scalars(
                delete(MailRow).where(MailRow.id.in_(old)).returning(MailRow.id)
            )
            found = len(result.all())
        dropped += found
        if found < _BATCH or context.dry_run:
            return f"{dropped} mails deleted"


def prune_task() -> Task:
    """Make the task that keeps mails as long as `mail_keep_days` says."""
    return Task(name="prune-mail", summary="Delete mails past their retention", run=_prune)
