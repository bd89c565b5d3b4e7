"""Migrations of a service, run by Alembic without a file of settings.

A service keeps only its revisions, in `<migrations>/versions`. Each revision is a transaction of
its own. One process migrates at a time (an advisory lock); a statement that waits for a table
lock gives up after a few seconds, before it stops everybody behind it, and the revision is tried
again a little later.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any, Final

import stamina
import structlog
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from servicekit.service import Service

LOCK_TIMEOUT: Final = 3.0
"""Seconds a statement waits for a lock; whoever comes after it waits as long."""
STATEMENT_TIMEOUT: Final = 600.0
"""Seconds one statement may take; building an index on a large table is the longest."""
ATTEMPTS: Final = 6

#: Rules of squawk that say nothing here: Alembic runs each revision in one transaction, the
#: runner sets the timeouts, and names are part of a contract with the models. Keys are bigint by
#: their mixin; other numbers are as wide as what they count.
UNHEEDED: Final = (
    "require-timeout-settings",
    "ban-concurrent-index-creation-in-transaction",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-text-field",
    "prefer-identity",
    "transaction-nesting",
    "prefer-robust-stmts",
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Finding:
    """Something squawk says against a revision."""

    revision: str
    rule: str
    message: str
    line: int

    def __str__(self) -> str:
        return f"{self.revision}: {self.rule} (line {self.line}): {self.message}"


def tables(service: Service) -> Sequence[MetaData]:
    """Return what the database of a service holds: its own tables and servicekit's."""
    from servicekit.migrations import kit  # noqa: PLC0415 - imports the models of the whole kit

    return (service.metadata, kit.METADATA, *service.kit_tables)


async def upgrade(service: Service, url: str, revision: str = "head") -> None:
    """Bring the database to `revision`."""
    await _run(service, url, lambda config: command.upgrade(config, revision))


async def downgrade(service: Service, url: str, revision: str) -> None:
    """Take the database back to `revision` ("base": before the first)."""
    await _run(service, url, lambda config: command.downgrade(config, revision))


async def current(service: Service, url: str) -> str | None:
    """Return the revision the database is at, None before the first."""
    engine = _engine(service, url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    finally:
        await engine.dispose()


def head(service: Service) -> str | None:
    """Return the newest revision; raises alembic.util.CommandError where there are two."""
    return ScriptDirectory.from_config(_config(service)).get_current_head()


async def differences(service: Service, url: str) -> list[Any]:
    """Compare the database with the models; empty where the migrations say the same."""
    # Alembic takes a sequence as well; its annotation does not say so.
    metadata: Any = tables(service)

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    engine = _engine(service, url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()


def make_revision(service: Service, message: str) -> Path:
    """Write a new, empty revision after the newest one and return its file."""
    script = command.revision(_config(service), message=message)
    if script is None or isinstance(script, list):
        raise RuntimeError("one revision was asked for")
    return Path(script.path)


def sql(service: Service, revisions: str = "head") -> str:
    """Return the SQL of an upgrade, or of `from:to`, without a database."""
    out = io.StringIO()
    command.upgrade(_config(service, output=out), revisions, sql=True)
    return out.getvalue()


def lint(service: Service) -> list[Finding]:
    """Have squawk read the SQL of every revision: what would lock, break or lose is told.

    A revision waives a rule with a reason: `waived = {"ban-drop-column": "nobody reads it"}`.
    Raises RuntimeError where squawk is not installed.
    """
    # Beside the interpreter too: its folder is on the path only where the environment is active.
    squawk = which("squawk", path=os.pathsep.join((str(Path(sys.executable).parent), os.defpath)))
    squawk = squawk or which("squawk")
    if squawk is None:
        raise RuntimeError("squawk is not installed (squawk-cli, among the development tools)")
    found: list[Finding] = []
    for script in ScriptDirectory.from_config(_config(service)).walk_revisions():
        waived = getattr(script.module, "waived", {})
        before = script.down_revision or "base"
        text_of = sql(service, f"{before}:{script.revision}")
        done = subprocess.run(  # noqa: S603 - a tool of the project on text of the project
            [
                squawk,
                "--reporter",
                "json",
                "--pg-version",
                "18.0",
                f"--exclude={','.join(UNHEEDED)}",
            ],
            input=text_of,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"squawk failed: {done.stderr.strip()}")
        found += [
            Finding(script.revision, item["rule_name"], item["message"], item["line"])
            for item in json.loads(done.stdout or "[]")
            if item["rule_name"] not in waived
        ]
    return found


def _config(service: Service, output: io.StringIO | None = None) -> Config:
    # What Alembic says to a person at a terminal is the command's to say.
    silent = io.StringIO()
    config = Config(output_buffer=silent if output is None else output, stdout=silent)
    environment = Path(__file__).parent / "environment"
    versions = service.migrations / "versions"
    if not versions.is_dir():
        raise FileNotFoundError(f"{service.name} has no folder {versions}")
    # Alembic reads % as the beginning of a variable.
    config.set_main_option("script_location", str(environment).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    config.attributes["metadata"] = tables(service)
    return config


def _engine(service: Service, url: str) -> AsyncEngine:
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        poolclass=NullPool,
        connect_args={
            "server_settings": {
                "application_name": f"{service.name}.migrate",
                "timezone": "UTC",
                "lock_timeout": str(round(LOCK_TIMEOUT * 1000)),
                "statement_timeout": str(round(STATEMENT_TIMEOUT * 1000)),
            }
        },
    )


async def _run(service: Service, url: str, work: Callable[[Config], None]) -> None:
    """Run an Alembic command on a connection of its own while holding the advisory lock."""
    config = _config(service)

    def migrate(connection: Connection) -> None:
        config.attributes["connection"] = connection
        work(config)

    engine = _engine(service, url)
    key = zlib.crc32(f"migrate {service.name}".encode())
    try:
        async with engine.connect() as holder:
            await holder.execution_options(isolation_level="AUTOCOMMIT")
            await holder.execute(text("SET lock_timeout = 0"))
            await holder.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
            async for attempt in stamina.retry_context(
                on=_waited_too_long, attempts=ATTEMPTS, wait_initial=0.5, timeout=None
            ):
                with attempt:
                    async with engine.connect() as connection:
                        await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def _waited_too_long(error: Exception) -> bool:
    """Whether a statement gave up waiting for a lock (SQLSTATE 55P03)."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, DBAPIError) and state == "55P03"
