"""The tables of stories."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned


class StoryCategory(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """What stories are about."""

    __tablename__ = "story_category"


class Story(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """One story. `submitted_by` sees it as long as it is a draft, beside staff.

    `published` is when it was published first. What is known of its image is that of the media
    file, which never changes.
    """

    __tablename__ = "story"
    __table_args__ = (
        CheckConstraint(
            "review IN ('none', 'waiting', 'asked', 'approved', 'rejected', 'withdrawn')",
            name="review",
        ),
        CheckConstraint("NOT is_published OR review IN ('none', 'approved')", name="published"),
        Index("ix_story_category_id", "category_id"),
        Index("ix_story_company_id", "company_id"),
        Index("ix_story_image_id", "image_id"),
        Index("ix_story_submitted_by", "submitted_by"),
        Index("ix_story_published", "published", "id", postgresql_where=text("is_published")),
    )

    category_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("story_category.id", ondelete="RESTRICT")
    )
    # A company that stories are about cannot be deleted: they would change without a word.
    company_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("company.id", ondelete="RESTRICT")
    )
    company_name: Mapped[str] = mapped_column(String(500), server_default="")
    company_url: Mapped[str] = mapped_column(String(500), server_default="")
    author: Mapped[str] = mapped_column(String(500))
    author_email: Mapped[str | None] = mapped_column(String(254))
    pull_quote: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    content_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    content_html: Mapped[str] = mapped_column(Text, server_default="")
    content_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    image_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("media_file.id", ondelete="RESTRICT")
    )
    image_key: Mapped[str] = mapped_column(String(420), server_default="")
    image_width: Mapped[int] = mapped_column(Integer, server_default="0")
    image_height: Mapped[int] = mapped_column(Integer, server_default="0")
    is_published: Mapped[bool] = mapped_column(server_default="false")
    published: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    featured: Mapped[bool] = mapped_column(server_default="false")
    review: Mapped[str] = mapped_column(String(10), server_default="none")
    submitted_by: Mapped[int | None] = mapped_column(BigInteger)
    sample: Mapped[bool] = mapped_column(server_default="false")


class StoryNote(Identity, Base):
    """What was said or done about a story that was sent in."""

    __tablename__ = "story_note"
    __table_args__ = (
        CheckConstraint("\"by\" IN ('submitter', 'reviewer')", name="by"),
        Index("ix_story_note_story_id", "story_id"),
    )

    story_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("story.id", ondelete="CASCADE"))
    time: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )
    by: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, server_default="")
