"""Create clauses, contracts, assets, notices and vouchers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "590500000003"
down_revision = "590500000002"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "asset_export",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("status", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("feature_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=500), server_default="", nullable=False),
        sa.Column(
            "file", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'done', 'failed')", name="ck_asset_export_status"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_asset_export"),
    )
    op.create_index(
        "ix_asset_export_open",
        "asset_export",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status IN ('waiting', 'running')"),
    )
    op.create_table(
        "clause",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("internal_name", sa.String(length=1024), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clause"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("contacts", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("sponsorship_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_table(
        "notice_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("internal_name", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_template"),
        sa.UniqueConstraint("internal_name", name="uq_notice_template_internal_name"),
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("sponsor_id", sa.BigInteger(), nullable=True),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=True),
        sa.Column("internal_name", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("response", sa.Boolean(), nullable=True),
        sa.Column(
            "file", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(text <> '')::int + (response IS NOT NULL)::int + (file IS NOT NULL)::int = 1",
            name="ck_asset_value",
        ),
        sa.CheckConstraint(
            "(sponsor_id IS NULL) <> (sponsorship_id IS NULL)", name="ck_asset_owner"
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["sponsor.id"], name="fk_asset_sponsor_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"],
            ["sponsorship.id"],
            name="fk_asset_sponsorship_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_asset"),
        sa.UniqueConstraint("uuid", name="uq_asset_uuid"),
    )
    op.create_index("ix_asset_internal_name", "asset", ["internal_name"], unique=False)
    op.create_index("ix_asset_sponsorship_id", "asset", ["sponsorship_id"], unique=False)
    op.create_index(
        "uq_asset_sponsor_id_internal_name",
        "asset",
        ["sponsor_id", "sponsorship_id", "internal_name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "benefit_clause",
        sa.Column("clause_id", sa.BigInteger(), nullable=False),
        sa.Column("benefit_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["benefit_id"],
            ["benefit.id"],
            name="fk_benefit_clause_benefit_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name="fk_benefit_clause_clause_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("clause_id", "benefit_id", name="pk_benefit_clause"),
    )
    op.create_index("ix_benefit_clause_benefit_id", "benefit_clause", ["benefit_id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="draft", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("template", sa.Integer(), nullable=False),
        sa.Column("sponsor_info", sa.Text(), nullable=False),
        sa.Column("sponsor_contact", sa.Text(), server_default="", nullable=False),
        sa.Column("benefits_list", sa.Text(), server_default="", nullable=False),
        sa.Column("legal_clauses", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("executed_on", sa.Date(), nullable=True),
        sa.Column("executed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("executed_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("nullified_on", sa.Date(), nullable=True),
        sa.Column(
            "document", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "document_docx",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column(
            "signed_document",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status <> 'awaiting_signature' OR (sent_on IS NOT NULL AND document IS NOT NULL)",
            name="ck_contract_sent",
        ),
        sa.CheckConstraint(
            "status <> 'executed' OR (executed_on IS NOT NULL AND signed_document IS NOT NULL)",
            name="ck_contract_executed",
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'awaiting_signature', 'executed', 'nullified', 'outdated')",
            name="ck_contract_status",
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"],
            ["sponsorship.id"],
            name="fk_contract_sponsorship_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
    )
    op.create_index(
        "ix_contract_sponsorship_id_id", "contract", ["sponsorship_id", "id"], unique=False
    )
    op.create_index("ix_contract_status", "contract", ["status"], unique=False)
    op.create_index(
        "uq_contract_sponsorship_id",
        "contract",
        ["sponsorship_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('draft', 'awaiting_signature', 'executed')"),
    )
    op.create_table(
        "reminder",
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("kind IN ('asset', 'ending', 'ended')", name="ck_reminder_kind"),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"],
            ["sponsorship.id"],
            name="fk_reminder_sponsorship_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sponsorship_id", "kind", "subject", "day", name="pk_reminder"),
    )
    op.create_table(
        "voucher_kind",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("voucher_type", sa.String(length=100), nullable=False),
        sa.Column("benefit_id", sa.BigInteger(), nullable=False),
        sa.Column("internal_name", sa.String(length=128), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("year BETWEEN 2022 AND 2050", name="ck_voucher_kind_year"),
        sa.ForeignKeyConstraint(
            ["benefit_id"], ["benefit.id"], name="fk_voucher_kind_benefit_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_voucher_kind"),
    )
    op.create_index(
        "uq_voucher_kind_benefit_id_internal_name",
        "voucher_kind",
        ["benefit_id", "internal_name"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("voucher_kind")
    op.drop_table("reminder")
    op.drop_table("contract")
    op.drop_table("benefit_clause")
    op.drop_table("asset")
    op.drop_table("notice_template")
    op.drop_table("notice")
    op.drop_table("clause")
    op.drop_table("asset_export")
