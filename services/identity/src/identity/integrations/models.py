"""Webhooks, messages, and what became of each message at each address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from identity.models import Base
from servicekit.models import Identity, Timestamps, Versioned


class Webhook(Identity, Timestamps, Versioned, Base):
    """An address that is told of events.

    Secrets are encrypted. `busy_until` is the lease of the worker that sends to it: an address
    gets one message at a time, so that a slow one holds up nobody else.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index("ix_webhook_user_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str] = mapped_column(String(200), server_default="")
    events: Mapped[list[str]] = mapped_column(ARRAY(String(100)))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_secret_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    enabled: Mapped[bool] = mapped_column(server_default="true")
    trouble: Mapped[str] = mapped_column(String(300), server_default="")
    busy_until: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class WebhookMessage(Base):
    """What is sent, to the byte, to every address that asked for it. Its id is the event's."""

    __tablename__ = "webhook_message"
    __table_args__ = (Index("ix_webhook_message_created", "created"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    traceparent: Mapped[str | None] = mapped_column(String(100))
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )


class WebhookDelivery(Identity, Base):
    """One message to one address."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("uq_webhook_delivery_webhook_id_message_id", "webhook_id", "message_id", unique=True),
        Index("ix_webhook_delivery_message_id", "message_id"),
        Index("ix_webhook_delivery_due", "due", postgresql_where=text("state = 'waiting'")),
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
    )

    webhook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("webhook.id", ondelete="CASCADE")
    )
    message_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_message.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    due: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    status: Mapped[int | None] = mapped_column(SmallInteger)
    error: Mapped[str] = mapped_column(String(300), server_default="")
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )
    finished: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), sort_order=101)
