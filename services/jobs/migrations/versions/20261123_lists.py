"""Index lists of jobs so that what does not pass is left out without looking at the job"""

import sqlalchemy as sa
from alembic import op

revision = "10b500000003"
down_revision = "10b500000002"
branch_labels = None
depends_on = None

waived = {
    "require-concurrent-index-creation": "no release has had rows in this table yet",
    "require-concurrent-index-deletion": "no release has had rows in this table yet",
}

APPROVED = "state = 'approved'"
NEWEST = (sa.text("published DESC"), sa.text("id DESC"))
FIRST = {
    "published": (),
    "category_id_published": ("category_id",),
    "country_slug_published": ("country_slug",),
    "remote_published": (),
}
#: What else an index knows of a job.
MORE = {
    "published": (
        *("expires", "category_id", "country_slug", "location_slug"),
        *("remote", "agencies", "featured"),
    ),
    "category_id_published": ("expires", "country_slug", "remote", "featured"),
    "country_slug_published": ("expires", "category_id", "location_slug", "remote", "featured"),
    "remote_published": ("expires", "category_id", "country_slug", "featured"),
}


def _where(name: str) -> sa.TextClause:
    return sa.text(f"{APPROVED} AND remote" if name.startswith("remote") else APPROVED)


def upgrade() -> None:
    for name, first in FIRST.items():
        op.drop_index(f"ix_job_{name}", "job")
        op.create_index(
            f"ix_job_{name}",
            "job",
            (*first, *NEWEST, *MORE[name]),
            postgresql_where=_where(name),
            postgresql_include=["type_ids"],
        )
    featured = sa.text(f"{APPROVED} AND featured")
    op.create_index("ix_job_featured_published", "job", NEWEST, postgresql_where=featured)
    # What is searched stays with the row, the long texts do not: fewer pages for the same jobs.
    op.execute("ALTER TABLE job ALTER COLUMN search SET STORAGE MAIN")
    op.execute("ALTER TABLE job SET (toast_tuple_target = 1024)")


def downgrade() -> None:
    op.execute("ALTER TABLE job RESET (toast_tuple_target)")
    op.execute("ALTER TABLE job ALTER COLUMN search SET STORAGE EXTENDED")
    op.drop_index("ix_job_featured_published", "job")
    for name, first in FIRST.items():
        op.drop_index(f"ix_job_{name}", "job")
        op.create_index(f"ix_job_{name}", "job", (*first, *NEWEST), postgresql_where=_where(name))
