"""The table of reports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Base
from servicekit.models import Identity, Versioned


class Report(Identity, Versioned, Base):
    """What a visitor said against a job. `reporter` tells visitors of one day apart, not who."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('spam', 'fraud', 'filled', 'not-python', 'link', 'other')", name="reason"
        ),
        UniqueConstraint("job_id", "reporter"),
        Index("ix_report_reporter_time", "reporter", "time"),
        Index("ix_report_time", "time"),
        Index("ix_report_open", "job_id", postgresql_where=text("NOT closed")),
    )

    job_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("job.id", ondelete="CASCADE"))
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    reason: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, server_default="")
    reporter: Mapped[str] = mapped_column(String(100))
    closed: Mapped[bool] = mapped_column(server_default="false")
