"""A gateway of the running site, and people of every kind who come to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from running import Site
from town import Town

from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(site: Site) -> AsyncIterator[Town]:
    """One more gateway of the running site, in this process."""
    variables = site.environment("gateway")
    settings = Settings.model_validate(
        {
            name.removeprefix("PYDOTORG_").lower(): value
            for name, value in variables.items()
            if name.startswith("PYDOTORG_")
        }
        | {"log_level": "WARNING", "page_timeout": 60, "backend_timeout": 30, "limits_timeout": 10}
    )
    app = create_app(settings)
    async with started(app):
        made = Town(app, settings, site.database("identity"))
        yield made
        await made.close()
