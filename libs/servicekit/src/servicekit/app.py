"""The application of a service: `create_service` makes a Litestar app of a `Service`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from litestar import Litestar
from litestar.datastructures import State

from servicekit import access, queries, sqltrace, telemetry
from servicekit.admin.routes import admin_routes
from servicekit.constraints import Constraints
from servicekit.database import Database, DatabaseAway, KitBase
from servicekit.dependencies import Caller, Reading, Writing, dependencies
from servicekit.documents import document_errors, openapi_config
from servicekit.edge import Edge
from servicekit.errors import EXCEPTION_HANDLERS
from servicekit.exports import export_routes
from servicekit.health import health_routes
from servicekit.messaging.maintenance import maintained
from servicekit.metrics import Metrics, metrics_routes
from servicekit.requests import ServiceRequest
from servicekit.runtime import Check, Part, Runtime
from servicekit.service import Service
from servicekit.settings import ServiceSettings
from servicekit.switches import switch_routes
from servicekit.tokens import MAX_AGE, KeySet, TokenError
from servicekit.worker import messaging

__all__ = ["Caller", "Reading", "Writing", "create_service"]

PARTS: Sequence[Part] = (messaging,)
"""What every service runs beside its HTTP API, in the order of starting."""

DEVELOPMENT_MAX_AGE = 24 * 3600.0
"""Seconds a token may live outside production, so that a person can try things by hand."""


def create_service(service: Service, settings: ServiceSettings) -> Litestar:
    """Make the application of `service`.

    Raises servicekit.access.MissingAccess where a route does not say who may call it.
    """
    service = maintained(service)
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
    telemetry.configure(service.name, version=service.version, ratio=settings.trace_ratio)
    sqltrace.instrument(runtime.database.engine)
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
            *export_routes(service),
            *switch_routes(service),
            *admin_routes(runtime),
        ],
        dependencies=dependencies(runtime.database),
        guards=[access.guard, queries.guard],
        request_class=ServiceRequest,
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=[lifespan],
        state=State(
            {"runtime": runtime, "constraints": Constraints(service.metadata, KitBase.metadata)}
        ),
        request_max_body_size=settings.max_body,
        openapi_config=openapi_config(service.title, service.version, service.description),
        logging_config=None,
        debug=False,
    )
    access.require_access(app.routes)
    queries.learn_queries(app.routes)
    document_errors(app.routes)
    app.asgi_handler = Edge(app.asgi_handler, runtime.metrics)
    return app


def _check_database(database: Database) -> Check:
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
