"""The table of redirects."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Redirect(Identity, Timestamps, Authorship, Versioned, Base):
    """One address that leads elsewhere, or, with an empty target, is gone.

    `old_path` begins with a slash and has none at its end. `query` null: whatever the query is.
    """

    __tablename__ = "redirect"
    __table_args__ = (
        CheckConstraint("code IN (301, 302)", name="code"),
        CheckConstraint("old_path ~ '^/.*[^/]$'", name="old_path"),
        CheckConstraint("query IS NULL OR NOT is_prefix", name="query"),
        Index(
            "uq_redirect_old_path_query",
            "old_path",
            "query",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    old_path: Mapped[str] = mapped_column(String(500))
    query: Mapped[str | None] = mapped_column(String(500))
    is_prefix: Mapped[bool] = mapped_column(server_default="false")
    target: Mapped[str] = mapped_column(String(2000), server_default="")
    code: Mapped[int] = mapped_column(SmallInteger, server_default="301")
    note: Mapped[str] = mapped_column(String(300), server_default="")
