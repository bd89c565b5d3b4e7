"""Create memberships, subscriptions, user groups, elections and nominations"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1de4717a0605"
down_revision = "1de4717a0505"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "membership",
        _id(),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_type", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("legal_name", sa.String(100), nullable=False),
        sa.Column("preferred_name", sa.String(100), nullable=False),
        sa.Column("email_address", sa.String(254), nullable=False),
        _text("city", 100),
        _text("region", 100),
        _text("country", 100),
        _text("postal_code", 20),
        sa.Column("psf_code_of_conduct", sa.Boolean(), nullable=True),
        _flag("votes"),
        sa.Column("last_vote_affirmation", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.DateTime(timezone=True), nullable=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("user_id", name="uq_membership_user_id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_membership_user_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("membership_type IN (0, 1, 2, 4, 5)", name="ck_membership_type"),
    )
    op.create_table(
        "subscription",
        _id(),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("mailing_list", sa.String(50), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_subscription_user_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("state IN ('asked', 'withdrawn')", name="ck_subscription_state"),
    )
    op.create_index(
        "uq_subscription_user_id_mailing_list",
        "subscription",
        ["user_id", "mailing_list"],
        unique=True,
    )
    op.create_table(
        "user_group",
        _id(),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("location", sa.String(255), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("url_type", sa.String(20), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        _flag("approved"),
        _flag("trusted"),
        _flag("sample"),
        *_signed(),
        sa.PrimaryKeyConstraint("id", name="pk_user_group"),
    )
    op.create_index(
        "ix_user_group_location", "user_group", ["location"], postgresql_where=sa.text("approved")
    )
    _elections()
    _nominations()


def _elections() -> None:
    demands = ("conduct", "mission", "eligibility")
    op.create_table(
        "election_kind",
        _id(),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("accent_color", sa.String(7), nullable=False),
        sa.Column("service_question", sa.String(300), nullable=False),
        sa.Column("service_since", sa.SmallInteger(), nullable=False),
        sa.Column("newcomer", sa.String(300), nullable=False),
        *(sa.Column(name, sa.String(10), nullable=False) for name in demands),
        *(_text(f"{name}_text", 300) for name in demands),
        *_signed(),
        sa.PrimaryKeyConstraint("id", name="pk_election_kind"),
        sa.UniqueConstraint("name", name="uq_election_kind_name"),
        sa.UniqueConstraint("slug", name="uq_election_kind_slug"),
        *(
            sa.CheckConstraint(
                f"{name} IN ('no', 'optional', 'required')", name=f"ck_election_kind_{name}"
            )
            for name in demands
        ),
    )
    op.create_table(
        "election",
        _id(),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("opens", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("description_html", sa.Text(), server_default="", nullable=False),
        sa.Column("renderer", sa.Integer(), server_default="0", nullable=False),
        _flag("hide_previous_service"),
        _flag("sample"),
        sa.Column("told", sa.String(10), nullable=False),
        *_signed(),
        sa.PrimaryKeyConstraint("id", name="pk_election"),
        sa.UniqueConstraint("slug", name="uq_election_slug"),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["election_kind.id"], name="fk_election_kind_id", ondelete="SET NULL"
        ),
        sa.CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="ck_election_window"),
        sa.CheckConstraint("closes > opens", name="ck_election_window_order"),
    )
    op.create_index("ix_election_date", "election", ["date"])
    op.create_index("ix_election_kind_id", "election", ["kind_id"])


def _nominations() -> None:
    op.create_table(
        "nominee",
        _id(),
        sa.Column("election_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(210), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        _flag("accepted"),
        _flag("approved"),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_nominee"),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_nominee_election_id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name="fk_nominee_user_id", ondelete="SET NULL"
        ),
    )
    op.create_index(
        "uq_nominee_user_id_election_id", "nominee", ["user_id", "election_id"], unique=True
    )
    op.create_index("uq_nominee_election_id_slug", "nominee", ["election_id", "slug"], unique=True)
    op.create_index("ix_nominee_election_id_email", "nominee", ["election_id", "email"])
    op.create_table(
        "nomination",
        _id(),
        sa.Column("election_id", sa.BigInteger(), nullable=False),
        sa.Column("nominee_id", sa.BigInteger(), nullable=False),
        sa.Column("nominator_id", sa.BigInteger(), nullable=True),
        _text("nominator_name", 310),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("served", sa.Boolean(), nullable=True),
        sa.Column(
            "service_years",
            postgresql.ARRAY(sa.SmallInteger()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("employer", sa.String(1024), nullable=False),
        _text("other_affiliations", 2048),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("statement_html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.Integer(), server_default="0", nullable=False),
        _flag("conduct"),
        _flag("mission"),
        _flag("eligibility"),
        sa.Column("answer", sa.String(10), server_default="none", nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("reviewed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("invitations", sa.SmallInteger(), server_default="0", nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_nomination"),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_nomination_election_id"),
        sa.ForeignKeyConstraint(
            ["nominee_id"], ["nominee.id"], name="fk_nomination_nominee_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["nominator_id"], ["account.id"], name="fk_nomination_nominator_id", ondelete="SET NULL"
        ),
        sa.CheckConstraint(
            "answer IN ('none', 'accepted', 'declined')", name="ck_nomination_answer"
        ),
        sa.CheckConstraint(
            "review IN ('waiting', 'approved', 'rejected')", name="ck_nomination_review"
        ),
    )
    for column in ("election_id", "nominee_id", "nominator_id"):
        op.create_index(f"ix_nomination_{column}", "nomination", [column])
    op.create_index(
        "uq_nomination_election_id_nominator_id_own",
        "nomination",
        ["election_id", "nominator_id"],
        unique=True,
        postgresql_where=sa.text("own"),
    )


def downgrade() -> None:
    for table in ("nomination", "nominee", "election", "election_kind", "user_group"):
        op.drop_table(table)
    op.drop_table("subscription")
    op.drop_table("membership")


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _text(name: str, length: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), server_default="", nullable=False)


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), server_default="false", nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _kept() -> tuple[sa.Column[object], ...]:
    return (
        _time("created"),
        _time("updated"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def _signed() -> tuple[sa.Column[object], ...]:
    return (
        *_kept(),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("last_modified_by_id", sa.BigInteger(), nullable=True),
    )
