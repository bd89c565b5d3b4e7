"""Create the tables that every service has, with those of mail and of switches"""

from servicekit.migrations import kit

revision = "590500000001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kit.create_1()
    kit.create_mail_1()
    kit.create_switches_1()


def downgrade() -> None:
    kit.drop_switches_1()
    kit.drop_mail_1()
    kit.drop_1()
