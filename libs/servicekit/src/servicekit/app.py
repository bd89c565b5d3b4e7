"""The application of a service: `create_service` makes a Litestar app of a `Service`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from servicekit import access
from servicekit.access import Principal
from servicekit.constraints import Constraints
from servicekit.database import Database, DatabaseAway, ReadSession, WriteSession
from servicekit.errors import EXCEPTION_HANDLERS
from servicekit.health import health_routes
from servicekit.metrics import Metrics, metrics_routes
from servicekit.pagination import provide_window
from servicekit.runtime import Part, Runtime
from servicekit.service import Service
from servicekit.settings import ServiceSettings
from servicekit.tokens import MAX_AGE, KeySet, TokenError

PARTS: Sequence[Part] = ()
"""What every service runs beside its HTTP API, in the order of starting."""

DEVELOPMENT_MAX_AGE = 24 * 3600.0
"""Seconds a token may live outside production, so that a person can try things by hand."""


def create_service(service: Service, settings: ServiceSettings) -> Litestar:
    """Make the application of `service`.

    Raises servicekit.access.MissingAccess where a route does not say who may call it.
    """
    runtime = Runtime(
        service=service,
        settings=settings,
        database=Database(settings, application=f"{service.name}.{settings.role}"),
        keys=KeySet(
            settings.jwks,
            audience=service.name,
            refresh=settings.jwks_refresh,
            max_age=MAX_AGE if settings.production else DEVELOPMENT_MAX_AGE,
        ),
        metrics=Metrics(service.name),
    )
    runtime.metrics.watch_pool(runtime.database.engine.pool)
    runtime.checks["database"] = _check_database(runtime.database)

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(runtime.database.dispose)
            await stack.enter_async_context(_keys(runtime.keys))
            for part in (*PARTS, *service.lifespan):
                await stack.enter_async_context(part(runtime))
            yield

    app = Litestar(
        route_handlers=[
            *service.routes,
            *health_routes(runtime),
            *metrics_routes(runtime.metrics),
        ],
        dependencies={
            "read_session": Provide(_provide_read_session(runtime.database)),
            "write_session": Provide(_provide_write_session(runtime.database)),
            "principal": Provide(access.provide_principal),
            "window": Provide(provide_window),
        },
        guards=[access.guard],
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[runtime.metrics.middleware],
        lifespan=[lifespan],
        state=State({"runtime": runtime, "constraints": Constraints(service.metadata)}),
        request_max_body_size=settings.max_body,
        openapi_config=OpenAPIConfig(
            title=service.title,
            version=service.version,
            description=service.description,
            path="/schema",
            render_plugins=[JsonRenderPlugin()],
            openapi_router=Router("/schema", route_handlers=[], opt=access.public()),
        ),
        logging_config=None,
        debug=False,
    )
    access.require_access(app.routes)
    return app


#: How a handler asks for what the app gives: `read_session: Reading`.
Reading = NamedDependency[ReadSession]
Writing = NamedDependency[WriteSession]
Caller = NamedDependency[Principal]


def _provide_read_session(database: Database):  # type: ignore[no-untyped-def]  # noqa: ANN202
    async def read_session() -> AsyncIterator[ReadSession]:
        async with database.read() as session:
            yield session

    return read_session


def _provide_write_session(database: Database):  # type: ignore[no-untyped-def]  # noqa: ANN202
    async def write_session() -> AsyncIterator[WriteSession]:
        async with database.write() as session:
            yield session

    return write_session


def _check_database(database: Database):  # type: ignore[no-untyped-def]  # noqa: ANN202
    async def check() -> str | None:
        try:
            await database.ping()
        except DatabaseAway:
            return "is away"
        return None

    return check


@contextlib.asynccontextmanager
async def _keys(keys: KeySet) -> AsyncIterator[None]:
    """Keep the keys fresh. Where they cannot be read yet the service starts all the same."""
    with contextlib.suppress(TokenError):
        await keys.load()
    task = asyncio.create_task(keys.keep_fresh(), name="jwks")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
