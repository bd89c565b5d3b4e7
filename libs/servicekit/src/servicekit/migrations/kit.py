"""The tables that servicekit itself keeps in the database of every service.

The first revision of a service creates them:

    from servicekit.migrations import kit

    def upgrade() -> None:
        kit.create_1()

A migration must do tomorrow what it did today: a step here is written out and never changed.
What the models gain later is another step, called by another revision of each service.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from servicekit import audit, idempotency, inbox, outbox, parked, versions
from servicekit.database import KitBase
from servicekit.messaging import tables

#: Everything the kit keeps; the modules are imported so that their tables are in it.
MODULES = (audit, idempotency, inbox, outbox, parked, versions)
METADATA = KitBase.metadata


def create_1() -> None:
    """Create the tables of messaging, idempotency and audit."""
    tables.create_1()
    op.create_table(
        "idempotency",
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", postgresql.JSONB(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        _now("created"),
        sa.PrimaryKeyConstraint("subject", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created"), "idempotency", ["created"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        _now("time"),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("entity", sa.String(100), nullable=False),
        sa.Column("entity_id", sa.String(100), nullable=False),
        sa.Column("label", sa.String(300), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("trace_id", sa.String(32), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_entity", "audit", ["entity", "entity_id"])
    op.create_index("ix_audit_time", "audit", ["time"])


def drop_1() -> None:
    """Undo `create_1`."""
    for table in ("audit", "idempotency"):
        op.drop_table(table)
    tables.drop_1()


def create_mail_1() -> None:
    """Create the table of a service that mails (servicekit.mail)."""
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        _now("due"),
        sa.Column("error", sa.String(500), server_default="", nullable=False),
        sa.Column("traceparent", sa.String(100), nullable=True),
        _now("created"),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("message_id", name="uq_mail_message_id"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="ck_mail_state"),
    )
    op.create_index("ix_mail_due", "mail", ["due"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_mail_created", "mail", ["created"])


def drop_mail_1() -> None:
    """Undo `create_mail_1`."""
    op.drop_table("mail")


def create_switches_1() -> None:
    """Create the table of a service that has feature switches (servicekit.switches)."""
    op.create_table(
        "switch",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.String(150)), server_default="{}", nullable=False),
        sa.Column("users", postgresql.ARRAY(sa.String(150)), server_default="{}", nullable=False),
        sa.Column("changed_by", sa.String(200), server_default="", nullable=False),
        _now("changed"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_switch"),
        sa.CheckConstraint(
            "mode IN ('everyone', 'staff', 'testers', 'off')", name="ck_switch_mode"
        ),
    )


def drop_switches_1() -> None:
    """Undo `create_switches_1`."""
    op.drop_table("switch")


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
