"""Create success stories, their categories and notes, and the table of mails"""

import sqlalchemy as sa
from alembic import op

from servicekit.migrations import kit

revision = "c0a1b2c3b201"
down_revision = "c0a1b2c39051"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    kit.create_mail_1()
    op.create_table(
        "story_category",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_category"),
        sa.UniqueConstraint("slug", name="uq_story_category_slug"),
    )
    op.create_table(
        "story",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("company_name", sa.String(500), server_default="", nullable=False),
        sa.Column("company_url", sa.String(500), server_default="", nullable=False),
        sa.Column("author", sa.String(500), nullable=False),
        sa.Column("author_email", sa.String(254), nullable=True),
        sa.Column("pull_quote", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("content_markup_type", sa.String(30), server_default="markdown", nullable=False),
        sa.Column("content_html", sa.Text(), server_default="", nullable=False),
        sa.Column("content_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=True),
        sa.Column("image_key", sa.String(420), server_default="", nullable=False),
        sa.Column("image_width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("image_height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.Column("featured", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("review", sa.String(10), server_default="none", nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
        sa.UniqueConstraint("slug", name="uq_story_slug"),
        sa.CheckConstraint(
            "review IN ('none', 'waiting', 'asked', 'approved', 'rejected', 'withdrawn')",
            name="ck_story_review",
        ),
        sa.CheckConstraint(
            "NOT is_published OR review IN ('none', 'approved')", name="ck_story_published"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["story_category.id"], name="fk_story_category_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name="fk_story_company_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["media_file.id"], name="fk_story_image_id", ondelete="RESTRICT"
        ),
    )
    for column in ("category_id", "company_id", "image_id", "submitted_by"):
        op.create_index(f"ix_story_{column}", "story", [column])
    op.create_index(
        "ix_story_published",
        "story",
        ["published", "id"],
        postgresql_where=sa.text("is_published"),
    )
    op.create_table(
        "story_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "time",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("by", sa.String(10), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_note"),
        sa.CheckConstraint("\"by\" IN ('submitter', 'reviewer')", name="ck_story_note_by"),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name="fk_story_note_story_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_story_note_story_id", "story_note", ["story_id"])


def downgrade() -> None:
    for table in ("story_note", "story", "story_category"):
        op.drop_table(table)
    kit.drop_mail_1()
