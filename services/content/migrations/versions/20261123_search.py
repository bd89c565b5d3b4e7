"""Create the tables of the search"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c0a1b2c3d001"
down_revision = "c0a1b2c3e001"
branch_labels = None
depends_on = None


def _generation() -> sa.Column[int]:
    return sa.Column("generation", sa.Integer(), nullable=False)


def _foreign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["generation"],
        ["search_generation.number"],
        name=op.f(f"fk_{table}_generation_search_generation"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    # Trusted: whoever owns the database may.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "search_generation",
        sa.Column("number", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("mirrored", sa.Boolean(), nullable=False),
        sa.Column(
            "created", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_generation")),
    )
    op.create_index(
        "uq_search_generation_active",
        "search_generation",
        ["active"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "search_document",
        _generation(),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("boost", sa.Float(), nullable=False),
        sa.Column("ages", sa.Boolean(), nullable=False),
        sa.Column("spellings", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        _foreign("search_document"),
        sa.PrimaryKeyConstraint("generation", "key", name=op.f("pk_search_document")),
    )
    op.create_index(
        "ix_search_document_words", "search_document", ["words"], postgresql_using="gin"
    )
    op.create_table(
        "search_word",
        _generation(),
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        _foreign("search_word"),
        sa.PrimaryKeyConstraint("generation", "word", name=op.f("pk_search_word")),
    )
    op.create_index(
        "ix_search_word_trigrams",
        "search_word",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.create_table(
        "search_push",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _generation(),
        sa.Column("key", sa.String(200), nullable=False),
        _foreign("search_push"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_push")),
    )
    op.create_index(op.f("ix_search_push_generation"), "search_push", ["generation"])


def downgrade() -> None:
    op.drop_table("search_push")
    op.drop_table("search_word")
    op.drop_table("search_document")
    op.drop_table("search_generation")
    op.execute("DROP EXTENSION pg_trgm")
