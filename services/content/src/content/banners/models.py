"""The table of banners."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Banner(Identity, Timestamps, Authorship, Versioned, Base):
    """One banner.

    `shown` is what was told last: whether visitors see it. It follows from `active`, `starts` and
    `ends`, and the tick that looks for what is due brings it up to date.
    """

    __tablename__ = "banner"
    __table_args__ = (
        CheckConstraint("place IN ('site', 'psf', 'paths')", name="place"),
        CheckConstraint("ends > starts", name="ends"),
        Index("ix_banner_active", "id", postgresql_where=text("active OR shown")),
    )

    title: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(String(500))
    link: Mapped[str] = mapped_column(String(500))
    active: Mapped[bool] = mapped_column(server_default="false")
    place: Mapped[str] = mapped_column(String(10), server_default="site")
    paths: Mapped[list[str]] = mapped_column(ARRAY(String(200)), server_default="{}")
    starts: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ends: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    priority: Mapped[int] = mapped_column(Integer, server_default="0")
    dismissible: Mapped[bool] = mapped_column(server_default="true")
    shown: Mapped[bool] = mapped_column(server_default="false")
