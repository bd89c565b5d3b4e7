"""Create systems, releases, files and the release cycle"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from servicekit.migrations import kit

revision = "d0b1a4c70001"
down_revision = None
branch_labels = None
depends_on = None

URL_COLUMNS = (
    "url",
    "gpg_signature_file",
    "sigstore_signature_file",
    "sigstore_cert_file",
    "sigstore_bundle_file",
    "sbom_spdx2_file",
)


def upgrade() -> None:
    kit.create_1()
    op.create_table(
        "operating_system",
        *_head(),
        *_tail(),
        sa.PrimaryKeyConstraint("id", name="pk_operating_system"),
        sa.UniqueConstraint("slug", name="uq_operating_system_slug"),
    )
    op.create_table(
        "release",
        *_head(),
        sa.Column("major", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("number", sa.String(60), server_default="", nullable=False),
        sa.Column("series", sa.String(30), server_default="", nullable=False),
        sa.Column(
            "version_key", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False
        ),
        _flag("is_latest"),
        _flag("is_published"),
        _flag("pre_release"),
        _flag("show_on_download_page", default="true"),
        _time("release_date"),
        _string("release_notes_url", 2000),
        _string("release_page", 500),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("content_markup_type", sa.String(30), server_default="markdown", nullable=False),
        sa.Column("content_html", sa.Text(), server_default="", nullable=False),
        sa.Column("content_renderer", sa.Integer(), server_default="0", nullable=False),
        *_tail(),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
        sa.UniqueConstraint("slug", name="uq_release_slug"),
        sa.CheckConstraint("major IN (1, 2, 3, 100)", name="ck_release_major"),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name="ck_release_slug"),
    )
    op.create_index(
        "uq_release_latest_of_major",
        "release",
        ["major"],
        unique=True,
        postgresql_where=sa.text("is_latest AND is_published"),
    )
    op.create_index("ix_release_series", "release", ["series", "release_date"])
    op.create_index("ix_release_version_key", "release", ["version_key"])
    op.create_index("ix_release_release_date", "release", ["release_date"])
    op.create_table(
        "release_file",
        *_head(),
        sa.Column("os_id", sa.BigInteger(), nullable=False),
        sa.Column("release_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        _flag("is_source"),
        sa.Column("url", sa.String(2000), nullable=False),
        *(_string(name, 2000) for name in URL_COLUMNS[1:]),
        _string("md5_sum", 200),
        _string("sha256_sum", 200),
        sa.Column("filesize", sa.BigInteger(), server_default="0", nullable=False),
        _flag("download_button"),
        *_tail(),
        sa.PrimaryKeyConstraint("id", name="pk_release_file"),
        sa.ForeignKeyConstraint(
            ["os_id"],
            ["operating_system.id"],
            name="fk_release_file_os_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name="fk_release_file_release_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("slug", name="uq_release_file_slug"),
        sa.UniqueConstraint("url", name="uq_release_file_url"),
        sa.CheckConstraint("filesize >= 0", name="ck_release_file_filesize"),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name="ck_release_file_slug"),
        *(
            sa.CheckConstraint(
                f"{name} ~ '^https?://www\\.python\\.org/'"
                + ("" if name == "url" else f" OR {name} = ''"),
                name=f"ck_release_file_{name}_python_org",
            )
            for name in URL_COLUMNS
        ),
    )
    op.create_index(
        "uq_release_file_download_button",
        "release_file",
        ["release_id", "os_id"],
        unique=True,
        postgresql_where=sa.text("download_button"),
    )
    op.create_index("ix_release_file_os_id", "release_file", ["os_id", "release_id"])
    op.create_index("ix_release_file_release_id", "release_file", ["release_id"])
    op.create_table(
        "release_cycle",
        sa.Column("id", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("fetched", sa.DateTime(timezone=True), nullable=True),
        _string("etag", 200),
        _string("last_modified", 100),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_release_cycle"),
        sa.CheckConstraint("id = 1", name="ck_release_cycle_single"),
    )
    op.create_table(
        "release_cycle_branch",
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("branch", sa.String(50), nullable=False),
        sa.Column("pep", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("first_release", sa.String(20), nullable=False),
        sa.Column("end_of_life", sa.String(20), nullable=False),
        _string("start_of_development", 20),
        _string("feature_freeze", 20),
        _string("end_of_bugfix", 20),
        _string("release_manager", 200),
        sa.PrimaryKeyConstraint("series", name="pk_release_cycle_branch"),
    )


def downgrade() -> None:
    for table in (
        "release_cycle_branch",
        "release_cycle",
        "release_file",
        "release",
        "operating_system",
    ):
        op.drop_table(table)
    kit.drop_1()


def _head() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
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


def _flag(name: str, default: str = "false") -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), server_default=default, nullable=False)


def _string(name: str, length: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), server_default="", nullable=False)
