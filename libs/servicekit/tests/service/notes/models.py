"""Shelves, and the notes on them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from servicekit.database import NAMING
from servicekit.models import Authorship, Identity, Markup, NameSlug, Timestamps, Versioned


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Shelf(Identity, NameSlug, Base):
    __tablename__ = "shelf"

    notes: Mapped[list[Note]] = relationship(lazy="raise", back_populates="shelf")


class Note(Identity, Timestamps, Authorship, Versioned, Markup, Base):
    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 0 AND 5", name="stars"),
        # Checked at the commit, so that a commit can fail.
        UniqueConstraint("place", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("shelf_id", "title"),
    )

    title: Mapped[str] = mapped_column(String(200))
    stars: Mapped[int] = mapped_column(Integer, server_default="0")
    place: Mapped[int | None] = mapped_column(BigInteger)
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf | None] = relationship(lazy="raise", back_populates="notes")
