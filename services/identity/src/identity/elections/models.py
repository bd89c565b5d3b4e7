"""The tables of elections and their kinds."""

from __future__ import annotations

from datetime import date as day
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from identity.models import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class ElectionKind(Identity, Timestamps, Authorship, Versioned, Base):
    """What is elected, and what its form asks for."""

    __tablename__ = "election_kind"
    __table_args__ = tuple(
        CheckConstraint(f"{name} IN ('no', 'optional', 'required')", name=name)
        for name in ("conduct", "mission", "eligibility")
    )

    name: Mapped[str] = mapped_column(String(100), unique=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    accent_color: Mapped[str] = mapped_column(String(7))
    service_question: Mapped[str] = mapped_column(String(300))
    service_since: Mapped[int] = mapped_column(SmallInteger)
    newcomer: Mapped[str] = mapped_column(String(300))
    conduct: Mapped[str] = mapped_column(String(10))
    conduct_text: Mapped[str] = mapped_column(String(300), server_default="")
    mission: Mapped[str] = mapped_column(String(10))
    mission_text: Mapped[str] = mapped_column(String(300), server_default="")
    eligibility: Mapped[str] = mapped_column(String(10))
    eligibility_text: Mapped[str] = mapped_column(String(300), server_default="")


class Election(Identity, Timestamps, Authorship, Versioned, Base):
    """One election. Its slug never changes: addresses last longer than names.

    `told`: what the last event said that it is; the clock moves on, and a tick tells.
    """

    __tablename__ = "election"
    __table_args__ = (
        Index("ix_election_date", "date"),
        Index("ix_election_kind_id", "kind_id"),
        CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="window"),
        CheckConstraint("closes > opens", name="window_order"),
    )

    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    date: Mapped[day]
    opens: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closes: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    kind_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("election_kind.id", ondelete="SET NULL")
    )
    description: Mapped[str] = mapped_column(Text, server_default="")
    description_html: Mapped[str] = mapped_column(Text, server_default="")
    renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    hide_previous_service: Mapped[bool] = mapped_column(server_default="false")
    sample: Mapped[bool] = mapped_column(server_default="false")
    told: Mapped[str] = mapped_column(String(10))
