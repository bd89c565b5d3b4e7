"""Create social accounts"""

import sqlalchemy as sa
from alembic import op

revision = "1de4717a0105"
down_revision = "1de4717a0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "social_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("username", sa.String(255), server_default="", nullable=False),
        sa.Column("email", sa.String(254), server_default="", nullable=False),
        sa.Column("last_used", sa.DateTime(timezone=True), nullable=True),
        _created(),
        sa.PrimaryKeyConstraint("id", name="pk_social_account"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_social_account_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "uq_social_account_provider_subject",
        "social_account",
        ["provider", "subject"],
        unique=True,
    )
    op.create_index("ix_social_account_user_id", "social_account", ["user_id"])
    op.create_table(
        "social_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("process", sa.String(20), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("beyond", sa.String(2000), server_default="", nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.String(255), nullable=True),
        sa.Column("username", sa.String(255), server_default="", nullable=False),
        sa.Column("email", sa.String(254), server_default="", nullable=False),
        sa.Column("email_verified", sa.Boolean(), server_default="false", nullable=False),
        _created(),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_social_attempt"),
        sa.UniqueConstraint("state", name="uq_social_attempt_state"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_social_attempt_session_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "process IN ('login', 'connect', 'reauthenticate')", name="ck_social_attempt_process"
        ),
    )
    op.create_index("ix_social_attempt_browser", "social_attempt", ["browser"])
    op.create_index("ix_social_attempt_expires", "social_attempt", ["expires"])
    op.create_index("ix_social_attempt_session_id", "social_attempt", ["session_id"])


def downgrade() -> None:
    op.drop_table("social_attempt")
    op.drop_table("social_account")


def _created() -> sa.Column[object]:
    return sa.Column(
        "created", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
    )
