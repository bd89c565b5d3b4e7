"""What the ledger stores: one line for every effect, and a copy of each release."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, String, func
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.database import Base


class Line(Base):
    """One effect. Nothing here is unique but the position: an effect that came twice would show."""

    __tablename__ = "line"

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(100))
    aggregate: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(BigInteger)
    written: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )


class ReleaseCopy(Base):
    """A release as last told. A deleted one is gone; its tombstone is in `copy_version`."""

    __tablename__ = "release_copy"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(200))
    is_published: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
