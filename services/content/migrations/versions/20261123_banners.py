"""Create banners"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c0a1b2c3ba01"
down_revision = "c0a1b2c3f001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "banner",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("place", sa.String(10), server_default="site", nullable=False),
        sa.Column("paths", postgresql.ARRAY(sa.String(200)), server_default="{}", nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dismissible", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("shown", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_banner"),
        sa.CheckConstraint("place IN ('site', 'psf', 'paths')", name="ck_banner_place"),
        sa.CheckConstraint("ends > starts", name="ck_banner_ends"),
    )
    op.create_index(
        "ix_banner_active", "banner", ["id"], postgresql_where=sa.text("active OR shown")
    )


def downgrade() -> None:
    op.drop_table("banner")
