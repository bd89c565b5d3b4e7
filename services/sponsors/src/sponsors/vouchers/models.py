"""The table of kinds of vouchers."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class VoucherKind(Identity, Timestamps, Authorship, Versioned, Base):
    """One kind of voucher, and where its code is put."""

    __tablename__ = "voucher_kind"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2022 AND 2050", name="year"),
        Index(
            "uq_voucher_kind_benefit_id_internal_name",
            *("benefit_id", "internal_name"),
            unique=True,
        ),
    )

    name: Mapped[str] = mapped_column(String(200))
    year: Mapped[int] = mapped_column(Integer)
    voucher_type: Mapped[str] = mapped_column(String(100))
    benefit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("benefit.id", ondelete="CASCADE")
    )
    internal_name: Mapped[str] = mapped_column(String(128))
    active: Mapped[bool] = mapped_column(server_default="true")
