"""Create boxes"""

import sqlalchemy as sa
from alembic import op

revision = "c0a1b2c3b001"
down_revision = "c0a1b2c30001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "box",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("content_markup_type", sa.String(30), server_default="markdown", nullable=False),
        sa.Column("content_html", sa.Text(), server_default="", nullable=False),
        sa.Column("content_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_box"),
        sa.UniqueConstraint("label", name="uq_box_label"),
        sa.CheckConstraint("label ~ '^[a-z0-9][a-z0-9_-]*$'", name="ck_box_label"),
    )


def downgrade() -> None:
    op.drop_table("box")
