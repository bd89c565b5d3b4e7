"""The table of categories."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Category(Identity, Timestamps, Authorship, Versioned, Base):
    """One category, of one calendar or of all."""

    __tablename__ = "category"
    __table_args__ = (Index("ix_category_calendar_id", "calendar_id"),)

    slug: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    calendar_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("calendar.id", ondelete="RESTRICT")
    )
