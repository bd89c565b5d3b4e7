"""The table of user groups."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from identity.models import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class UserGroup(Identity, Timestamps, Authorship, Versioned, Base):
    """One group. What is not `approved` is for staff alone."""

    __tablename__ = "user_group"
    __table_args__ = (
        Index("ix_user_group_location", "location", postgresql_where=text("approved")),
    )

    name: Mapped[str] = mapped_column(String(255))
    location: Mapped[str] = mapped_column(String(255))
    url: Mapped[str] = mapped_column(String(500))
    url_type: Mapped[str] = mapped_column(String(20))
    start_date: Mapped[date | None]
    approved: Mapped[bool] = mapped_column(server_default="false")
    trusted: Mapped[bool] = mapped_column(server_default="false")
    sample: Mapped[bool] = mapped_column(server_default="false")
