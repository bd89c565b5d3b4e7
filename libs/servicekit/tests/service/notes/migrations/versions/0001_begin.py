"""Shelves and notes."""

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
        "shelf",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf")),
        sa.UniqueConstraint("slug", name=op.f("uq_shelf_slug")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("stars", sa.Integer(), server_default="0", nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("shelf_id", sa.BigInteger(), nullable=True),
        sa.Column("raw", sa.Text(), server_default="", nullable=False),
        sa.Column("markup_type", sa.String(30), server_default="restructuredtext", nullable=False),
        sa.Column("rendered", sa.Text(), server_default="", nullable=False),
        sa.Column("renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("stars BETWEEN 0 AND 5", name=op.f("ck_note_stars")),
        sa.ForeignKeyConstraint(["shelf_id"], ["shelf.id"], name=op.f("fk_note_shelf_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint(
            "place", name=op.f("uq_note_place"), deferrable=True, initially="DEFERRED"
        ),
        sa.UniqueConstraint("shelf_id", "title", name=op.f("uq_note_shelf_id_title")),
    )


def downgrade() -> None:
    op.drop_table("note")
    op.drop_table("shelf")
    kit.drop_1()
