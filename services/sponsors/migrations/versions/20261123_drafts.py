"""Keep mails to many sponsors as drafts until they are sent"""

import sqlalchemy as sa
from alembic import op

revision = "590500000004"
down_revision = "590500000003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notice",
        sa.Column("include_untargeted", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("notice", sa.Column("sent", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("notice", "recipients", server_default="0")


def downgrade() -> None:
    op.alter_column("notice", "recipients", server_default=None)
    op.drop_column("notice", "sent")
    op.drop_column("notice", "include_untargeted")
