"""Databases for tests: migrated once a run into a template, cloned for each test."""

import hashlib
import inspect
import os
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from devstack.background import Background
from devstack.locks import locked
from devstack.testing.shared import SharedPostgres
from servicekit.service import Service

type Migrate = Service | Callable[[str], Awaitable[Any] | Any] | None
"""A service, or a named function, plain or async, that takes the database's address.

None gives an empty database.
"""


class Databases:
    """Makes and drops the databases of one worker.

    Args:
        server: The run's PostgreSQL server.
        background: Where the administrative connection lives.
        worker: Name of this worker, part of the databases' names.
    """

    def __init__(self, server: SharedPostgres, background: Background, worker: str) -> None:
        self._server = server
        self._background = background
        self._worker = worker
        self._count = 0
        self._templates: dict[str, str] = {}
        self._admin: asyncpg.Connection[Any] = background.run(asyncpg.connect(server.admin_url))

    def create(self, name: str, migrate: Migrate = None) -> str:
        """Return the address of a new database of the role `name`, who owns all of it."""
        self._count += 1
        database = f"test_{name}_{self._worker}_{os.getpid()}_{self._count}"[:63]
        self._clone(database, name, migrate)
        return self._server.url(database, name, name)

    def renew(self, url: str, name: str, migrate: Migrate = None) -> None:
        """Replace a database that `create` made by a new one of the same address."""
        self.drop(url)
        self._clone(url.rpartition("/")[2], name, migrate)

    def drop(self, url: str) -> None:
        """Drop a database that `create` made; ends the connections to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def close(self) -> None:
        """Give the administrative connection back."""
        self._background.run(self._admin.close())

    def _clone(self, database: str, name: str, migrate: Migrate) -> None:
        template = self._template(name, migrate)
        self._execute(f'CREATE DATABASE "{database}" OWNER "{name}" TEMPLATE "{template}"')

    def _template(self, name: str, migrate: Migrate) -> str:
        key = _key(migrate)
        template = f"template_{name}_{hashlib.sha256(key.encode()).hexdigest()[:10]}"
        if template in self._templates:
            return template
        with locked(self._server.folder / f"{template}.lock"):
            if not self._fetch(
                "SELECT datistemplate FROM pg_database WHERE datname = $1", template
            ):
                self._make_template(template, name, migrate)
        self._templates[template] = key
        return template

    def _make_template(self, template: str, name: str, migrate: Migrate) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
        with locked(self._server.folder / "roles.lock"):
            if not self._fetch("SELECT true FROM pg_roles WHERE rolname = $1", name):
                self._execute(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{name}'")
        self._execute(f'CREATE DATABASE "{template}" OWNER "{name}" TEMPLATE template0')
        _run_migration(migrate, self._server.url(template, name, name), self._background)
        # Marked last: another worker takes only a template that is complete, and nobody
        # can connect to it.
        self._execute(f'ALTER DATABASE "{template}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')
        self._fetch(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1",
            template,
        )

    def _execute(self, statement: str) -> None:
        self._background.run(self._admin.execute(statement))

    def _fetch(self, query: str, *arguments: object) -> Any:  # noqa: ANN401 - a value of the database
        return self._background.run(self._admin.fetchval(query, *arguments))


def _key(migrate: Migrate) -> str:
    if migrate is None:
        return "empty"
    if isinstance(migrate, Service):
        return f"service {migrate.name} {migrate.migrations}"
    code = getattr(migrate, "__code__", None)
    if code is None:
        raise TypeError(f"migrate must be a service or a named function, not {migrate!r}")
    return f"{code.co_filename}:{code.co_qualname}:{code.co_firstlineno}"


def _run_migration(migrate: Migrate, url: str, background: Background) -> None:
    if migrate is None:
        return
    if isinstance(migrate, Service):
        from servicekit import migrations  # noqa: PLC0415 - Alembic, for those who need it

        background.run(migrations.upgrade(migrate, url))
        return

    async def finish(result: Awaitable[Any]) -> None:
        await result

    result = migrate(url)
    if inspect.isawaitable(result):
        background.run(finish(result))
