"""The table of what sponsors were reminded of."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column

from sponsors.tables import Base


class Reminder(Base):
    """That people of a sponsorship got a mail about a day: they do not get it again.

    `subject` is the internal name of an asset; empty where it is about the sponsorship.
    """

    __tablename__ = "reminder"
    __table_args__ = (CheckConstraint("kind IN ('asset', 'ending', 'ended')", name="kind"),)

    sponsorship_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sponsorship.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
