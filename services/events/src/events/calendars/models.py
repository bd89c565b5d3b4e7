"""The table of calendars."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Calendar(Identity, Timestamps, Authorship, Versioned, Base):
    """One calendar."""

    __tablename__ = "calendar"

    slug: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(255), server_default="")
    website: Mapped[str] = mapped_column(String(500), server_default="")
    position: Mapped[int] = mapped_column(Integer, server_default="100")
