"""The tables of benefits: the benefit, its packages, its conflicts and its features."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class Benefit(Identity, Timestamps, Authorship, Versioned, Base):
    """One benefit of one year, as it can be chosen."""

    __tablename__ = "benefit"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2022 AND 2050", name="year"),
        CheckConstraint("capacity >= 0", name="capacity"),
        CheckConstraint("internal_value >= 0", name="internal_value"),
        Index("ix_benefit_year", "year"),
        Index("ix_benefit_program_id", "program_id"),
    )

    name: Mapped[str] = mapped_column(String(1024))
    description: Mapped[str] = mapped_column(Text, server_default="")
    program_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("program.id", ondelete="RESTRICT")
    )
    year: Mapped[int | None] = mapped_column(Integer)
    package_only: Mapped[bool] = mapped_column(server_default="false")
    new: Mapped[bool] = mapped_column(server_default="false")
    unavailable: Mapped[bool] = mapped_column(server_default="false")
    standalone: Mapped[bool] = mapped_column(server_default="false")
    capacity: Mapped[int | None] = mapped_column(Integer)
    soft_capacity: Mapped[bool] = mapped_column(server_default="false")
    internal_description: Mapped[str] = mapped_column(Text, server_default="")
    internal_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    position: Mapped[int] = mapped_column(Integer, server_default="100")


class BenefitPackage(Base):
    """That a benefit belongs to a package."""

    __tablename__ = "benefit_package"
    __table_args__ = (Index("ix_benefit_package_package_id", "package_id"),)

    benefit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("benefit.id", ondelete="CASCADE"), primary_key=True
    )
    package_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )


class BenefitConflict(Base):
    """That two benefits cannot be chosen together: once for each pair, the lower id first."""

    __tablename__ = "benefit_conflict"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index("ix_benefit_conflict_second_id", "second_id"),
    )

    first_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("benefit.id", ondelete="CASCADE"), primary_key=True
    )
    second_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("benefit.id", ondelete="CASCADE"), primary_key=True
    )


class BenefitConfiguration(Identity, Base):
    """One feature that sponsorships with the benefit get a copy of.

    `spec` is a `contracts.sponsors.features.Feature`; `kind`, `internal_name` and the year of the
    benefit stand beside it for the database to look after.
    """

    __tablename__ = "benefit_configuration"
    __table_args__ = (
        Index(
            "uq_benefit_configuration_kind_year_internal_name",
            *("kind", "year", "internal_name"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("internal_name IS NOT NULL"),
        ),
        Index("ix_benefit_configuration_benefit_id", "benefit_id"),
    )

    benefit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("benefit.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(40))
    year: Mapped[int | None] = mapped_column(Integer)
    internal_name: Mapped[str | None] = mapped_column(String(128))
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)
