"""Create posts, and the copy of events that they may be about"""

import sqlalchemy as sa
from alembic import op

revision = "c0a1b2c39051"
down_revision = "c0a1b2c36a01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "event_copy",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(255), server_default="", nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_copy"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("abstract", sa.String(500), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("content_markup_type", sa.String(30), server_default="markdown", nullable=False),
        sa.Column("content_html", sa.Text(), server_default="", nullable=False),
        sa.Column("content_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("url", sa.String(500), server_default="", nullable=False),
        sa.Column("picture_id", sa.BigInteger(), nullable=True),
        sa.Column("picture_key", sa.String(420), server_default="", nullable=False),
        sa.Column("picture_width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("picture_height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("caption", sa.String(500), server_default="", nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("is_published", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
        sa.CheckConstraint("kind IN ('text', 'photo', 'video', 'link')", name="ck_post_kind"),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["media_file.id"], name="fk_post_picture_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_post_event_id", "post", ["event_id"])
    op.create_index("ix_post_picture_id", "post", ["picture_id"])


def downgrade() -> None:
    op.drop_table("post")
    op.drop_table("event_copy")
