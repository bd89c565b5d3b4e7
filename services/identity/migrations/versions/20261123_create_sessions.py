"""Create sessions"""

import sqlalchemy as sa
from alembic import op

revision = "1de4717a0002"
down_revision = "1de4717a0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("remembered", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("agent", sa.String(300), server_default="", nullable=False),
        sa.Column("address", sa.String(64), server_default="", nullable=False),
        _time("reauthenticated_at"),
        _time("last_seen"),
        _time("created"),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("sha256", name="uq_session_sha256"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_session_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"])
    op.create_index("ix_session_expires", "session", ["expires"])


def downgrade() -> None:
    op.drop_table("session")


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
