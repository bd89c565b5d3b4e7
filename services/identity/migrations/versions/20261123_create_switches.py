"""Create feature switches"""

from servicekit.migrations import kit

revision = "1de4717a0305"
down_revision = "1de4717a0205"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kit.create_switches_1()


def downgrade() -> None:
    kit.drop_switches_1()
