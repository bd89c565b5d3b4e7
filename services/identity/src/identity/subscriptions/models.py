"""The table of subscriptions."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from identity.models import Base
from servicekit.models import Identity, Timestamps, Versioned


class Subscription(Identity, Timestamps, Versioned, Base):
    """What was asked of a list last, for an account."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("uq_subscription_user_id_mailing_list", "user_id", "mailing_list", unique=True),
        CheckConstraint("state IN ('asked', 'withdrawn')", name="state"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    mailing_list: Mapped[str] = mapped_column(String(50))
    email: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(10))
