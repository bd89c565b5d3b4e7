"""The tables of the search.

Documents stand in *generations*: one is searched, and a rebuild fills another beside it. A change
that comes meanwhile is written to both, and readers go from one to the other in one commit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base


class SearchGeneration(Base):
    """All documents as one build made them; readers use the one that is active.

    `mirrored`: Meilisearch has the same documents.
    """

    __tablename__ = "search_generation"
    __table_args__ = (
        Index(
            "uq_search_generation_active", "active", unique=True, postgresql_where=text("active")
        ),
    )

    number: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    active: Mapped[bool] = mapped_column(Boolean)
    mirrored: Mapped[bool] = mapped_column(Boolean)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class SearchDocument(Base):
    """A document (content.search.documents.Document), and the words that it is found by.

    In `title`, `summary` and `text` versions are spelt as they are searched, so that PostgreSQL can
    mark them; `analysis.versions_shown` turns them back.
    """

    __tablename__ = "search_document"
    __table_args__ = (
        Index("ix_search_document_words", "words", postgresql_using="gin"),
        Index("ix_search_document_heading", "heading", postgresql_using="gin"),
        Index("ix_search_document_spellings", "spellings", postgresql_using="gin"),
    )

    generation: Mapped[int] = mapped_column(
        ForeignKey("search_generation.number", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text))
    summary: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    facts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    date: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    boost: Mapped[float] = mapped_column(Float)
    ages: Mapped[bool] = mapped_column(Boolean)
    spellings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Title and names as questions are spelt: who types one of them means this document."""
    words: Mapped[str] = mapped_column(TSVECTOR)
    heading: Mapped[str] = mapped_column(TSVECTOR)
    """The words but those of the text. It stands in the row itself, where reading it is cheap."""


class SearchWord(Base):
    """A word of the documents, and in how many it is: what misspelt words are set right by."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index(
            "ix_search_word_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    generation: Mapped[int] = mapped_column(
        ForeignKey("search_generation.number", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    documents: Mapped[int] = mapped_column(Integer)


class SearchPush(Base):
    """A document that Meilisearch has to be told of: as it is now, or that it is gone.

    An empty key: the settings changed.
    """

    __tablename__ = "search_push"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    generation: Mapped[int] = mapped_column(
        ForeignKey("search_generation.number", ondelete="CASCADE"), index=True
    )
    key: Mapped[str] = mapped_column(String(200))
