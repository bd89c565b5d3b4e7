"""The tables of templates, and of notices that were sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class NoticeTemplate(Identity, Timestamps, Authorship, Versioned, Base):
    """One mail that staff send again and again."""

    __tablename__ = "notice_template"

    internal_name: Mapped[str] = mapped_column(String(128), unique=True)
    subject: Mapped[str] = mapped_column(String(128))
    content: Mapped[str] = mapped_column(Text)


class Notice(Identity, Base):
    """One mail to many, as it was written: a draft until it is sent. Mails are rows of `mail`."""

    __tablename__ = "notice"

    subject: Mapped[str] = mapped_column(String(128))
    content: Mapped[str] = mapped_column(Text)
    contacts: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    sponsorship_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    include_untargeted: Mapped[bool] = mapped_column(server_default="false")
    recipients: Mapped[int] = mapped_column(Integer, server_default="0")
    sent: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    creator_id: Mapped[int | None] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )
