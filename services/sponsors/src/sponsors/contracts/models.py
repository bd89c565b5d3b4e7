"""The table of contracts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class Contract(Identity, Timestamps, Authorship, Versioned, Base):
    """One contract of a sponsorship. Files are those of `sponsors.papers.Kept`."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'awaiting_signature', 'executed', 'nullified', 'outdated')",
            name="status",
        ),
        CheckConstraint(
            "status <> 'awaiting_signature' OR (sent_on IS NOT NULL AND document IS NOT NULL)",
            name="sent",
        ),
        CheckConstraint(
            "status <> 'executed' OR (executed_on IS NOT NULL AND signed_document IS NOT NULL)",
            name="executed",
        ),
        Index("ix_contract_sponsorship_id_id", "sponsorship_id", "id"),
        # At most one lives: the others were nullified, or another one took their place.
        Index(
            "uq_contract_sponsorship_id",
            "sponsorship_id",
            unique=True,
            postgresql_where=text("status IN ('draft', 'awaiting_signature', 'executed')"),
        ),
        Index("ix_contract_status", "status"),
    )

    sponsorship_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sponsorship.id", ondelete="RESTRICT")
    )
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    revision: Mapped[int] = mapped_column(Integer, server_default="1")
    template: Mapped[int] = mapped_column(Integer)
    sponsor_info: Mapped[str] = mapped_column(Text)
    sponsor_contact: Mapped[str] = mapped_column(Text, server_default="")
    benefits_list: Mapped[str] = mapped_column(Text, server_default="")
    legal_clauses: Mapped[str] = mapped_column(Text, server_default="")
    sent_on: Mapped[date | None] = mapped_column(Date)
    sent_by_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_by: Mapped[str] = mapped_column(String(200), server_default="")
    executed_on: Mapped[date | None] = mapped_column(Date)
    executed_by_id: Mapped[int | None] = mapped_column(BigInteger)
    executed_by: Mapped[str] = mapped_column(String(200), server_default="")
    nullified_on: Mapped[date | None] = mapped_column(Date)
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    document_docx: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    signed_document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
