"""Create blogs: feeds, entries, aggregates, related blogs, and reports of following them"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c0a1b2c3b101"
down_revision = "c0a1b2c3a101"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def _end() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def _followed() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("feed_url", sa.String(500), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("etag", sa.String(500), server_default="", nullable=False),
        sa.Column("last_modified", sa.String(100), server_default="", nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("looked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(500), server_default="", nullable=False),
    )


def _report(table: str, source: str) -> None:
    counts = ("created", "updated", "deleted", "unchanged", "skipped")
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in counts),
        sa.Column("lines", postgresql.ARRAY(sa.String(500)), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.CheckConstraint("outcome IN ('done', 'failed')", name=f"ck_{table}_outcome"),
        sa.ForeignKeyConstraint(
            ["source_id"], [f"{source}.id"], name=f"fk_{table}_source_id", ondelete="CASCADE"
        ),
    )
    op.create_index(f"ix_{table}_source_id", table, ["source_id"])
    op.create_index(f"ix_{table}_time", table, ["time"])


def upgrade() -> None:
    op.create_table(
        "blog_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("website_url", sa.String(500), nullable=False),
        *_followed(),
        *_end(),
        sa.PrimaryKeyConstraint("id", name="pk_blog_feed"),
        sa.UniqueConstraint("feed_url", name="uq_blog_feed_feed_url"),
    )
    op.create_index("ix_blog_feed_due", "blog_feed", ["due"], postgresql_where=sa.text("active"))
    op.create_table(
        "blog_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("pub_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("summary_html", sa.Text(), server_default="", nullable=False),
        sa.Column("summary_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("excerpt", sa.String(1000), server_default="", nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
        *_end(),
        sa.PrimaryKeyConstraint("id", name="pk_blog_entry"),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["blog_feed.id"], name="fk_blog_entry_feed_id", ondelete="CASCADE"
        ),
    )
    op.create_index("uq_blog_entry_feed_id_url", "blog_entry", ["feed_id", "url"], unique=True)
    op.create_index(
        "ix_blog_entry_pub_date",
        "blog_entry",
        ["pub_date", "id"],
        postgresql_where=sa.text("NOT hidden"),
    )
    op.create_table(
        "blog_aggregate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("description", sa.String(500), server_default="", nullable=False),
        *_end(),
        sa.PrimaryKeyConstraint("id", name="pk_blog_aggregate"),
        sa.UniqueConstraint("slug", name="uq_blog_aggregate_slug"),
    )
    op.create_table(
        "blog_aggregate_feed",
        sa.Column("aggregate_id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("aggregate_id", "feed_id", name="pk_blog_aggregate_feed"),
        sa.ForeignKeyConstraint(
            ["aggregate_id"],
            ["blog_aggregate.id"],
            name="fk_blog_aggregate_feed_aggregate_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["blog_feed.id"], name="fk_blog_aggregate_feed_feed_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_blog_aggregate_feed_feed_id", "blog_aggregate_feed", ["feed_id"])
    op.create_table(
        "related_blog",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("blog_name", sa.String(200), server_default="", nullable=False),
        sa.Column("blog_url", sa.String(500), nullable=False),
        *_followed(),
        sa.Column("last_entry_title", sa.String(500), server_default="", nullable=False),
        sa.Column("last_entry_url", sa.String(500), server_default="", nullable=False),
        sa.Column("last_entry_published", sa.DateTime(timezone=True), nullable=True),
        *_end(),
        sa.PrimaryKeyConstraint("id", name="pk_related_blog"),
        sa.UniqueConstraint("feed_url", name="uq_related_blog_feed_url"),
    )
    op.create_index(
        "ix_related_blog_due", "related_blog", ["due"], postgresql_where=sa.text("active")
    )
    _report("blog_feed_report", "blog_feed")
    _report("related_blog_report", "related_blog")


def downgrade() -> None:
    for table in (
        *("related_blog_report", "blog_feed_report", "related_blog", "blog_aggregate_feed"),
        *("blog_aggregate", "blog_entry", "blog_feed"),
    ):
        op.drop_table(table)
