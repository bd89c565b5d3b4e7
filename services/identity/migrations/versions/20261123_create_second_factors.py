"""Create second factors"""

import sqlalchemy as sa
from alembic import op

revision = "1de4717a0004"
down_revision = "1de4717a0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "session", sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "totp",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_totp"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_totp_user_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_recovery_code_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "uq_recovery_code_user_id_sha256", "recovery_code", ["user_id", "sha256"], unique=True
    )


def downgrade() -> None:
    op.drop_table("recovery_code")
    op.drop_table("totp")
    op.drop_column("session", "second_factor_at")
