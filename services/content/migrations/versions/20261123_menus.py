"""Create the tree of menus"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c0a1b2c3e001"
down_revision = "c0a1b2c3b001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "menu",
        sa.Column("id", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_menu"),
        sa.CheckConstraint("id = 1", name="ck_menu_single"),
    )
    op.create_table(
        "menu_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("address", sa.String(500), server_default="", nullable=False),
        sa.Column("alias", sa.String(60), server_default="", nullable=False),
        sa.Column("area", sa.String(30), server_default="everywhere", nullable=False),
        sa.Column("elsewhere", sa.String(500), server_default="", nullable=False),
        *(
            sa.Column(name, sa.Boolean(), server_default="true", nullable=False)
            for name in ("visible", "in_menu", "in_breadcrumbs", "in_footer")
        ),
        sa.Column(
            "prefixes", postgresql.ARRAY(sa.String(200)), server_default="{}", nullable=False
        ),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_menu_item"),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["menu_item.id"],
            name="fk_menu_item_parent_id",
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint(
            "parent_id",
            "position",
            name="uq_menu_item_parent_id_position",
            deferrable=True,
            initially="DEFERRED",
            postgresql_nulls_not_distinct=True,
        ),
        sa.CheckConstraint("position > 0", name="ck_menu_item_position"),
        sa.CheckConstraint("parent_id <> id", name="ck_menu_item_parent"),
        sa.CheckConstraint("parent_id IS NOT NULL OR alias <> ''", name="ck_menu_item_root"),
    )
    op.create_index(
        "uq_menu_item_alias",
        "menu_item",
        ["alias"],
        unique=True,
        postgresql_where=sa.text("alias <> ''"),
    )


def downgrade() -> None:
    op.drop_table("menu_item")
    op.drop_table("menu")
