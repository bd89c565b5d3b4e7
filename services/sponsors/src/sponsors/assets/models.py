"""The table of what was handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class Asset(Identity, Timestamps, Authorship, Versioned, Base):
    """One value, of a sponsor or of a sponsorship, by its internal name. `file`: a papers.Kept."""

    __tablename__ = "asset"
    __table_args__ = (
        CheckConstraint("(sponsor_id IS NULL) <> (sponsorship_id IS NULL)", name="owner"),
        CheckConstraint(
            "(text <> '')::int + (response IS NOT NULL)::int + (file IS NOT NULL)::int = 1",
            name="value",
        ),
        Index(
            "uq_asset_sponsor_id_internal_name",
            *("sponsor_id", "sponsorship_id", "internal_name"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_asset_sponsorship_id", "sponsorship_id"),
        Index("ix_asset_internal_name", "internal_name"),
    )

    uuid: Mapped[UUID] = mapped_column(unique=True)
    sponsor_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("sponsor.id", ondelete="CASCADE")
    )
    sponsorship_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("sponsorship.id", ondelete="CASCADE")
    )
    internal_name: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text, server_default="")
    response: Mapped[bool | None]
    file: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
