"""The commands of a service, as a person or `pydotorg` runs them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner, Result

from servicekit.service import Service

Run = Callable[..., Result]


@pytest.fixture
def run(notes: Service, database_url: str, jwks: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command with the settings of the test."""
    from servicekit.cli import service_cli

    monkeypatch.setenv("PYDOTORG_ENVIRONMENT", "test")
    monkeypatch.setenv("PYDOTORG_DATABASE_URL", database_url)
    monkeypatch.setenv("PYDOTORG_JWKS", jwks)
    monkeypatch.setenv("PYDOTORG_LOG_FORMAT", "console")
    cli = service_cli(notes)

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments))

    return command


def titles(url: str) -> list[str]:
    async def read() -> list[str]:
        connection = await asyncpg.connect(url)
        try:
            return [row["title"] for row in await connection.fetch("SELECT title FROM note")]
        finally:
            await connection.close()

    return asyncio.run(read())


def test_seed_fills_once(run: Run, database_url: str) -> None:
    rehearsed = run("seed", "--dry-run")
    assert rehearsed.exit_code == 0, rehearsed.output
    assert "1 note (rolled back)" in rehearsed.output
    assert titles(database_url) == []
    assert "1 note" in run("seed").output
    assert "nothing to do" in run("seed").output
    assert titles(database_url) == ["first"]


def test_a_task_runs_by_name(run: Run, database_url: str) -> None:
    run("seed")
    dry = run("run", "clear", "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "1 notes deleted (rolled back)" in dry.output
    assert titles(database_url) == ["first"]
    real = run("run", "clear")
    assert "1 notes deleted" in real.stdout
    assert "1/1 notes" in real.stderr
    assert titles(database_url) == []
    assert run("run", "unknown").exit_code == 2


def test_tasks_are_listed_with_their_times(run: Run) -> None:
    said = run("tasks").output
    assert "clear" in said
    assert "Delete every note" in said
    assert "0 0 3 * * *" in said


def test_a_file_is_imported_whole_or_not_at_all(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "titles.txt"
    file.write_text("a\n\nb\n")
    broken = run("import", "titles", str(file))
    assert broken.exit_code == 1
    assert "line 2.title: A title is needed." in broken.output
    assert "Traceback" not in broken.output
    assert titles(database_url) == []
    file.write_text("a\nb\n")
    assert "2 notes read" in run("import", "titles", str(file)).output
    assert titles(database_url) == ["a", "b"]
    assert run("import", "titles", str(tmp_path / "none")).exit_code == 2


def test_migrate_reaches_and_checks(run: Run) -> None:
    assert "notes is at 0001" in run("migrate").output
    assert "as its models say" in run("migrate", "check").output
    down = run("migrate", "down", "base")
    assert down.exit_code == 0, down.output
    behind = run("migrate", "check")
    assert behind.exit_code == 1
    assert "the database is at None, the code at 0001" in behind.output
    assert run("migrate", "--to", "0001").exit_code == 0
    assert run("migrate", "--to", "9999").exit_code == 1
    assert "CREATE TABLE note" in run("migrate", "sql").output
    assert "no objections" in run("migrate", "lint").output


def test_redrive_names_ids_that_are_not_parked(run: Run) -> None:
    failed = run("parked", "redrive", "17", "18")
    assert failed.exit_code == 1
    assert "no parked message is 17, 18" in failed.output


def test_replay_of_everything_is_asked_for(run: Run) -> None:
    assert run("replay").exit_code == 2
    assert run("replay", "--all").exit_code == 0


def test_the_document_needs_no_settings(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PYDOTORG_DATABASE_URL", "PYDOTORG_JWKS", "PYDOTORG_ENVIRONMENT"):
        monkeypatch.delenv(name)
    document: dict[str, Any] = json.loads(run("openapi").stdout)
    assert document["info"]["title"] == "Notes"
    file = tmp_path / "openapi.json"
    assert run("openapi", "--output", str(file)).exit_code == 0
    assert json.loads(file.read_text()) == document


def test_what_is_missing_is_named_and_no_value_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYDOTORG_JWKS")
    monkeypatch.setenv("PYDOTORG_PORT", "c4n4ry")
    refused = run("seed")
    assert refused.exit_code == 1
    assert "PYDOTORG_JWKS" in refused.output
    assert "PYDOTORG_PORT" in refused.output
    assert "c4n4ry" not in refused.output


def test_no_database_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, free_port: Callable[[], int]
) -> None:
    monkeypatch.setenv("PYDOTORG_DATABASE_URL", f"postgresql://u:c4n4ry@127.0.0.1:{free_port()}/x")
    failed = run("seed")
    assert failed.exit_code == 1
    assert "cannot connect to the database" in failed.output
    assert "c4n4ry" not in failed.output
