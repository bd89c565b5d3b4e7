"""Databases and roles of the services: each role reaches its own database and no other."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from devstack.home import Home
from devstack.roles import role_password
from devstack.servers import Postgres

SEEDED = "seeded by pydotorg"
"""Comment on a database whose seed ran: it is lost together with the rows."""


async def provision(postgres: Postgres, home: Home, services: Sequence[str]) -> list[str]:
    """Make the roles and databases that are missing; idempotent.

    Returns the services whose database has not been seeded.
    """
    connection: asyncpg.Connection[Any] = await asyncpg.connect(postgres.admin_url)
    try:
        # By default every role may connect to every database.
        for shared in ("postgres", "template1"):
            await connection.execute(f"REVOKE CONNECT ON DATABASE {shared} FROM PUBLIC")
        return [service for service in services if not await _provision(connection, home, service)]
    finally:
        await connection.close()


async def mark_seeded(postgres: Postgres, service: str) -> None:
    """Remember that the seed of a service ran."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(postgres.admin_url)
    try:
        await connection.execute(f"COMMENT ON DATABASE {quoted(service)} IS '{SEEDED}'")
    finally:
        await connection.close()


async def _provision(connection: "asyncpg.Connection[Any]", home: Home, service: str) -> bool:
    name = quoted(service)
    secret = role_password(home, service).replace("'", "''")
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", service):
        await connection.execute(f"CREATE ROLE {name} LOGIN")
    # Each time: the secrets may be newer than the cluster.
    await connection.execute(f"ALTER ROLE {name} PASSWORD '{secret}'")
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", service):
        await connection.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
    await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    comment = await connection.fetchval(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", service
    )
    return bool(comment == SEEDED)


def quoted(identifier: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'
