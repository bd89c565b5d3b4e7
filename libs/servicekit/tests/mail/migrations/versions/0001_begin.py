"""Create the tables of a service that does nothing but mail"""

from servicekit.migrations import kit

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kit.create_1()
    kit.create_mail_1()


def downgrade() -> None:
    kit.drop_mail_1()
    kit.drop_1()
