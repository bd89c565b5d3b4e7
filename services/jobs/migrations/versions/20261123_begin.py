"""Create categories and types"""

import sqlalchemy as sa
from alembic import op

from servicekit.migrations import kit

revision = "10b500000001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    kit.create_1()
    kit.create_mail_1()
    for name in ("category", "job_type"):
        op.create_table(
            name,
            sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
            sa.Column("name", sa.String(200), nullable=False),
            sa.Column("slug", sa.String(200), nullable=False),
            sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
            sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
            sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
            sa.Column("creator_id", sa.BigInteger(), nullable=True),
            sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
            sa.Column("version", sa.Integer(), server_default="1", nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            sa.UniqueConstraint("slug", name=f"uq_{name}_slug"),
        )


def downgrade() -> None:
    op.drop_table("job_type")
    op.drop_table("category")
    kit.drop_mail_1()
    kit.drop_1()
