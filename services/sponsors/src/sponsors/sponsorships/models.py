"""The tables of sponsorships: the sponsorship, its benefits with their features, what was done."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class Sponsorship(Identity, Timestamps, Authorship, Versioned, Base):
    """One sponsor with one package in one year.

    `shown_in` is where its logos were shown when it was told last, as `<publisher>:<logo_place>`.
    `submitted_by_email` is where mails for whoever applied go.
    """

    __tablename__ = "sponsorship"
    __table_args__ = (
        CheckConstraint(
            "status IN ('applied', 'rejected', 'approved', 'finalized')", name="status"
        ),
        CheckConstraint("end_date > start_date", name="dates"),
        CheckConstraint("sponsorship_fee >= 0", name="sponsorship_fee"),
        Index("ix_sponsorship_sponsor_id", "sponsor_id"),
        Index("ix_sponsorship_package_id", "package_id"),
        Index("ix_sponsorship_overlapped_by_id", "overlapped_by_id"),
        Index("ix_sponsorship_submitted_by_id", "submitted_by_id"),
        Index("ix_sponsorship_status_end_date", "status", "end_date"),
        Index("ix_sponsorship_year", "year"),
        Index(
            "ix_sponsorship_shown_in",
            "end_date",
            postgresql_where=text("shown_in <> '{}'"),
        ),
    )

    status: Mapped[str] = mapped_column(String(10), server_default="applied")
    locked: Mapped[bool] = mapped_column(server_default="false")
    sponsor_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("sponsor.id", ondelete="RESTRICT")
    )
    package_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("package.id", ondelete="RESTRICT")
    )
    year: Mapped[int | None] = mapped_column(Integer)
    submitted_by_id: Mapped[int | None] = mapped_column(BigInteger)
    submitted_by: Mapped[str] = mapped_column(String(200), server_default="")
    submitted_by_email: Mapped[str] = mapped_column(String(254), server_default="")
    for_modified_package: Mapped[bool] = mapped_column(server_default="false")
    sponsorship_fee: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    renewal: Mapped[bool] = mapped_column(server_default="false")
    start_date: Mapped[date | None] = mapped_column(Date)
    end_date: Mapped[date | None] = mapped_column(Date)
    applied_on: Mapped[date] = mapped_column(Date)
    approved_on: Mapped[date | None] = mapped_column(Date)
    rejected_on: Mapped[date | None] = mapped_column(Date)
    finalized_on: Mapped[date | None] = mapped_column(Date)
    overlapped_by_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("sponsorship.id", ondelete="SET NULL")
    )
    shown_in: Mapped[list[str]] = mapped_column(ARRAY(String(40)), server_default="{}")
    sample: Mapped[bool] = mapped_column(server_default="false")


class SponsorBenefit(Identity, Base):
    """A benefit of one sponsorship: a copy, which later changes of the benefit leave alone."""

    __tablename__ = "sponsor_benefit"
    __table_args__ = (
        Index("ix_sponsor_benefit_sponsorship_id", "sponsorship_id"),
        # Counts who has a benefit, and keeps a sponsorship from having it twice.
        Index(
            "uq_sponsor_benefit_benefit_id_sponsorship_id",
            *("benefit_id", "sponsorship_id"),
            unique=True,
        ),
        Index("ix_sponsor_benefit_program_id", "program_id"),
    )

    sponsorship_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sponsorship.id", ondelete="CASCADE")
    )
    benefit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("benefit.id", ondelete="SET NULL")
    )
    name: Mapped[str] = mapped_column(String(1024))
    description: Mapped[str] = mapped_column(Text, server_default="")
    program_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("program.id", ondelete="SET NULL")
    )
    program_name: Mapped[str] = mapped_column(String(1024), server_default="")
    internal_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    added_by_user: Mapped[bool] = mapped_column(server_default="false")
    standalone: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int] = mapped_column(Integer, server_default="100")


class BenefitFeature(Identity, Base):
    """A feature of a sponsorship's benefit: a copy of what the benefit is configured with.

    `spec` is a `contracts.sponsors.features.Feature`; what is looked for stands beside it.
    """

    __tablename__ = "benefit_feature"
    __table_args__ = (
        Index("ix_benefit_feature_sponsor_benefit_id", "sponsor_benefit_id"),
        Index("ix_benefit_feature_kind_internal_name", "kind", "internal_name"),
        Index(
            "ix_benefit_feature_due_date",
            "due_date",
            postgresql_where=text("due_date IS NOT NULL"),
        ),
    )

    sponsor_benefit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sponsor_benefit.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(40))
    internal_name: Mapped[str | None] = mapped_column(String(128))
    due_date: Mapped[date | None] = mapped_column(Date)
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)


class SponsorshipStep(Identity, Base):
    """Something that was done with a sponsorship. `text` is for staff, and in mails."""

    __tablename__ = "sponsorship_step"
    __table_args__ = (Index("ix_sponsorship_step_sponsorship_id", "sponsorship_id", "id"),)

    sponsorship_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sponsorship.id", ondelete="CASCADE")
    )
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    by: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(200), server_default="")
    move: Mapped[str] = mapped_column(String(10))
    before: Mapped[str | None] = mapped_column(String(10))
    after: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, server_default="")
