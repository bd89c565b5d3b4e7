"""The table of boxes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Box(Identity, Timestamps, Authorship, Versioned, Base):
    """One box, kept as it was written and as it is shown."""

    __tablename__ = "box"
    __table_args__ = (CheckConstraint("label ~ '^[a-z0-9][a-z0-9_-]*$'", name="label"),)

    label: Mapped[str] = mapped_column(String(100), unique=True)
    content: Mapped[str] = mapped_column(Text, server_default="")
    content_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    content_html: Mapped[str] = mapped_column(Text, server_default="")
    content_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
