"""Create pages, their revisions and previews, and redirects"""

import sqlalchemy as sa
from alembic import op

revision = "c0a1b2c3f001"
down_revision = "c0a1b2c3d001"
branch_labels = None
depends_on = None

SEGMENT = "[a-z0-9_.-]*[a-z0-9_-][a-z0-9_.-]*"


def upgrade() -> None:
    op.create_table(
        "page",
        _id(),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        *_words(),
        sa.Column("content_html", sa.Text(), server_default="", nullable=False),
        sa.Column("content_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("content_markup_type", sa.String(30), server_default="markdown", nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("content_type", sa.String(150), server_default="text/html", nullable=False),
        sa.Column("template_name", sa.String(30), server_default="default", nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expire_at", sa.DateTime(timezone=True), nullable=True),
        *_tail(),
        sa.PrimaryKeyConstraint("id", name="pk_page"),
        sa.UniqueConstraint("path", name="uq_page_path"),
        sa.CheckConstraint(f"path ~ '^{SEGMENT}(/{SEGMENT})*$'", name="ck_page_path"),
        sa.CheckConstraint(
            "template_name IN ('default', 'psf', 'full-width', 'raw')",
            name="ck_page_template_name",
        ),
        sa.CheckConstraint("publish_at IS NULL OR NOT is_published", name="ck_page_publish_at"),
        sa.CheckConstraint("expire_at > publish_at", name="ck_page_expire_at"),
    )
    for name in ("publish_at", "expire_at"):
        op.create_index(
            f"ix_page_{name}", "page", [name], postgresql_where=sa.text(f"{name} IS NOT NULL")
        )
    op.create_index("ix_page_is_published", "page", ["is_published"])
    op.create_table(
        "page_revision",
        _id(),
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(30), nullable=False),
        sa.Column("note", sa.String(300), server_default="", nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        *_words(),
        sa.Column("content_markup_type", sa.String(30), nullable=False),
        sa.Column("content_type", sa.String(150), nullable=False),
        sa.Column("template_name", sa.String(30), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        _time("created"),
        sa.PrimaryKeyConstraint("id", name="pk_page_revision"),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name="fk_page_revision_page_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "uq_page_revision_page_id_number", "page_revision", ["page_id", "number"], unique=True
    )
    op.create_table(
        "page_preview",
        _id(),
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        _time("created"),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_page_preview"),
        sa.UniqueConstraint("token_sha256", name="uq_page_preview_token_sha256"),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name="fk_page_preview_page_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_page_preview_page_id", "page_preview", ["page_id"])
    op.create_table(
        "redirect",
        _id(),
        sa.Column("old_path", sa.String(500), nullable=False),
        sa.Column("query", sa.String(500), nullable=True),
        sa.Column("is_prefix", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("target", sa.String(2000), server_default="", nullable=False),
        sa.Column("code", sa.SmallInteger(), server_default="301", nullable=False),
        sa.Column("note", sa.String(300), server_default="", nullable=False),
        *_tail(),
        sa.PrimaryKeyConstraint("id", name="pk_redirect"),
        sa.CheckConstraint("code IN (301, 302)", name="ck_redirect_code"),
        sa.CheckConstraint("old_path ~ '^/.*[^/]$'", name="ck_redirect_old_path"),
        sa.CheckConstraint("query IS NULL OR NOT is_prefix", name="ck_redirect_query"),
    )
    op.create_index(
        "uq_redirect_old_path_query",
        "redirect",
        ["old_path", "query"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    for table in ("redirect", "page_preview", "page_revision", "page"):
        op.drop_table(table)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _words() -> list[sa.Column[object]]:
    return [
        sa.Column("keywords", sa.String(1000), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
    ]


def _tail() -> list[sa.Column[object]]:
    return [
        _time("created"),
        _time("updated"),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
