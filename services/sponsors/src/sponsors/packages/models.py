"""The table of packages."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class Package(Identity, Timestamps, Authorship, Versioned, Base):
    """One package of one year. The slug is the same in every year; old ones may have no year."""

    __tablename__ = "package"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2022 AND 2050", name="year"),
        CheckConstraint("amount >= 0", name="amount"),
        Index(
            "uq_package_year_slug", "year", "slug", unique=True, postgresql_nulls_not_distinct=True
        ),
    )

    name: Mapped[str] = mapped_column(String(64))
    slug: Mapped[str] = mapped_column(String(50))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    year: Mapped[int | None] = mapped_column(Integer)
    advertise: Mapped[bool] = mapped_column(server_default="false")
    allow_a_la_carte: Mapped[bool] = mapped_column(server_default="true")
    logo_dimension: Mapped[int] = mapped_column(Integer, server_default="175")
    position: Mapped[int] = mapped_column(Integer, server_default="100")
