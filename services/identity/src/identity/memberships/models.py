"""The table of memberships."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from identity.models import Base
from servicekit.models import Identity, Timestamps, Versioned


class Membership(Identity, Timestamps, Versioned, Base):
    """The membership of an account; it ends with the account.

    `reminded`: when a voter was last asked by mail to affirm.
    """

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint("membership_type IN (0, 1, 2, 4, 5)", name="type"),)

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE"), unique=True
    )
    membership_type: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    legal_name: Mapped[str] = mapped_column(String(100))
    preferred_name: Mapped[str] = mapped_column(String(100))
    email_address: Mapped[str] = mapped_column(String(254))
    city: Mapped[str] = mapped_column(String(100), server_default="")
    region: Mapped[str] = mapped_column(String(100), server_default="")
    country: Mapped[str] = mapped_column(String(100), server_default="")
    postal_code: Mapped[str] = mapped_column(String(20), server_default="")
    psf_code_of_conduct: Mapped[bool | None]
    votes: Mapped[bool] = mapped_column(server_default="false")
    last_vote_affirmation: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reminded: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
