"""Each service's migrations: one newest revision, the models say the same, squawk has no objection.

The models are compared on an embedded PostgreSQL, started for it and thrown away.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from alembic.util import CommandError

from servicekit import migrations
from servicekit.service import Service
from tools import workspace

if TYPE_CHECKING:
    from devstack.servers import Postgres


def check() -> Sequence[str]:
    """Return what is wrong with the migrations of any service."""
    found: list[str] = []
    services = [service for _, service in workspace.services()]
    for service in services:
        found += _one_head(service)
    if found:
        return found
    for service in services:
        found += [f"{service.name}: {finding}" for finding in migrations.lint(service)]
    return [*found, *_differences(services)]


def _one_head(service: Service) -> list[str]:
    try:
        head = migrations.head(service)
    except CommandError as error:
        return [f"{service.name}: {error}"]
    return [] if head else [f"{service.name}: there is no migration"]


def _differences(services: Sequence[Service]) -> list[str]:
    # Imported here: without a migration to look at, no server programs need be there.
    from devstack.testing.shared import new_postgres, start_somewhere  # noqa: PLC0415

    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="migrations-") as folder:
        # The server may run under an account of its own, which has to reach its data.
        Path(folder).chmod(0o755)
        server = start_somewhere(lambda: new_postgres(Path(folder), durable=False))
        try:
            for service in services:
                found += asyncio.run(_walk(service, server))
        finally:
            server.discard()
    return found


async def _walk(service: Service, server: Postgres) -> list[str]:
    """Migrate up, compare, down to nothing and up again."""
    admin = await asyncpg.connect(server.admin_url)
    try:
        await admin.execute(f'CREATE DATABASE "{service.name}"')
    finally:
        await admin.close()
    url = server.url(service.name, "postgres", server.password)
    await migrations.upgrade(service, url)
    found = [
        f"{service.name}: the models say otherwise than the migrations: {difference}"
        for difference in await migrations.differences(service, url)
    ]
    await migrations.downgrade(service, url, "base")
    await migrations.upgrade(service, url)
    return found
