"""The tables of clauses."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class Clause(Identity, Timestamps, Authorship, Versioned, Base):
    """One clause; contracts are numbered in the order of `position`, then of the id."""

    __tablename__ = "clause"

    internal_name: Mapped[str] = mapped_column(String(1024))
    clause: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text, server_default="")
    position: Mapped[int] = mapped_column(Integer, server_default="100")


class BenefitClause(Base):
    """That contracts with a benefit have a clause."""

    __tablename__ = "benefit_clause"
    __table_args__ = (Index("ix_benefit_clause_benefit_id", "benefit_id"),)

    clause_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("clause.id", ondelete="CASCADE"), primary_key=True
    )
    benefit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("benefit.id", ondelete="CASCADE"), primary_key=True
    )
