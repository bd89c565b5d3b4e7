"""Create passkeys"""

import sqlalchemy as sa
from alembic import op

revision = "1de4717a0205"
down_revision = "1de4717a0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor_tries",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factor_tries"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["account.id"],
            name="fk_second_factor_tries_user_id",
            ondelete="CASCADE",
        ),
    )
    # Whoever has to wait goes on waiting.
    op.execute(
        "INSERT INTO second_factor_tries (user_id, failures, blocked_until)"
        " SELECT user_id, failures, blocked_until FROM totp WHERE failures > 0"
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("user_handle", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("transports", sa.ARRAY(sa.String(20)), server_default="{}", nullable=False),
        sa.Column("backed_up", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("last_used", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_passkey_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passkey_challenge"),
        sa.UniqueConstraint("challenge", name="uq_passkey_challenge_challenge"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_passkey_challenge_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name="fk_passkey_challenge_session_id",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "purpose IN ('add', 'sign-in', 'second-factor', 'reauthentication')",
            name="ck_passkey_challenge_purpose",
        ),
    )
    op.create_index("ix_passkey_challenge_user_id", "passkey_challenge", ["user_id"])
    op.create_index("ix_passkey_challenge_session_id", "passkey_challenge", ["session_id"])
    op.create_index("ix_passkey_challenge_expires", "passkey_challenge", ["expires"])


def downgrade() -> None:
    op.drop_table("passkey_challenge")
    op.drop_table("passkey")
    op.drop_table("second_factor_tries")
