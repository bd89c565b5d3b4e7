"""The table of locations."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Location(Identity, Timestamps, Authorship, Versioned, Base):
    """One place, of one calendar or of all."""

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
        CheckConstraint("NOT online OR latitude IS NULL", name="online"),
        CheckConstraint("country ~ '^([A-Z]{2})?$'", name="country"),
        Index("ix_location_calendar_id_name", "calendar_id", "name"),
    )

    name: Mapped[str] = mapped_column(String(255))
    address: Mapped[str] = mapped_column(String(255), server_default="")
    url: Mapped[str] = mapped_column(String(500), server_default="")
    country: Mapped[str] = mapped_column(String(2), server_default="")
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    online: Mapped[bool] = mapped_column(server_default="false")
    calendar_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("calendar.id", ondelete="RESTRICT")
    )
