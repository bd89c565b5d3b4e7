"""The table of synonyms."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class SynonymGroup(Identity, Timestamps, Authorship, Versioned, Base):
    """Words that stand for each other, as somebody wrote them and as they are searched."""

    __tablename__ = "synonym_group"
    __table_args__ = (CheckConstraint("cardinality(words) > 1", name="words"),)

    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    spellings: Mapped[list[str]] = mapped_column(ARRAY(Text))
