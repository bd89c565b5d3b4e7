"""The ledger's tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from servicekit.migrations import kit

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kit.create_1()
    op.create_table(
        "line",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("aggregate", sa.String(100), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "written",
            sa.DateTime(timezone=True),
            server_default=sa.func.clock_timestamp(),
            nullable=False,
        ),
    )
    op.create_table(
        "release_copy",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("release_copy")
    op.drop_table("line")
    kit.drop_1()
