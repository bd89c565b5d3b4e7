"""The tables of jobs: the job, what was said and done about it, and how many there are of what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TextClause,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned

_APPROVED = text("state = 'approved'")
_NEWEST = (text("published DESC"), text("id DESC"))


def _list(
    name: str,
    first: tuple[str, ...],
    more: tuple[str, ...],
    where: TextClause = _APPROVED,
) -> Index:
    """Make the index of a list: what does not pass is left out without looking at the job."""
    columns: tuple[Any, ...] = (*first, *_NEWEST, "expires", *more)
    return Index(
        f"ix_job_{name}", *columns, postgresql_where=where, postgresql_include=["type_ids"]
    )


#: What is looked for in a job; the title and the company count most.
_SEARCH = (
    "setweight(to_tsvector('english', title || ' ' || company_name), 'A') || "
    "setweight(to_tsvector('english', other_type || ' ' || city || ' ' || region || ' ' || "
    "country), 'B') || setweight(to_tsvector('english', words), 'C')"
)


class Job(Identity, Timestamps, Authorship, Versioned, Base):
    """One job: `creator_id` posted it, where it did not come without a poster.

    `published` is when it was approved, `submitted` when it was sent to review last, `reminded` the
    end that its poster was reminded of. `words` is the plain text of all its texts, cut at 20,000
    characters. What follows is for hints: `text_hash` of the words alike in case and punctuation,
    `likeness` their beginning with the title, `link` the address without what does not matter,
    `hosts` those of all links.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'review', 'approved', 'rejected', 'archived', 'removed', "
            "'expired')",
            name="state",
        ),
        CheckConstraint("state_by IN ('poster', 'reviewer', 'system')", name="state_by"),
        CheckConstraint(
            "state <> 'approved' OR (published IS NOT NULL AND expires IS NOT NULL)",
            name="published",
        ),
        CheckConstraint("NOT asked OR state = 'review'", name="asked"),
        _list(
            "published",
            (),
            ("category_id", "country_slug", "location_slug", "remote", "agencies", "featured"),
        ),
        _list("category_id_published", ("category_id",), ("country_slug", "remote", "featured")),
        _list(
            "country_slug_published",
            ("country_slug",),
            ("category_id", "location_slug", "remote", "featured"),
        ),
        Index(
            "ix_job_location_slug_published", "location_slug", *_NEWEST, postgresql_where=_APPROVED
        ),
        _list(
            "remote_published",
            (),
            ("category_id", "country_slug", "featured"),
            where=text("state = 'approved' AND remote"),
        ),
        Index(
            "ix_job_featured_published",
            *_NEWEST,
            postgresql_where=text("state = 'approved' AND featured"),
        ),
        Index("ix_job_expires", "expires", "id", postgresql_where=_APPROVED),
        Index("ix_job_category_id", "category_id"),
        Index("ix_job_type_ids", "type_ids", postgresql_using="gin"),
        Index("ix_job_search", "search", postgresql_using="gin"),
        Index("ix_job_creator_id_id", "creator_id", "id"),
        Index("ix_job_submitted", "submitted", "id", postgresql_where=text("state = 'review'")),
        Index("ix_job_updated", "updated", "id"),
        Index("ix_job_created", "created"),
        Index("ix_job_text_hash", "text_hash"),
        Index("ix_job_link", "link"),
        Index("ix_job_hosts", "hosts", postgresql_using="gin"),
        Index(
            "ix_job_likeness",
            "likeness",
            postgresql_using="gist",
            postgresql_ops={"likeness": "gist_trgm_ops"},
        ),
    )

    state: Mapped[str] = mapped_column(String(10), server_default="draft")
    state_by: Mapped[str] = mapped_column(String(10), server_default="poster")
    asked: Mapped[bool] = mapped_column(server_default="false")
    title: Mapped[str] = mapped_column(String(100))
    company_name: Mapped[str] = mapped_column(String(100))
    category_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("category.id", ondelete="RESTRICT")
    )
    # No foreign keys: a list is found by its index. Who deletes a type looks here first.
    type_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    other_type: Mapped[str] = mapped_column(String(100), server_default="")
    city: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(100), server_default="")
    country: Mapped[str] = mapped_column(String(100))
    location_slug: Mapped[str] = mapped_column(String(350))
    country_slug: Mapped[str] = mapped_column(String(100))
    remote: Mapped[bool] = mapped_column(server_default="false")
    agencies: Mapped[bool] = mapped_column(server_default="false")
    featured: Mapped[bool] = mapped_column(server_default="false")
    sample: Mapped[bool] = mapped_column(server_default="false")
    markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    company_description: Mapped[str] = mapped_column(Text, server_default="")
    description: Mapped[str] = mapped_column(Text)
    requirements: Mapped[str] = mapped_column(Text)
    company_description_html: Mapped[str] = mapped_column(Text, server_default="")
    description_html: Mapped[str] = mapped_column(Text, server_default="")
    requirements_html: Mapped[str] = mapped_column(Text, server_default="")
    renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    summary: Mapped[str] = mapped_column(String(300), server_default="")
    words: Mapped[str] = mapped_column(Text, server_default="")
    search: Mapped[str] = mapped_column(TSVECTOR, Computed(_SEARCH, persisted=True))
    contact: Mapped[str] = mapped_column(String(100), server_default="")
    email: Mapped[str] = mapped_column(String(254))
    email_public: Mapped[bool] = mapped_column(server_default="false")
    url: Mapped[str] = mapped_column(String(500))
    poster_name: Mapped[str] = mapped_column(String(200), server_default="")
    poster_email: Mapped[str] = mapped_column(String(254), server_default="")
    submitted: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reminded: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    text_hash: Mapped[str] = mapped_column(String(64), server_default="")
    likeness: Mapped[str] = mapped_column(String(400), server_default="")
    link: Mapped[str] = mapped_column(String(500), server_default="")
    hosts: Mapped[list[str]] = mapped_column(ARRAY(String(253)), server_default="{}")


class JobComment(Identity, Base):
    """What a poster or a reviewer said about a job."""

    __tablename__ = "job_comment"
    __table_args__ = (
        CheckConstraint("\"by\" IN ('poster', 'reviewer')", name="by"),
        Index("ix_job_comment_job_id", "job_id"),
    )

    job_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("job.id", ondelete="CASCADE"))
    time: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )
    by: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(200), server_default="")
    text: Mapped[str] = mapped_column(Text)
    question: Mapped[bool] = mapped_column(server_default="false")


class JobStep(Identity, Base):
    """One thing that was done with a job; `before` is null for what made it."""

    __tablename__ = "job_step"
    __table_args__ = (
        CheckConstraint("\"by\" IN ('poster', 'reviewer', 'system')", name="by"),
        Index("ix_job_step_job_id", "job_id"),
        Index("ix_job_step_time", "time"),
    )

    job_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("job.id", ondelete="CASCADE"))
    time: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )
    by: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(200), server_default="")
    move: Mapped[str] = mapped_column(String(10))
    before: Mapped[str | None] = mapped_column(String(10))
    after: Mapped[str] = mapped_column(String(10))


class BoardCount(Base):
    """How many approved jobs there are of something: counting them would take time.

    A row stays when there are none any more.

    `kind` is all, remote, featured, category, type, country or location; `key` an id or a slug, or
    empty. What names a country or a location is what the last job of it says.
    """

    __tablename__ = "board_count"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(350), primary_key=True)
    jobs: Mapped[int] = mapped_column(Integer, server_default="0")
    city: Mapped[str] = mapped_column(String(100), server_default="")
    region: Mapped[str] = mapped_column(String(100), server_default="")
    country: Mapped[str] = mapped_column(String(100), server_default="")
    country_slug: Mapped[str] = mapped_column(String(100), server_default="")
