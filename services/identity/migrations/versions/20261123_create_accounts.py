"""Create accounts, addresses, groups and mailed keys"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from servicekit.migrations import kit

revision = "1de4717a0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kit.create_1()
    kit.create_mail_1()
    op.create_table(
        "account",
        _id(),
        sa.Column("username", sa.String(150), nullable=False),
        _text("first_name", sa.String(150)),
        _text("last_name", sa.String(150)),
        _text("password", sa.Text()),
        _flag("is_active", default="true"),
        _flag("is_staff"),
        _flag("is_superuser"),
        _permissions(),
        sa.Column("last_login", sa.DateTime(timezone=True), nullable=True),
        _text("bio", sa.Text()),
        sa.Column("search_visibility", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("email_privacy", sa.SmallInteger(), server_default="2", nullable=False),
        _flag("public_profile", default="true"),
        *_tail(),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.CheckConstraint("username <> ''", name="ck_account_username"),
        sa.CheckConstraint("search_visibility IN (0, 1)", name="ck_account_search_visibility"),
        sa.CheckConstraint("email_privacy IN (0, 1, 2)", name="ck_account_email_privacy"),
    )
    op.create_index(
        "uq_account_username_lower", "account", [sa.text("lower(username)")], unique=True
    )
    op.create_table(
        "email_address",
        _id(),
        _user_id(),
        sa.Column("email", sa.String(254), nullable=False),
        _flag("verified"),
        _flag("primary"),
        sa.Column("mailed", sa.DateTime(timezone=True), nullable=True),
        _time("created"),
        sa.PrimaryKeyConstraint("id", name="pk_email_address"),
        _of_user("email_address"),
        sa.CheckConstraint("email = lower(email) AND email <> ''", name="ck_email_address_email"),
    )
    op.create_index(
        "uq_email_address_verified",
        "email_address",
        ["email"],
        unique=True,
        postgresql_where=sa.text("verified"),
    )
    op.create_index(
        "uq_email_address_user_id_email", "email_address", ["user_id", "email"], unique=True
    )
    op.create_index(
        "uq_email_address_primary",
        "email_address",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text('"primary"'),
    )
    op.create_index("ix_email_address_email", "email_address", ["email"])
    op.create_table(
        "account_group",
        _id(),
        sa.Column("name", sa.String(150), nullable=False),
        _permissions(),
        *_tail(),
        sa.PrimaryKeyConstraint("id", name="pk_account_group"),
        sa.UniqueConstraint("name", name="uq_account_group_name"),
    )
    op.create_table(
        "account_group_member",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        _user_id(),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_account_group_member"),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["account_group.id"],
            name="fk_account_group_member_group_id",
            ondelete="CASCADE",
        ),
        _of_user("account_group_member"),
    )
    op.create_index("ix_account_group_member_user_id", "account_group_member", ["user_id"])
    op.create_table(
        "mailed_key",
        _id(),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        _user_id(),
        sa.Column("email_id", sa.BigInteger(), nullable=False),
        _time("created"),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailed_key"),
        sa.UniqueConstraint("sha256", name="uq_mailed_key_sha256"),
        _of_user("mailed_key"),
        sa.ForeignKeyConstraint(
            ["email_id"], ["email_address.id"], name="fk_mailed_key_email_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("purpose IN ('confirm', 'reset')", name="ck_mailed_key_purpose"),
    )
    op.create_index("ix_mailed_key_user_id", "mailed_key", ["user_id"])
    op.create_index("ix_mailed_key_expires", "mailed_key", ["expires"])


def downgrade() -> None:
    for table in (
        "mailed_key",
        "account_group_member",
        "account_group",
        "email_address",
        "account",
    ):
        op.drop_table(table)
    kit.drop_mail_1()
    kit.drop_1()


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _user_id() -> sa.Column[object]:
    return sa.Column("user_id", sa.BigInteger(), nullable=False)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["account.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"
    )


def _tail() -> list[sa.Column[object]]:
    return [
        _time("created"),
        _time("updated"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _flag(name: str, default: str = "false") -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), server_default=default, nullable=False)


def _text(name: str, kind: sa.types.TypeEngine[str]) -> sa.Column[str]:
    return sa.Column(name, kind, server_default="", nullable=False)


def _permissions() -> sa.Column[object]:
    return sa.Column(
        "permissions", postgresql.ARRAY(sa.String(100)), server_default="{}", nullable=False
    )
