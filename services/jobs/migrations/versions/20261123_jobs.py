"""Create jobs, with their review, reports, replies and counts"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "10b500000002"
down_revision = "10b500000001"
branch_labels = None
depends_on = None

APPROVED = sa.text("state = 'approved'")
NEWEST = (sa.text("published DESC"), sa.text("id DESC"))
SEARCH = (
    "setweight(to_tsvector('english', title || ' ' || company_name), 'A') || "
    "setweight(to_tsvector('english', other_type || ' ' || city || ' ' || region || ' ' || "
    "country), 'B') || setweight(to_tsvector('english', words), 'C')"
)


def _text(name: str, length: int | None = None, *, default: str | None = None) -> sa.Column[str]:
    kind = sa.Text() if length is None else sa.String(length)
    return sa.Column(name, kind, server_default=default, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default="false", nullable=False)


def _time(name: str, default: str | None = None) -> sa.Column[datetime]:
    made = sa.text(default) if default else None
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=made, nullable=default is None
    )


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("state", 10, default="draft"),
        _text("state_by", 10, default="poster"),
        _flag("asked"),
        _text("title", 100),
        _text("company_name", 100),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "type_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False
        ),
        _text("other_type", 100, default=""),
        _text("city", 100),
        _text("region", 100, default=""),
        _text("country", 100),
        _text("location_slug", 350),
        _text("country_slug", 100),
        _flag("remote"),
        _flag("agencies"),
        _flag("featured"),
        _flag("sample"),
        _text("markup_type", 30, default="markdown"),
        _text("company_description", default=""),
        _text("description"),
        _text("requirements"),
        _text("company_description_html", default=""),
        _text("description_html", default=""),
        _text("requirements_html", default=""),
        sa.Column("renderer", sa.Integer(), server_default="0", nullable=False),
        _text("summary", 300, default=""),
        _text("words", default=""),
        sa.Column(
            "search", postgresql.TSVECTOR(), sa.Computed(SEARCH, persisted=True), nullable=False
        ),
        _text("contact", 100, default=""),
        _text("email", 254),
        _flag("email_public"),
        _text("url", 500),
        _text("poster_name", 200, default=""),
        _text("poster_email", 254, default=""),
        _time("submitted"),
        _time("published"),
        _time("expires"),
        _time("reminded"),
        _text("text_hash", 64, default=""),
        _text("likeness", 400, default=""),
        _text("link", 500, default=""),
        sa.Column("hosts", postgresql.ARRAY(sa.String(253)), server_default="{}", nullable=False),
        _time("created", "now()"),
        _time("updated", "now()"),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'approved', 'rejected', 'archived', 'removed', "
            "'expired')",
            name="ck_job_state",
        ),
        sa.CheckConstraint("state_by IN ('poster', 'reviewer', 'system')", name="ck_job_state_by"),
        sa.CheckConstraint(
            "state <> 'approved' OR (published IS NOT NULL AND expires IS NOT NULL)",
            name="ck_job_published",
        ),
        sa.CheckConstraint("NOT asked OR state = 'review'", name="ck_job_asked"),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name="fk_job_category_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_published", "job", NEWEST, postgresql_where=APPROVED)
    for name in ("category_id", "country_slug", "location_slug"):
        op.create_index(
            f"ix_job_{name}_published", "job", (name, *NEWEST), postgresql_where=APPROVED
        )
    remote = sa.text("state = 'approved' AND remote")
    op.create_index("ix_job_remote_published", "job", NEWEST, postgresql_where=remote)
    op.create_index("ix_job_expires", "job", ["expires", "id"], postgresql_where=APPROVED)
    op.create_index("ix_job_category_id", "job", ["category_id"])
    op.create_index("ix_job_creator_id_id", "job", ["creator_id", "id"])
    waiting = sa.text("state = 'review'")
    op.create_index("ix_job_submitted", "job", ["submitted", "id"], postgresql_where=waiting)
    op.create_index("ix_job_updated", "job", ["updated", "id"])
    op.create_index("ix_job_created", "job", ["created"])
    op.create_index("ix_job_text_hash", "job", ["text_hash"])
    op.create_index("ix_job_link", "job", ["link"])
    for name in ("type_ids", "search", "hosts"):
        op.create_index(f"ix_job_{name}", "job", [name], postgresql_using="gin")
    op.create_index(
        "ix_job_likeness",
        "job",
        ["likeness"],
        postgresql_using="gist",
        postgresql_ops={"likeness": "gist_trgm_ops"},
    )
    op.create_table(
        "job_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        _time("time", "clock_timestamp()"),
        _text("by", 10),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        _text("name", 200, default=""),
        _text("text"),
        _flag("question"),
        sa.CheckConstraint("\"by\" IN ('poster', 'reviewer')", name="ck_job_comment_by"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name="fk_job_comment_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_job_comment"),
    )
    op.create_index("ix_job_comment_job_id", "job_comment", ["job_id"])
    op.create_table(
        "job_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        _time("time", "clock_timestamp()"),
        _text("by", 10),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        _text("name", 200, default=""),
        _text("move", 10),
        sa.Column("before", sa.String(10), nullable=True),
        _text("after", 10),
        sa.CheckConstraint("\"by\" IN ('poster', 'reviewer', 'system')", name="ck_job_step_by"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name="fk_job_step_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_job_step"),
    )
    op.create_index("ix_job_step_job_id", "job_step", ["job_id"])
    op.create_index("ix_job_step_time", "job_step", ["time"])
    op.create_table(
        "board_count",
        _text("kind", 10),
        _text("key", 350),
        sa.Column("jobs", sa.Integer(), server_default="0", nullable=False),
        _text("city", 100, default=""),
        _text("region", 100, default=""),
        _text("country", 100, default=""),
        _text("country_slug", 100, default=""),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_board_count"),
    )
    op.create_table(
        "job_claim",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        _text("name", 200, default=""),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name="fk_job_claim_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_claim"),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        _time("time", "now()"),
        _text("reason", 20),
        _text("text", default=""),
        _text("reporter", 100),
        _flag("closed"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "reason IN ('spam', 'fraud', 'filled', 'not-python', 'link', 'other')",
            name="ck_report_reason",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name="fk_report_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("job_id", "reporter", name="uq_report_job_id_reporter"),
    )
    op.create_index("ix_report_reporter_time", "report", ["reporter", "time"])
    op.create_index("ix_report_time", "report", ["time"])
    unseen = sa.text("NOT closed")
    op.create_index("ix_report_open", "report", ["job_id"], postgresql_where=unseen)
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("name", 100),
        _text("text"),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        _time("created", "now()"),
        _time("updated", "now()"),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_reply"),
        sa.UniqueConstraint("name", name="uq_canned_reply_name"),
    )
    op.create_table(
        "reported_month",
        sa.Column("month", sa.Date(), nullable=False),
        _time("time", "now()"),
        sa.PrimaryKeyConstraint("month", name="pk_reported_month"),
    )


def downgrade() -> None:
    for name in (
        *("reported_month", "canned_reply", "report", "job_claim", "board_count"),
        *("job_step", "job_comment", "job"),
    ):
        op.drop_table(name)
    op.execute("DROP EXTENSION pg_trgm")
