"""The tables of events: what takes place, by which rules, and what differs at single times.

Times are kept as wall times with their zone, for a rule goes by the clock at the place: 19:00 stays
19:00 when clocks change.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Event(Identity, Timestamps, Authorship, Versioned, Base):
    """One event.

    `starts` and `ends` are wall times in `zone`. `projected` is the day up to which its times are
    there as rows; null: it does not repeat, and all of them are. `followed` is the hash of what the
    source last said, of one that was imported.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends >= starts", name="ends"),
        CheckConstraint(
            "NOT all_day OR (starts = date_trunc('day', starts) AND "
            "ends = date_trunc('day', ends) AND ends > starts)",
            name="all_day",
        ),
        CheckConstraint("status IN ('confirmed', 'tentative', 'cancelled')", name="status"),
        CheckConstraint(
            "kind IN ('conference', 'user-group', 'workshop', 'sprint', 'other')", name="kind"
        ),
        UniqueConstraint("calendar_id", "uid"),
        Index("ix_event_location_id", "location_id"),
        Index("ix_event_source_id", "source_id"),
        Index("ix_event_updated", "updated"),
        Index(
            "ix_event_projected", "projected", "id", postgresql_where=text("projected IS NOT NULL")
        ),
    )

    uid: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(200))
    calendar_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("calendar.id", ondelete="RESTRICT")
    )
    location_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("location.id", ondelete="RESTRICT")
    )
    kind: Mapped[str] = mapped_column(String(20), server_default="other")
    status: Mapped[str] = mapped_column(String(10), server_default="confirmed")
    featured: Mapped[bool] = mapped_column(server_default="false")
    sample: Mapped[bool] = mapped_column(server_default="false")
    link: Mapped[str] = mapped_column(String(500), server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    description_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    description_html: Mapped[str] = mapped_column(Text, server_default="")
    description_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    summary: Mapped[str] = mapped_column(String(300), server_default="")
    all_day: Mapped[bool] = mapped_column(server_default="false")
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    ends: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    zone: Mapped[str] = mapped_column(String(64), server_default="UTC")
    rules: Mapped[list[str]] = mapped_column(ARRAY(String(500)), server_default="{}")
    additional: Mapped[list[str]] = mapped_column(ARRAY(String(40)), server_default="{}")
    exceptions: Mapped[list[datetime]] = mapped_column(
        ARRAY(DateTime(timezone=False)), server_default="{}"
    )
    projected: Mapped[date | None]
    source_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("source.id", ondelete="SET NULL")
    )
    followed: Mapped[str] = mapped_column(String(64), server_default="")


class EventCategory(Base):
    """That an event is in a category."""

    __tablename__ = "event_category"
    __table_args__ = (Index("ix_event_category_category_id", "category_id"),)

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    category_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("category.id", ondelete="RESTRICT"), primary_key=True
    )


class Override(Identity, Base):
    """One time of a repeating event that is otherwise than its rule says.

    `original` is the wall time that the rule gives; what is null or empty is as in the event.
    """

    __tablename__ = "event_override"
    __table_args__ = (
        UniqueConstraint("event_id", "original"),
        CheckConstraint("status IN ('confirmed', 'tentative', 'cancelled')", name="status"),
        CheckConstraint("ends >= starts", name="ends"),
        Index("ix_event_override_location_id", "location_id"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("event.id", ondelete="CASCADE"))
    original: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    starts: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    ends: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    title: Mapped[str] = mapped_column(String(200), server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    location_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("location.id", ondelete="RESTRICT")
    )
    link: Mapped[str] = mapped_column(String(500), server_default="")
    status: Mapped[str | None] = mapped_column(String(10))
