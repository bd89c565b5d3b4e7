"""Create companies"""

import sqlalchemy as sa
from alembic import op

revision = "c0a1b2c3c001"
down_revision = "c0a1b2c35001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("about_markup_type", sa.String(30), server_default="markdown", nullable=False),
        sa.Column("about_html", sa.Text(), server_default="", nullable=False),
        sa.Column("about_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact", sa.String(100), server_default="", nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("url", sa.String(500), server_default="", nullable=False),
        sa.Column("logo_id", sa.BigInteger(), nullable=True),
        sa.Column("logo_key", sa.String(420), server_default="", nullable=False),
        sa.Column("logo_width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("logo_height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_company"),
        sa.UniqueConstraint("slug", name="uq_company_slug"),
        sa.ForeignKeyConstraint(
            ["logo_id"], ["media_file.id"], name="fk_company_logo_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_company_logo_id", "company", ["logo_id"])


def downgrade() -> None:
    op.drop_table("company")
