"""Drop what was counted for apps alone: tries are counted for all second factors together"""

import sqlalchemy as sa
from alembic import op

revision = "1de4717a0505"
down_revision = "1de4717a0405"
branch_labels = None
depends_on = None

waived = {"ban-drop-column": "no release has read it: what it said went into second_factor_tries"}


def upgrade() -> None:
    op.drop_column("totp", "blocked_until")
    op.drop_column("totp", "failures")


def downgrade() -> None:
    op.add_column(
        "totp", sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column("totp", sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True))
