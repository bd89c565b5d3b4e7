"""${message}"""

from alembic import op

revision = "${up_revision}"
down_revision = ${'"' + down_revision + '"' if down_revision else None}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else 'op.execute("SELECT 1")'}


def downgrade() -> None:
    ${downgrades if downgrades else 'op.execute("SELECT 1")'}
