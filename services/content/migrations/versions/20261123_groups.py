"""Create people and working groups"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c0a1b2c36a01"
down_revision = "c0a1b2c3b101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(150), nullable=False),
        sa.Column("name", sa.String(301), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "work_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("approved", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("short_description", sa.String(300), server_default="", nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("active_time", sa.Text(), server_default="", nullable=False),
        sa.Column("core_values", sa.Text(), server_default="", nullable=False),
        sa.Column("rules", sa.Text(), server_default="", nullable=False),
        sa.Column("communication", sa.Text(), nullable=False),
        sa.Column("support", sa.Text(), server_default="", nullable=False),
        sa.Column("texts_markup_type", sa.String(30), server_default="markdown", nullable=False),
        sa.Column("texts_html", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("texts_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("url", sa.String(500), server_default="", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_work_group"),
        sa.UniqueConstraint("slug", name="uq_work_group_slug"),
    )
    op.create_table(
        "work_group_person",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "role", "person_id", name="pk_work_group_person"),
        sa.CheckConstraint("role IN ('organizer', 'member')", name="ck_work_group_person_role"),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["work_group.id"],
            name="fk_work_group_person_group_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name="fk_work_group_person_person_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_work_group_person_person_id", "work_group_person", ["person_id"])


def downgrade() -> None:
    for table in ("work_group_person", "work_group", "person"):
        op.drop_table(table)
