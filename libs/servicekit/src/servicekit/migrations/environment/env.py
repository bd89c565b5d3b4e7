"""What Alembic runs for every service: the connection, or the text of SQL, it was given."""

from alembic import context

attributes = context.config.attributes
common = {
    "target_metadata": attributes["metadata"],
    "transaction_per_migration": True,
    "compare_type": True,
}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, **common)
    context.run_migrations()
else:
    context.configure(connection=attributes["connection"], **common)
    with context.begin_transaction():
        context.run_migrations()
