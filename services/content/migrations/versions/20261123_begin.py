"""Create the tables that every service has"""

from servicekit.migrations import kit

revision = "c0a1b2c30001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kit.create_1()


def downgrade() -> None:
    kit.drop_1()
