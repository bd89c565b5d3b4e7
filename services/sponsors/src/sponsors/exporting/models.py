"""The table of exports."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class AssetExport(Identity, Timestamps, Authorship, Versioned, Base):
    """One ZIP that somebody asked for. `file`: a papers.Kept, until it is swept."""

    __tablename__ = "asset_export"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'running', 'done', 'failed')", name="status"),
        Index(
            "ix_asset_export_open", "id", postgresql_where=text("status IN ('waiting', 'running')")
        ),
    )

    status: Mapped[str] = mapped_column(String(10), server_default="waiting")
    feature_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    done: Mapped[int] = mapped_column(Integer, server_default="0")
    total: Mapped[int] = mapped_column(Integer)
    error: Mapped[str] = mapped_column(String(500), server_default="")
    file: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
