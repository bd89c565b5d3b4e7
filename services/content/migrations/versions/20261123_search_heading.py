"""Keep the words of titles and summaries of documents beside those of their texts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c0a1b2c3d002"
down_revision = "c0a1b2c39001"
branch_labels = None
depends_on = None

waived = {
    "require-concurrent-index-creation": "the table is a copy, which a rebuild makes anew",
    "ban-drop-default": "the default is there for the rows of this revision, and dropped with it",
}


def upgrade() -> None:
    op.add_column(
        "search_document",
        sa.Column("heading", postgresql.TSVECTOR(), server_default="", nullable=False),
    )
    op.execute("ALTER TABLE search_document ALTER COLUMN heading SET STORAGE MAIN")
    # Texts stand beside the table, so that going over many rows reads little.
    op.execute("ALTER TABLE search_document SET (toast_tuple_target = 256)")
    op.execute("UPDATE search_document SET heading = ts_filter(words, '{a,b,c}')")
    op.alter_column("search_document", "heading", server_default=None)
    op.create_index(
        "ix_search_document_heading", "search_document", ["heading"], postgresql_using="gin"
    )
    op.create_index(
        "ix_search_document_spellings", "search_document", ["spellings"], postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_index("ix_search_document_spellings", "search_document")
    op.drop_index("ix_search_document_heading", "search_document")
    op.execute("ALTER TABLE search_document RESET (toast_tuple_target)")
    op.drop_column("search_document", "heading")
