"""Create media files"""

import sqlalchemy as sa
from alembic import op

revision = "c0a1b2c39001"
down_revision = "c0a1b2c3ba01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "media_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("folder", sa.String(300), nullable=False),
        sa.Column("key", sa.String(420), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(500), server_default="", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_media_file"),
        sa.UniqueConstraint("key", name="uq_media_file_key"),
        sa.CheckConstraint("kind IN ('picture', 'document')", name="ck_media_file_kind"),
        sa.CheckConstraint("size > 0", name="ck_media_file_size"),
    )
    op.create_index("ix_media_file_folder", "media_file", ["folder"])


def downgrade() -> None:
    op.drop_table("media_file")
