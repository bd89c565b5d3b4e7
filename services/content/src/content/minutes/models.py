"""The table of minutes."""

from __future__ import annotations

from datetime import date as day

from sqlalchemy import CheckConstraint, Date, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Minutes(Identity, Timestamps, Authorship, Versioned, Base):
    """Minutes of one meeting; `number` tells it from others of its day, once it was public."""

    __tablename__ = "minutes"
    __table_args__ = (
        UniqueConstraint("date", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("number IS NOT NULL OR NOT is_published", name="published"),
    )

    date: Mapped[day] = mapped_column(Date)
    number: Mapped[int | None] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text, server_default="")
    content_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    content_html: Mapped[str] = mapped_column(Text, server_default="")
    content_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    is_published: Mapped[bool] = mapped_column(server_default="false")
    sample: Mapped[bool] = mapped_column(server_default="false")
