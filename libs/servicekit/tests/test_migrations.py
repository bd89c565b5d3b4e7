"""Migrations: up, down and up again, one at a time, without stopping the traffic."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from servicekit import migrations
from servicekit.service import Service

TABLES = """SELECT coalesce(array_agg(table_name::text ORDER BY table_name), '{}')
            FROM information_schema.tables WHERE table_schema = 'public'"""


@pytest.fixture
def empty_url(database_factory: Callable[..., str]) -> str:
    return database_factory("notes")


async def tables(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        found: list[str] = await connection.fetchval(TABLES)
        return found
    finally:
        await connection.close()


def add_revision(folder: Path, name: str, up: str, *, down: str = "0001", head: str = "") -> None:
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    text = dedent(
        f"""
        from alembic import op
        import sqlalchemy as sa

        revision = {name!r}
        down_revision = {down!r}
        {head}


        def upgrade():
            {up}


        def downgrade():
            pass
        """
    )
    (versions / f"{name}.py").write_text(text)


@pytest.fixture
def longer(notes: Service, tmp_path: Path) -> Service:
    """The notes service with room for another revision."""
    first = notes.migrations / "versions" / "0001_begin.py"
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / first.name).write_text(first.read_text())
    return replace(notes, migrations=tmp_path)


async def test_up_down_up(notes: Service, empty_url: str) -> None:
    assert await migrations.current(notes, empty_url) is None
    await migrations.upgrade(notes, empty_url)
    assert await migrations.current(notes, empty_url) == migrations.head(notes) == "0001"
    made = await tables(empty_url)
    assert {"note", "shelf", "outbox", "inbox", "parked", "idempotency", "audit"} <= set(made)
    await migrations.downgrade(notes, empty_url, "base")
    assert await tables(empty_url) == ["alembic_version"]
    await migrations.upgrade(notes, empty_url)
    assert await tables(empty_url) == made
    await migrations.upgrade(notes, empty_url)


async def test_the_migrations_make_what_the_models_say(notes: Service, empty_url: str) -> None:
    await migrations.upgrade(notes, empty_url)
    assert await migrations.differences(notes, empty_url) == []
    connection = await asyncpg.connect(empty_url)
    await connection.execute("ALTER TABLE note DROP COLUMN stars; DROP TABLE idempotency")
    await connection.close()
    found = str(await migrations.differences(notes, empty_url))
    assert "stars" in found
    assert "idempotency" in found


async def test_many_at_once_migrate_once(notes: Service, empty_url: str) -> None:
    await asyncio.gather(*(migrations.upgrade(notes, empty_url) for _ in range(5)))
    assert await migrations.current(notes, empty_url) == "0001"


async def test_a_revision_that_fails_leaves_nothing_of_itself(
    longer: Service, empty_url: str
) -> None:
    add_revision(
        longer.migrations,
        "0002",
        'op.execute("CREATE TABLE half (a int)"); op.execute("SELECT 1/0")',
    )
    with pytest.raises(DBAPIError):
        await migrations.upgrade(longer, empty_url)
    assert await migrations.current(longer, empty_url) == "0001"
    assert "half" not in await tables(empty_url)


async def test_a_statement_does_not_wait_long_for_a_lock_and_is_tried_again(
    longer: Service, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", 0.05)
    await migrations.upgrade(longer, empty_url, "0001")
    add_revision(longer.migrations, "0002", 'op.add_column("note", sa.Column("x", sa.Integer()))')
    reader, watcher = await asyncpg.connect(empty_url), await asyncpg.connect(empty_url)
    try:
        transaction = reader.transaction()
        await transaction.start()
        await reader.execute("SELECT * FROM note")
        task = asyncio.ensure_future(migrations.upgrade(longer, empty_url))
        waiting = """SELECT count(*) FROM pg_stat_activity
                     WHERE application_name = 'notes.migrate' AND wait_event_type = 'Lock'"""
        # On another connection: a transaction sees one snapshot of the statistics.
        while not await watcher.fetchval(waiting):
            assert not task.done()
        # Whoever comes behind the waiting DDL gets on after the lock timeout, not never.
        other = await asyncpg.connect(empty_url, server_settings={"lock_timeout": "20000"})
        try:
            await other.fetch("SELECT * FROM note")
        finally:
            await other.close()
        await transaction.rollback()
        await task
    finally:
        await reader.close()
        await watcher.close()
    assert await migrations.current(longer, empty_url) == "0002"


async def test_a_lock_that_is_never_had_is_an_error(
    longer: Service, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", 0.01)
    monkeypatch.setattr(migrations, "ATTEMPTS", 2)
    await migrations.upgrade(longer, empty_url, "0001")
    add_revision(longer.migrations, "0002", 'op.add_column("note", sa.Column("x", sa.Integer()))')
    reader = await asyncpg.connect(empty_url)
    try:
        async with reader.transaction():
            await reader.execute("SELECT * FROM note")
            with pytest.raises(DBAPIError, match="lock timeout"):
                await migrations.upgrade(longer, empty_url)
    finally:
        await reader.close()
    assert await migrations.current(longer, empty_url) == "0001"


def test_the_sql_can_be_read_without_a_database(notes: Service) -> None:
    text = migrations.sql(notes)
    assert "CREATE TABLE note" in text
    assert "CREATE TABLE outbox" in text


def test_squawk_has_no_objection_to_the_first_revision(notes: Service) -> None:
    assert migrations.lint(notes) == []


def test_squawk_refuses_what_breaks_the_running_version(longer: Service) -> None:
    add_revision(longer.migrations, "0002", 'op.drop_column("note", "stars")')
    rules = {finding.rule for finding in migrations.lint(longer)}
    assert "ban-drop-column" in rules
    add_revision(
        longer.migrations,
        "0002",
        'op.drop_column("note", "stars")',
        head='waived = {"ban-drop-column": "nobody has read it since 1.4"}',
    )
    assert migrations.lint(longer) == []
    add_revision(
        longer.migrations,
        "0003",
        'op.add_column("note", sa.Column("y", sa.Integer(), nullable=False))',
        down="0002",
    )
    (finding,) = {f.rule: f for f in migrations.lint(longer)}.values()
    assert finding.revision == "0003"
    assert "0003" in str(finding)


def test_an_index_on_a_table_in_use_is_built_concurrently(longer: Service) -> None:
    add_revision(longer.migrations, "0002", 'op.create_index("ix_x", "note", ["stars"])')
    assert migrations.lint(longer) != []
    add_revision(
        longer.migrations,
        "0002",
        """with op.get_context().autocommit_block():
                op.create_index("ix_x", "note", ["stars"], postgresql_concurrently=True)""",
    )
    assert migrations.lint(longer) == []


async def test_an_index_is_built_concurrently_indeed(longer: Service, empty_url: str) -> None:
    add_revision(
        longer.migrations,
        "0002",
        """with op.get_context().autocommit_block():
                op.create_index("ix_x", "note", ["stars"], postgresql_concurrently=True)""",
    )
    await migrations.upgrade(longer, empty_url)
    assert await migrations.current(longer, empty_url) == "0002"


def test_a_new_revision_is_written_after_the_newest(longer: Service) -> None:
    file = migrations.make_revision(longer, "Add a thing")
    assert file.parent == longer.migrations / "versions"
    assert 'down_revision = "0001"' in file.read_text()
    assert migrations.head(longer) != "0001"


def test_a_service_without_migrations_says_so(notes: Service, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="notes has no folder"):
        migrations.head(replace(notes, migrations=tmp_path / "none"))
