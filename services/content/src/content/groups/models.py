"""The tables of working groups."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned


class WorkGroup(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """One group; `texts_html` has the HTML of each of its texts by name."""

    __tablename__ = "work_group"

    active: Mapped[bool] = mapped_column(server_default="true")
    approved: Mapped[bool] = mapped_column(server_default="false")
    short_description: Mapped[str] = mapped_column(String(300), server_default="")
    purpose: Mapped[str] = mapped_column(Text)
    active_time: Mapped[str] = mapped_column(Text, server_default="")
    core_values: Mapped[str] = mapped_column(Text, server_default="")
    rules: Mapped[str] = mapped_column(Text, server_default="")
    communication: Mapped[str] = mapped_column(Text)
    support: Mapped[str] = mapped_column(Text, server_default="")
    texts_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    texts_html: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    texts_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    url: Mapped[str] = mapped_column(String(500), server_default="")


class WorkGroupPerson(Base):
    """Somebody in a group, as one of those who organise it or as a member."""

    __tablename__ = "work_group_person"
    __table_args__ = (
        CheckConstraint("role IN ('organizer', 'member')", name="role"),
        Index("ix_work_group_person_person_id", "person_id"),
    )

    group_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("work_group.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(10), primary_key=True)
    # Who has no account any more is in no group.
    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
