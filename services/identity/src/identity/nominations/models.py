"""The tables of nominees and nominations."""

from __future__ import annotations

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
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from identity.models import Base
from servicekit.models import Identity, Timestamps, Versioned


class Nominee(Identity, Timestamps, Versioned, Base):
    """A person in one election.

    `name` and `slug` are as the first nomination had them, `email` is what others find them by.
    `accepted` and `approved` follow from the nominations (`identity.nominations.settling`).
    """

    __tablename__ = "nominee"
    __table_args__ = (
        Index("uq_nominee_user_id_election_id", "user_id", "election_id", unique=True),
        Index("uq_nominee_election_id_slug", "election_id", "slug", unique=True),
        Index("ix_nominee_election_id_email", "election_id", "email"),
    )

    election_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("election.id"))
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="SET NULL")
    )
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(210))
    email: Mapped[str] = mapped_column(String(254))
    accepted: Mapped[bool] = mapped_column(server_default="false")
    approved: Mapped[bool] = mapped_column(server_default="false")


class Nomination(Identity, Timestamps, Versioned, Base):
    """What somebody says for a nominee.

    `invitations` counts the mails that asked the nominee: a link works for the last one only.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        Index("ix_nomination_election_id", "election_id"),
        Index("ix_nomination_nominee_id", "nominee_id"),
        Index("ix_nomination_nominator_id", "nominator_id"),
        Index(
            "uq_nomination_election_id_nominator_id_own",
            "election_id",
            "nominator_id",
            unique=True,
            postgresql_where=text("own"),
        ),
        CheckConstraint("answer IN ('none', 'accepted', 'declined')", name="answer"),
        CheckConstraint("review IN ('waiting', 'approved', 'rejected')", name="review"),
    )

    election_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("election.id"))
    nominee_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("nominee.id", ondelete="CASCADE")
    )
    nominator_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="SET NULL")
    )
    nominator_name: Mapped[str] = mapped_column(String(310), server_default="")
    own: Mapped[bool]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    served: Mapped[bool | None]
    service_years: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default="{}")
    employer: Mapped[str] = mapped_column(String(1024))
    other_affiliations: Mapped[str] = mapped_column(String(2048), server_default="")
    statement: Mapped[str] = mapped_column(Text)
    statement_html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    conduct: Mapped[bool] = mapped_column(server_default="false")
    mission: Mapped[bool] = mapped_column(server_default="false")
    eligibility: Mapped[bool] = mapped_column(server_default="false")
    answer: Mapped[str] = mapped_column(String(10), server_default="none")
    answered: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    review: Mapped[str] = mapped_column(String(10), server_default="waiting")
    reviewed: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(Text, server_default="")
    invitations: Mapped[int] = mapped_column(SmallInteger, server_default="0")
