"""Create what can be chosen, sponsors, and their sponsorships"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "590500000002"
down_revision = "590500000001"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "application_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "benefit_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False
        ),
        sa.Column("sponsor_id", sa.BigInteger(), nullable=True),
        sa.Column("sponsor", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("contacts", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_application_draft"),
    )
    op.create_index("ix_application_draft_user_id", "application_draft", ["user_id"], unique=False)
    op.create_index(
        "uq_application_draft_year_user_id", "application_draft", ["year", "user_id"], unique=True
    )
    op.create_table(
        "current_year",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("id = 1", name="ck_current_year_only"),
        sa.CheckConstraint("year BETWEEN 2022 AND 2050", name="ck_current_year_year"),
        sa.PrimaryKeyConstraint("id", name="pk_current_year"),
    )
    op.create_table(
        "package",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("advertise", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("allow_a_la_carte", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("logo_dimension", sa.Integer(), server_default="175", nullable=False),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("amount >= 0", name="ck_package_amount"),
        sa.CheckConstraint("year BETWEEN 2022 AND 2050", name="ck_package_year"),
        sa.PrimaryKeyConstraint("id", name="pk_package"),
    )
    op.create_index(
        "uq_package_year_slug",
        "package",
        ["year", "slug"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "program",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_program"),
        sa.UniqueConstraint("name", name="uq_program_name"),
    )
    op.create_table(
        "sponsor",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slug", sa.String(length=200), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("landing_page_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("twitter_handle", sa.String(length=32), server_default="", nullable=False),
        sa.Column("linked_in_page_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("primary_phone", sa.String(length=32), server_default="", nullable=False),
        sa.Column(
            "mailing_address_line_1", sa.String(length=128), server_default="", nullable=False
        ),
        sa.Column(
            "mailing_address_line_2", sa.String(length=128), server_default="", nullable=False
        ),
        sa.Column("city", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("postal_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("country", sa.String(length=2), server_default="", nullable=False),
        sa.Column(
            "country_of_incorporation", sa.String(length=2), server_default="", nullable=False
        ),
        sa.Column(
            "state_of_incorporation", sa.String(length=64), server_default="", nullable=False
        ),
        sa.Column(
            "web_logo", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "white_logo", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("print_logo", sa.String(length=420), server_default="", nullable=False),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sponsor"),
    )
    op.create_table(
        "benefit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=1024), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("package_only", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("new", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("unavailable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("standalone", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("soft_capacity", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("internal_description", sa.Text(), server_default="", nullable=False),
        sa.Column("internal_value", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("capacity >= 0", name="ck_benefit_capacity"),
        sa.CheckConstraint("internal_value >= 0", name="ck_benefit_internal_value"),
        sa.CheckConstraint("year BETWEEN 2022 AND 2050", name="ck_benefit_year"),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name="fk_benefit_program_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_benefit"),
    )
    op.create_index("ix_benefit_program_id", "benefit", ["program_id"], unique=False)
    op.create_index("ix_benefit_year", "benefit", ["year"], unique=False)
    op.create_table(
        "sponsor_contact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sponsor_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=32), server_default="", nullable=False),
        sa.Column("primary", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("administrative", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("accounting", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("manager", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["sponsor.id"], name="fk_sponsor_contact_sponsor_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sponsor_contact"),
    )
    op.create_index(
        "ix_sponsor_contact_sponsor_id", "sponsor_contact", ["sponsor_id"], unique=False
    )
    op.create_index("ix_sponsor_contact_user_id", "sponsor_contact", ["user_id"], unique=False)
    op.create_table(
        "sponsorship",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("status", sa.String(length=10), server_default="applied", nullable=False),
        sa.Column("locked", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sponsor_id", sa.BigInteger(), nullable=True),
        sa.Column("package_id", sa.BigInteger(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("submitted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("submitted_by_email", sa.String(length=254), server_default="", nullable=False),
        sa.Column("for_modified_package", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sponsorship_fee", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("renewal", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("rejected_on", sa.Date(), nullable=True),
        sa.Column("finalized_on", sa.Date(), nullable=True),
        sa.Column("overlapped_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "shown_in", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False
        ),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('applied', 'rejected', 'approved', 'finalized')",
            name="ck_sponsorship_status",
        ),
        sa.CheckConstraint("end_date > start_date", name="ck_sponsorship_dates"),
        sa.CheckConstraint("sponsorship_fee >= 0", name="ck_sponsorship_sponsorship_fee"),
        sa.ForeignKeyConstraint(
            ["overlapped_by_id"],
            ["sponsorship.id"],
            name="fk_sponsorship_overlapped_by_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name="fk_sponsorship_package_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["sponsor.id"], name="fk_sponsorship_sponsor_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sponsorship"),
    )
    op.create_index(
        "ix_sponsorship_overlapped_by_id", "sponsorship", ["overlapped_by_id"], unique=False
    )
    op.create_index("ix_sponsorship_package_id", "sponsorship", ["package_id"], unique=False)
    op.create_index(
        "ix_sponsorship_shown_in",
        "sponsorship",
        ["end_date"],
        unique=False,
        postgresql_where=sa.text("shown_in <> '{}'"),
    )
    op.create_index("ix_sponsorship_sponsor_id", "sponsorship", ["sponsor_id"], unique=False)
    op.create_index(
        "ix_sponsorship_status_end_date", "sponsorship", ["status", "end_date"], unique=False
    )
    op.create_index(
        "ix_sponsorship_submitted_by_id", "sponsorship", ["submitted_by_id"], unique=False
    )
    op.create_index("ix_sponsorship_year", "sponsorship", ["year"], unique=False)
    op.create_table(
        "benefit_configuration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("benefit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("internal_name", sa.String(length=128), nullable=True),
        sa.Column("spec", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["benefit_id"],
            ["benefit.id"],
            name="fk_benefit_configuration_benefit_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_benefit_configuration"),
    )
    op.create_index(
        "ix_benefit_configuration_benefit_id", "benefit_configuration", ["benefit_id"], unique=False
    )
    op.create_index(
        "uq_benefit_configuration_kind_year_internal_name",
        "benefit_configuration",
        ["kind", "year", "internal_name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("internal_name IS NOT NULL"),
    )
    op.create_table(
        "benefit_conflict",
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="ck_benefit_conflict_ordered"),
        sa.ForeignKeyConstraint(
            ["first_id"], ["benefit.id"], name="fk_benefit_conflict_first_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["benefit.id"], name="fk_benefit_conflict_second_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_benefit_conflict"),
    )
    op.create_index(
        "ix_benefit_conflict_second_id", "benefit_conflict", ["second_id"], unique=False
    )
    op.create_table(
        "benefit_package",
        sa.Column("benefit_id", sa.BigInteger(), nullable=False),
        sa.Column("package_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["benefit_id"], ["benefit.id"], name="fk_benefit_package_benefit_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name="fk_benefit_package_package_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("benefit_id", "package_id", name="pk_benefit_package"),
    )
    op.create_index(
        "ix_benefit_package_package_id", "benefit_package", ["package_id"], unique=False
    )
    op.create_table(
        "sponsor_benefit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("benefit_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=1024), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=True),
        sa.Column("program_name", sa.String(length=1024), server_default="", nullable=False),
        sa.Column("internal_value", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("added_by_user", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("standalone", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.ForeignKeyConstraint(
            ["benefit_id"],
            ["benefit.id"],
            name="fk_sponsor_benefit_benefit_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["program.id"],
            name="fk_sponsor_benefit_program_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"],
            ["sponsorship.id"],
            name="fk_sponsor_benefit_sponsorship_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sponsor_benefit"),
    )
    op.create_index(
        "ix_sponsor_benefit_program_id", "sponsor_benefit", ["program_id"], unique=False
    )
    op.create_index(
        "ix_sponsor_benefit_sponsorship_id", "sponsor_benefit", ["sponsorship_id"], unique=False
    )
    op.create_index(
        "uq_sponsor_benefit_benefit_id_sponsorship_id",
        "sponsor_benefit",
        ["benefit_id", "sponsorship_id"],
        unique=True,
    )
    op.create_table(
        "sponsorship_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("move", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=True),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"],
            ["sponsorship.id"],
            name="fk_sponsorship_step_sponsorship_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sponsorship_step"),
    )
    op.create_index(
        "ix_sponsorship_step_sponsorship_id",
        "sponsorship_step",
        ["sponsorship_id", "id"],
        unique=False,
    )
    op.create_table(
        "benefit_feature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sponsor_benefit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("internal_name", sa.String(length=128), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("spec", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sponsor_benefit_id"],
            ["sponsor_benefit.id"],
            name="fk_benefit_feature_sponsor_benefit_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_benefit_feature"),
    )
    op.create_index(
        "ix_benefit_feature_due_date",
        "benefit_feature",
        ["due_date"],
        unique=False,
        postgresql_where=sa.text("due_date IS NOT NULL"),
    )
    op.create_index(
        "ix_benefit_feature_kind_internal_name",
        "benefit_feature",
        ["kind", "internal_name"],
        unique=False,
    )
    op.create_index(
        "ix_benefit_feature_sponsor_benefit_id",
        "benefit_feature",
        ["sponsor_benefit_id"],
        unique=False,
    )


def downgrade() -> None:
    for name in (
        "benefit_feature",
        "sponsorship_step",
        "sponsor_benefit",
        "benefit_package",
        "benefit_conflict",
        "benefit_configuration",
        "sponsorship",
        "sponsor_contact",
        "benefit",
        "sponsor",
        "program",
        "package",
        "current_year",
        "application_draft",
    ):
        op.drop_table(name)
