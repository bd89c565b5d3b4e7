"""The tables of sources and of the reports of imports."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.imports import Followed, Reported
from servicekit.models import Authorship, Timestamps, Versioned


class Source(Followed, Timestamps, Authorship, Versioned, Base):
    """One iCalendar address that a calendar follows."""

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
    kind: Mapped[str] = mapped_column(String(20), server_default="other")
    zone: Mapped[str] = mapped_column(String(64), server_default="UTC")

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self.url


class ImportReport(Reported, Base):
    """What one look at a source came to."""

    __tablename__ = "import_report"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'failed')", name="outcome"),
        Index("ix_import_report_source_id", "source_id"),
        Index("ix_import_report_time", "time"),
    )

    source_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("source.id", ondelete="CASCADE"))
