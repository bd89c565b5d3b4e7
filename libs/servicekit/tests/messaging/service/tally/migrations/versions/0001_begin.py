"""Counters, what the consumers had of them, and work that falls due."""

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
        "counter",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
    )
    op.create_table(
        "effect",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("consumer", sa.String(100), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("counter_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
    )
    op.create_table(
        "shown",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown")),
    )
    op.create_table(
        "due",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("times", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("worker", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )


def downgrade() -> None:
    for table in ("run", "due", "shown", "effect", "counter"):
        op.drop_table(table)
    kit.drop_1()
