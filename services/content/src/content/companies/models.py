"""The table of companies."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned


class Company(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """One company. What is known of its logo is that of the media file, which never changes."""

    __tablename__ = "company"
    __table_args__ = (Index("ix_company_logo_id", "logo_id"),)

    about: Mapped[str] = mapped_column(Text, server_default="")
    about_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    about_html: Mapped[str] = mapped_column(Text, server_default="")
    about_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    contact: Mapped[str] = mapped_column(String(100), server_default="")
    email: Mapped[str | None] = mapped_column(String(254))
    url: Mapped[str] = mapped_column(String(500), server_default="")
    # A file that is a logo cannot be deleted: the company would change without a word.
    logo_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("media_file.id", ondelete="RESTRICT")
    )
    logo_key: Mapped[str] = mapped_column(String(420), server_default="")
    logo_width: Mapped[int] = mapped_column(Integer, server_default="0")
    logo_height: Mapped[int] = mapped_column(Integer, server_default="0")
    sample: Mapped[bool] = mapped_column(server_default="false")
