"""Create the times of events, submissions and alarms"""

import sqlalchemy as sa
from alembic import op

revision = "e7e7a5000002"
down_revision = "e7e7a5000001"
branch_labels = None
depends_on = None

#: Times of events are those that clocks at the place show: a rule goes by them, not by instants.
waived = {"prefer-timestamp-tz": "wall times, each with its zone beside it"}


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "submission",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("all_day", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(500), server_default="", nullable=False),
        sa.Column("place", sa.String(255), server_default="", nullable=False),
        sa.Column("address", sa.String(255), server_default="", nullable=False),
        sa.Column("country", sa.String(2), server_default="", nullable=False),
        sa.Column("online", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("python_focus", sa.Text(), server_default="", nullable=False),
        sa.Column("attendees", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.String(200), server_default="", nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (event_id IS NOT NULL)", name="ck_submission_event"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'asked', 'approved', 'rejected', 'withdrawn')",
            name="ck_submission_state",
        ),
        sa.CheckConstraint("ends >= starts", name="ck_submission_ends"),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_submission_calendar_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
    )
    op.create_index("ix_submission_calendar_id", "submission", ["calendar_id"])
    op.create_index("ix_submission_creator_id", "submission", ["creator_id"])
    op.create_index("ix_submission_state", "submission", ["state"])
    op.create_table(
        "submission_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "time",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("by", sa.String(10), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("\"by\" IN ('submitter', 'reviewer')", name="ck_submission_note_by"),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name="fk_submission_note_submission_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_note"),
    )
    op.create_index("ix_submission_note_submission_id", "submission_note", ["submission_id"])
    op.create_table(
        "alarm",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("hours", sa.Integer(), server_default="24", nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("hours BETWEEN 1 AND 720", name="ck_alarm_hours"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_alarm_event_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
        sa.UniqueConstraint("event_id", "user_id", name="uq_alarm_event_id_user_id"),
    )
    op.create_index("ix_alarm_due", "alarm", ["due"], postgresql_where=sa.text("due IS NOT NULL"))
    op.create_index("ix_alarm_user_id", "alarm", ["user_id"])
    op.create_table(
        "occurrence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("original", sa.String(15), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.String(300), nullable=True),
        sa.Column("link", sa.String(500), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_occurrence_event_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
        sa.UniqueConstraint("event_id", "original", name="uq_occurrence_event_id_original"),
    )
    op.create_index(
        "ix_occurrence_calendar_id_starts", "occurrence", ["calendar_id", "starts", "id"]
    )
    op.create_index("ix_occurrence_country_starts", "occurrence", ["country", "starts", "id"])
    op.create_index(
        "ix_occurrence_days",
        "occurrence",
        [sa.literal_column("daterange(first_day, last_day, '[]')")],
        postgresql_using="gist",
        postgresql_where=sa.text("last_day > first_day"),
    )
    op.create_index(
        "ix_occurrence_featured",
        "occurrence",
        ["starts", "id"],
        postgresql_where=sa.text("featured"),
    )
    op.create_index("ix_occurrence_kind_starts", "occurrence", ["kind", "starts", "id"])
    op.create_index(
        "ix_occurrence_location_id_starts", "occurrence", ["location_id", "starts", "id"]
    )
    op.create_index(
        "ix_occurrence_span",
        "occurrence",
        [sa.literal_column("tstzrange(starts, ends)")],
        postgresql_using="gist",
    )
    op.create_index("ix_occurrence_starts", "occurrence", ["starts", "id"])
    op.create_table(
        "occurrence_category",
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name="fk_occurrence_category_occurrence_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "category_id", "starts", "occurrence_id", name="pk_occurrence_category"
        ),
    )
    op.create_index(
        "ix_occurrence_category_occurrence_id", "occurrence_category", ["occurrence_id"]
    )


def downgrade() -> None:
    op.drop_table("occurrence_category")
    op.drop_table("occurrence")
    op.drop_table("alarm")
    op.drop_table("submission_note")
    op.drop_table("submission")
