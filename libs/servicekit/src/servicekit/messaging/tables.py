"""The tables of outbox, inbox, parked messages and copies, for the migrations of a service.

A migration must do tomorrow what it did today, so each step here is written out and never
changed; what the models gain later is another step. The first migration of a service calls
`create_1`:

    from servicekit.messaging import tables

    def upgrade() -> None:
        tables.create_1()
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from servicekit.outbox import JSONText


def create_1() -> None:
    """Create outbox, outbox_stream, inbox, parked and copy_version."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("aggregate_type", sa.String(100), nullable=False),
        sa.Column("aggregate_id", sa.String(200), nullable=False),
        sa.Column("aggregate_version", sa.BigInteger(), nullable=False),
        sa.Column("event", JSONText(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        _time("created", sa.func.clock_timestamp()),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replays", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("sequence", name=op.f("uq_outbox_sequence")),
    )
    op.create_index(
        "ix_outbox_unpublished",
        "outbox",
        ["sequence"],
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_published_at",
        "outbox",
        ["published_at"],
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_table(
        "outbox_stream",
        sa.Column("stream", sa.String(100), nullable=False),
        sa.Column("born", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_outbox_stream")),
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(100), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        _time("processed"),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_processed"), "inbox", ["processed"])
    op.create_table(
        "parked",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("consumer", sa.String(100), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("aggregate", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.String(32), nullable=True),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("redrives", sa.Integer(), server_default="0", nullable=False),
        _time("parked"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked")),
        sa.UniqueConstraint("consumer", "message_id", name=op.f("uq_parked_consumer_message_id")),
    )
    op.create_index(op.f("ix_parked_parked"), "parked", ["parked"])
    op.create_table(
        "copy_version",
        sa.Column("copy", sa.String(100), nullable=False),
        sa.Column("aggregate", sa.String(300), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        _time("updated"),
        sa.PrimaryKeyConstraint("copy", "aggregate", name=op.f("pk_copy_version")),
    )


def drop_1() -> None:
    """Undo `create_1`."""
    for table in ("copy_version", "parked", "inbox", "outbox_stream", "outbox"):
        op.drop_table(table)


def _time(name: str, default: sa.Function[object] | None = None) -> sa.Column[object]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.func.now() if default is None else default,
        nullable=False,
    )
