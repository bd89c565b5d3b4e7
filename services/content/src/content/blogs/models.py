"""The tables of blogs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.imports import Followed, Reported
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned


class BlogFeed(Followed, Timestamps, Authorship, Versioned, Base):
    """One blog whose entries are imported."""

    __tablename__ = "blog_feed"
    __table_args__ = (Index("ix_blog_feed_due", "due", postgresql_where=text("active")),)

    name: Mapped[str] = mapped_column(String(200))
    website_url: Mapped[str] = mapped_column(String(500))
    feed_url: Mapped[str] = mapped_column(String(500), unique=True)

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self.feed_url


class BlogEntry(Identity, Timestamps, Authorship, Versioned, Base):
    """One entry. `digest` is of what the feed said last: None where no feed said it."""

    __tablename__ = "blog_entry"
    __table_args__ = (
        Index("uq_blog_entry_feed_id_url", "feed_id", "url", unique=True),
        Index(
            "ix_blog_entry_pub_date",
            "pub_date",
            "id",
            postgresql_where=text("NOT hidden"),
        ),
    )

    feed_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("blog_feed.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    pub_date: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    summary: Mapped[str] = mapped_column(Text, server_default="")
    summary_html: Mapped[str] = mapped_column(Text, server_default="")
    summary_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    excerpt: Mapped[str] = mapped_column(String(1000), server_default="")
    hidden: Mapped[bool] = mapped_column(server_default="false")
    sample: Mapped[bool] = mapped_column(server_default="false")
    digest: Mapped[str | None] = mapped_column(String(64))


class BlogAggregate(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """Feeds that are shown together."""

    __tablename__ = "blog_aggregate"

    description: Mapped[str] = mapped_column(String(500), server_default="")


#: Which feeds an aggregate has.
AGGREGATE_FEED = Table(
    "blog_aggregate_feed",
    Base.metadata,
    Column(
        "aggregate_id",
        BigInteger,
        ForeignKey("blog_aggregate.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("feed_id", BigInteger, ForeignKey("blog_feed.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_blog_aggregate_feed_feed_id", "feed_id"),
)


class RelatedBlog(Followed, Timestamps, Authorship, Versioned, Base):
    """One blog of which only the newest entry is kept."""

    __tablename__ = "related_blog"
    __table_args__ = (Index("ix_related_blog_due", "due", postgresql_where=text("active")),)

    name: Mapped[str] = mapped_column(String(100))
    blog_name: Mapped[str] = mapped_column(String(200), server_default="")
    blog_url: Mapped[str] = mapped_column(String(500))
    feed_url: Mapped[str] = mapped_column(String(500), unique=True)
    last_entry_title: Mapped[str] = mapped_column(String(500), server_default="")
    last_entry_url: Mapped[str] = mapped_column(String(500), server_default="")
    last_entry_published: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self.feed_url


class FeedReport(Reported, Base):
    """What one look at a feed came to."""

    __tablename__ = "blog_feed_report"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'failed')", name="outcome"),
        Index("ix_blog_feed_report_source_id", "source_id"),
        Index("ix_blog_feed_report_time", "time"),
    )

    source_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("blog_feed.id", ondelete="CASCADE")
    )


class RelatedReport(Reported, Base):
    """What one look at a related blog came to."""

    __tablename__ = "related_blog_report"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'failed')", name="outcome"),
        Index("ix_related_blog_report_source_id", "source_id"),
        Index("ix_related_blog_report_time", "time"),
    )

    source_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("related_blog.id", ondelete="CASCADE")
    )
