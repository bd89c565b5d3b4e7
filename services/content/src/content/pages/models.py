"""The tables of pages: pages, the states they had, and addresses to preview drafts at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Page(Identity, Timestamps, Authorship, Versioned, Base):
    """One page, kept as it was written and as it is shown.

    `path` has no edge slashes. `publish_at` and `expire_at` are what is still to come: the task
    that does it takes them away.
    """

    __tablename__ = "page"
    __table_args__ = (
        # The rule in words: contracts.content.pages.PagePath.
        CheckConstraint(
            "path ~ '^[a-z0-9_.-]*[a-z0-9_-][a-z0-9_.-]*(/[a-z0-9_.-]*[a-z0-9_-][a-z0-9_.-]*)*$'",
            name="path",
        ),
        CheckConstraint(
            "template_name IN ('default', 'psf', 'full-width', 'raw')", name="template_name"
        ),
        # A page that is public waits for no publishing.
        CheckConstraint("publish_at IS NULL OR NOT is_published", name="publish_at"),
        CheckConstraint("expire_at > publish_at", name="expire_at"),
        Index("ix_page_publish_at", "publish_at", postgresql_where=text("publish_at IS NOT NULL")),
        Index("ix_page_expire_at", "expire_at", postgresql_where=text("expire_at IS NOT NULL")),
        Index("ix_page_is_published", "is_published"),
    )

    title: Mapped[str] = mapped_column(String(500))
    path: Mapped[str] = mapped_column(String(500), unique=True)
    keywords: Mapped[str] = mapped_column(String(1000), server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    content_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    content_html: Mapped[str] = mapped_column(Text, server_default="")
    content_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    is_published: Mapped[bool] = mapped_column(server_default="false")
    content_type: Mapped[str] = mapped_column(String(150), server_default="text/html")
    template_name: Mapped[str] = mapped_column(String(30), server_default="default")
    publish_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expire_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PageRevision(Identity, Base):
    """One state that a page had. They go with their page; the audit trail keeps the last one."""

    __tablename__ = "page_revision"
    __table_args__ = (Index("uq_page_revision_page_id_number", "page_id", "number", unique=True),)

    page_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("page.id", ondelete="CASCADE"))
    number: Mapped[int]
    action: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(300), server_default="")
    actor: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(500))
    path: Mapped[str] = mapped_column(String(500))
    keywords: Mapped[str] = mapped_column(String(1000), server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    content_markup_type: Mapped[str] = mapped_column(String(30))
    content_type: Mapped[str] = mapped_column(String(150))
    template_name: Mapped[str] = mapped_column(String(30))
    is_published: Mapped[bool]
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class PagePreview(Identity, Base):
    """An address at which whoever has it sees a draft. The token itself is nowhere."""

    __tablename__ = "page_preview"
    __table_args__ = (Index("ix_page_preview_page_id", "page_id"),)

    page_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("page.id", ondelete="CASCADE"))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    actor: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True))
