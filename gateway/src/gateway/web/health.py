"""Is the process alive, and may it get requests.

The gateway serves without any of its dependencies, from what it has, and else says honestly what
is missing. So none of them makes it unready: taking every gateway out because one service is down
would take the whole site along. What is away is told to operators, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from litestar import Request, Response, Router, get

from gateway.backends.policy import BreakerState
from gateway.web.client import operates
from gateway.web.pages import NotFound
from servicekit.metrics import metrics_routes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler
    from litestar.types import HTTPScope

    from gateway.backends import Backends
    from gateway.cache.invalidation import Invalidation
    from gateway.cache.valkey import ValkeyCache
    from gateway.metrics import GatewayMetrics
    from gateway.settings import Settings

_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(slots=True)
class Health:
    """What is known of this process and of what it asks."""

    backends: Backends
    invalidation: Invalidation
    shared: ValkeyCache | None
    draining: bool = False

    async def checks(self) -> dict[str, str]:
        """Return "ok" or what is wrong, by name."""
        downloads = self.backends.downloads.client
        state = downloads.policy.breaker.state
        told = {
            "process": "is shutting down" if self.draining else "ok",
            downloads.service: "ok" if state is BreakerState.CLOSED else f"breaker is {state}",
            "purges": "ok" if self.invalidation.heard else "are not heard",
        }
        if self.shared is not None:
            told["valkey"] = "ok" if await self.shared.answers() else "does not answer"
        return told


def health_routes(health: Health, metrics: GatewayMetrics, settings: Settings) -> Iterable[Any]:
    """Return the handlers of /livez, /readyz, /_health and /metrics."""

    def operators_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if not operates(cast("HTTPScope", connection.scope), settings):
            raise NotFound

    @get("/livez", include_in_schema=False)
    async def livez() -> Response[dict[str, str]]:
        return Response({"status": "ok"}, headers=_NO_STORE)

    @get("/readyz", include_in_schema=False)
    async def readyz(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        told: dict[str, Any] = {"status": "unavailable" if health.draining else "ok"}
        if operates(request.scope, settings):
            told["checks"] = await health.checks()
        return Response(
            told,
            status_code=503 if health.draining else 200,
            headers=_NO_STORE,
        )

    @get(["/_health", "/_health/{rest:path}"], include_in_schema=False)
    async def plain() -> Response[str]:
        # What load balancers of the site ask, and always got: a plain text.
        return Response("Ok", media_type="text/plain", headers=_NO_STORE)

    figures = Router("/", route_handlers=[*metrics_routes(metrics)], guards=[operators_only])
    return [livez, readyz, plain, figures]
