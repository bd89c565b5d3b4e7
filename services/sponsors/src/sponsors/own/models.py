"""The table of unfinished applications."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Identity, Timestamps, Versioned
from sponsors.tables import Base


class ApplicationDraft(Identity, Timestamps, Versioned, Base):
    """What somebody left of an application, unchecked: one for each user and year."""

    __tablename__ = "application_draft"
    __table_args__ = (
        Index("uq_application_draft_year_user_id", "year", "user_id", unique=True),
        Index("ix_application_draft_user_id", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger)
    year: Mapped[int] = mapped_column(Integer)
    package_id: Mapped[int | None] = mapped_column(BigInteger)
    benefit_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    sponsor_id: Mapped[int | None] = mapped_column(BigInteger)
    sponsor: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
