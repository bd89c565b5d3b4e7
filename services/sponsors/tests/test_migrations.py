"""Migrations: up, down and up again; what they make is what the models say; nothing locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from servicekit import migrations
from sponsors.app import service

if TYPE_CHECKING:
    from devstack.testing import DatabaseFactory

LEFT = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


async def test_up_down_up(database_factory: DatabaseFactory) -> None:
    url = database_factory("sponsors")
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    for _ in range(2):
        await migrations.upgrade(service, url)
        assert await migrations.current(service, url) == migrations.head(service)
        assert await migrations.differences(service, url) == []
        await migrations.downgrade(service, url, "base")
        async with engine.connect() as connection:
            left = (await connection.execute(text(LEFT))).scalars().all()
        assert left == ["alembic_version"]
    await engine.dispose()


def test_squawk_has_no_objections() -> None:
    assert [str(finding) for finding in migrations.lint(service)] == []
