"""The tables of sources and of the reports of imports."""

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
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Source(Identity, Timestamps, Authorship, Versioned, Base):
    """One iCalendar address that a calendar follows.

    `etag` and `last_modified` are what it said last, for asking whether anything changed. `due` is
    when it is looked at next; `failures` counts those since it last worked.
    """

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('conference', 'user-group', 'workshop', 'sprint', 'other')", name="kind"
        ),
        Index("ix_source_due", "due", postgresql_where=text("active")),
        Index("ix_source_calendar_id", "calendar_id"),
    )

    calendar_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("calendar.id", ondelete="RESTRICT")
    )
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500), unique=True)
    active: Mapped[bool] = mapped_column(server_default="true")
    kind: Mapped[str] = mapped_column(String(20), server_default="other")
    zone: Mapped[str] = mapped_column(String(64), server_default="UTC")
    etag: Mapped[str] = mapped_column(String(500), server_default="")
    last_modified: Mapped[str] = mapped_column(String(100), server_default="")
    due: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    looked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str] = mapped_column(String(500), server_default="")


class ImportReport(Identity, Base):
    """What one look at a source came to. Looks that found nothing new leave none."""

    __tablename__ = "import_report"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'failed')", name="outcome"),
        Index("ix_import_report_source_id", "source_id"),
        Index("ix_import_report_time", "time"),
    )

    source_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("source.id", ondelete="CASCADE"))
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    outcome: Mapped[str] = mapped_column(String(10))
    created: Mapped[int] = mapped_column(Integer, server_default="0")
    updated: Mapped[int] = mapped_column(Integer, server_default="0")
    deleted: Mapped[int] = mapped_column(Integer, server_default="0")
    unchanged: Mapped[int] = mapped_column(Integer, server_default="0")
    skipped: Mapped[int] = mapped_column(Integer, server_default="0")
    lines: Mapped[list[str]] = mapped_column(ARRAY(String(500)), server_default="{}")
