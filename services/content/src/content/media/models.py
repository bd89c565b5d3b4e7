"""The table of media files. Their bytes are in the store (servicekit.files), under `key`."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class MediaFile(Identity, Timestamps, Authorship, Versioned, Base):
    """One file: where it is, and what is known of it."""

    __tablename__ = "media_file"
    __table_args__ = (
        CheckConstraint("kind IN ('picture', 'document')", name="kind"),
        CheckConstraint("size > 0", name="size"),
        Index("ix_media_file_folder", "folder"),
    )

    folder: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(420), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    description: Mapped[str] = mapped_column(String(500), server_default="")
