"""Index what takes place on one day, so that months of large calendars are found at once"""

import sqlalchemy as sa
from alembic import op

revision = "e7e7a5000003"
down_revision = "e7e7a5000002"
branch_labels = None
depends_on = None

waived = {"require-concurrent-index-creation": "no release has had rows in this table yet"}

_ONE_DAY = sa.text("last_day = first_day")


def upgrade() -> None:
    op.create_index(
        "ix_occurrence_day",
        "occurrence",
        ["first_day", "starts", "id"],
        postgresql_where=_ONE_DAY,
    )
    op.create_index(
        "ix_occurrence_calendar_id_day",
        "occurrence",
        ["calendar_id", "first_day", "starts", "id"],
        postgresql_where=_ONE_DAY,
    )


def downgrade() -> None:
    op.drop_index("ix_occurrence_calendar_id_day", "occurrence")
    op.drop_index("ix_occurrence_day", "occurrence")
