"""The tables of the projection. Nobody writes them but `projecting`, which makes them of events."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Identity


class Occurrence(Identity, Base):
    """One time at which an event takes place, with what lists filter by.

    `first_day` and `last_day` are days at the place, both included. `summary` and `link` are null
    where they are as in the event.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("event_id", "original"),
        # One for each way in which lists are narrowed, always in the order of time.
        Index("ix_occurrence_starts", "starts", "id"),
        Index("ix_occurrence_calendar_id_starts", "calendar_id", "starts", "id"),
        Index("ix_occurrence_location_id_starts", "location_id", "starts", "id"),
        Index("ix_occurrence_country_starts", "country", "starts", "id"),
        Index("ix_occurrence_kind_starts", "kind", "starts", "id"),
        Index("ix_occurrence_featured", "starts", "id", postgresql_where=text("featured")),
        # What begins and ends on a day, for months and weeks.
        Index(
            "ix_occurrence_day",
            *("first_day", "starts", "id"),
            postgresql_where=text("last_day = first_day"),
        ),
        Index(
            "ix_occurrence_calendar_id_day",
            *("calendar_id", "first_day", "starts", "id"),
            postgresql_where=text("last_day = first_day"),
        ),
        # What is on at an instant, and what takes more than one day.
        Index(
            "ix_occurrence_span",
            func.tstzrange(text("starts"), text("ends")),
            postgresql_using="gist",
        ),
        Index(
            "ix_occurrence_days",
            func.daterange(text("first_day"), text("last_day"), text("'[]'")),
            postgresql_using="gist",
            postgresql_where=text("last_day > first_day"),
        ),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("event.id", ondelete="CASCADE"))
    original: Mapped[str] = mapped_column(String(15))
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    first_day: Mapped[date]
    last_day: Mapped[date]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str | None] = mapped_column(String(300))
    link: Mapped[str | None] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    featured: Mapped[bool]
    calendar_id: Mapped[int] = mapped_column(BigInteger)
    location_id: Mapped[int | None] = mapped_column(BigInteger)
    country: Mapped[str] = mapped_column(String(2))
    online: Mapped[bool]


class OccurrenceCategory(Base):
    """That an occurrence is in a category, in the order of its time."""

    __tablename__ = "occurrence_category"
    __table_args__ = (Index("ix_occurrence_category_occurrence_id", "occurrence_id"),)

    category_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("occurrence.id", ondelete="CASCADE"), primary_key=True
    )
