"""The table of months that were reported."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import DateTime, func
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Base


class ReportedMonth(Base):
    """A month, by its first day, whose report was mailed: it is not mailed again."""

    __tablename__ = "reported_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
