"""Create calendars, categories, locations, sources and events"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from servicekit.migrations import kit

revision = "e7e7a5000001"
down_revision = None
branch_labels = None
depends_on = None

#: Times of events are those that clocks at the place show: a rule goes by them, not by instants.
waived = {"prefer-timestamp-tz": "wall times, each with its zone beside it"}


def upgrade() -> None:
    now = sa.text("now()")
    kit.create_1()
    kit.create_mail_1()
    op.create_table(
        "calendar",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.String(255), server_default="", nullable=False),
        sa.Column("website", sa.String(500), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar"),
        sa.UniqueConstraint("slug", name="uq_calendar_slug"),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_category_calendar_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_category"),
        sa.UniqueConstraint("slug", name="uq_category_slug"),
    )
    op.create_index("ix_category_calendar_id", "category", ["calendar_id"])
    op.create_table(
        "location",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("address", sa.String(255), server_default="", nullable=False),
        sa.Column("url", sa.String(500), server_default="", nullable=False),
        sa.Column("country", sa.String(2), server_default="", nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("online", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("country ~ '^([A-Z]{2})?$'", name="ck_location_country"),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name="ck_location_coordinates"
        ),
        sa.CheckConstraint("NOT online OR latitude IS NULL", name="ck_location_online"),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_location_calendar_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_location"),
    )
    op.create_index("ix_location_calendar_id_name", "location", ["calendar_id", "name"])
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("kind", sa.String(20), server_default="other", nullable=False),
        sa.Column("zone", sa.String(64), server_default="UTC", nullable=False),
        sa.Column("etag", sa.String(500), server_default="", nullable=False),
        sa.Column("last_modified", sa.String(100), server_default="", nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("looked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(500), server_default="", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('conference', 'user-group', 'workshop', 'sprint', 'other')",
            name="ck_source_kind",
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_source_calendar_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("url", name="uq_source_url"),
    )
    op.create_index("ix_source_calendar_id", "source", ["calendar_id"])
    op.create_index("ix_source_due", "source", ["due"], postgresql_where=sa.text("active"))
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uid", sa.String(500), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(20), server_default="other", nullable=False),
        sa.Column("status", sa.String(10), server_default="confirmed", nullable=False),
        sa.Column("featured", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("link", sa.String(500), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "description_markup_type", sa.String(30), server_default="markdown", nullable=False
        ),
        sa.Column("description_html", sa.Text(), server_default="", nullable=False),
        sa.Column("description_renderer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("summary", sa.String(300), server_default="", nullable=False),
        sa.Column("all_day", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(64), server_default="UTC", nullable=False),
        sa.Column("rules", postgresql.ARRAY(sa.String(500)), server_default="{}", nullable=False),
        sa.Column(
            "additional", postgresql.ARRAY(sa.String(40)), server_default="{}", nullable=False
        ),
        sa.Column(
            "exceptions", postgresql.ARRAY(sa.DateTime()), server_default="{}", nullable=False
        ),
        sa.Column("projected", sa.Date(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("followed", sa.String(64), server_default="", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "NOT all_day OR (starts = date_trunc('day', starts) AND "
            "ends = date_trunc('day', ends) AND ends > starts)",
            name="ck_event_all_day",
        ),
        sa.CheckConstraint(
            "kind IN ('conference', 'user-group', 'workshop', 'sprint', 'other')",
            name="ck_event_kind",
        ),
        sa.CheckConstraint(
            "status IN ('confirmed', 'tentative', 'cancelled')", name="ck_event_status"
        ),
        sa.CheckConstraint("ends >= starts", name="ck_event_ends"),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_event_calendar_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name="fk_event_location_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name="fk_event_source_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("calendar_id", "uid", name="uq_event_calendar_id_uid"),
    )
    op.create_index("ix_event_location_id", "event", ["location_id"])
    op.create_index(
        "ix_event_projected",
        "event",
        ["projected", "id"],
        postgresql_where=sa.text("projected IS NOT NULL"),
    )
    op.create_index("ix_event_source_id", "event", ["source_id"])
    op.create_index("ix_event_updated", "event", ["updated"])
    op.create_table(
        "import_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("created", sa.Integer(), server_default="0", nullable=False),
        sa.Column("updated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skipped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lines", postgresql.ARRAY(sa.String(500)), server_default="{}", nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'failed')", name="ck_import_report_outcome"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name="fk_import_report_source_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_report"),
    )
    op.create_index("ix_import_report_source_id", "import_report", ["source_id"])
    op.create_index("ix_import_report_time", "import_report", ["time"])
    op.create_table(
        "event_category",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name="fk_event_category_category_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_event_category_event_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "category_id", name="pk_event_category"),
    )
    op.create_index("ix_event_category_category_id", "event_category", ["category_id"])
    op.create_table(
        "event_override",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("original", sa.DateTime(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=True),
        sa.Column("ends", sa.DateTime(), nullable=True),
        sa.Column("title", sa.String(200), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.String(500), server_default="", nullable=False),
        sa.Column("status", sa.String(10), nullable=True),
        sa.CheckConstraint(
            "status IN ('confirmed', 'tentative', 'cancelled')", name="ck_event_override_status"
        ),
        sa.CheckConstraint("ends >= starts", name="ck_event_override_ends"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_event_override_event_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name="fk_event_override_location_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event_override"),
        sa.UniqueConstraint("event_id", "original", name="uq_event_override_event_id_original"),
    )
    op.create_index("ix_event_override_location_id", "event_override", ["location_id"])


def downgrade() -> None:
    op.drop_table("event_override")
    op.drop_table("event_category")
    op.drop_table("import_report")
    op.drop_table("event")
    op.drop_table("source")
    op.drop_table("location")
    op.drop_table("category")
    op.drop_table("calendar")
    kit.drop_mail_1()
    kit.drop_1()
