"""The table of alarms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Authorship, Identity, Timestamps


class Alarm(Identity, Timestamps, Authorship, Base):
    """One mail before each time of an event, for one person.

    `due` is when the next one goes out, null where nothing is to come. `told` is the start of the
    latest time that was told of.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        CheckConstraint("hours BETWEEN 1 AND 720", name="hours"),
        Index("ix_alarm_due", "due", postgresql_where=text("due IS NOT NULL")),
        Index("ix_alarm_user_id", "user_id"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("event.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(BigInteger)
    email: Mapped[str] = mapped_column(String(320))
    hours: Mapped[int] = mapped_column(Integer, server_default="24")
    due: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    told: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
