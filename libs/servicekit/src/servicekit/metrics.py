"""Figures for Prometheus, one registry per application, told at /metrics.

Labels come from closed sets: method, route template and status; never a path or a user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from servicekit.access import public

if TYPE_CHECKING:
    from sqlalchemy.pool import Pool

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The figures of one process."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self.service = service
        self.requests = Counter(
            "http_server_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "http_server_request_duration_seconds",
            "Time to the end of the answer",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.active = Gauge(
            "http_server_active_requests", "Requests being answered", registry=self.registry
        )
        Gauge("service_info", "Which service this is", ("service",), registry=self.registry).labels(
            service
        ).set(1)

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> Gauge:
        """Add a figure that is read when it is asked for, such as the lag of an outbox."""
        gauge = Gauge(name, text, registry=self.registry)
        gauge.set_function(read)
        return gauge

    def watch_pool(self, pool: Pool) -> None:
        """Tell how many connections of a pool are in use and idle."""
        from sqlalchemy.pool import QueuePool  # noqa: PLC0415 - the gateway has no database

        if isinstance(pool, QueuePool):
            self.gauge("db_pool_in_use", "Connections in use", pool.checkedout)
            self.gauge("db_pool_idle", "Connections at rest", pool.checkedin)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the template, empty where no route was found."""
        key = (method, route, status)
        known = self._answered.get(key)
        if known is None:
            shown = (method if method in _METHODS else "OTHER", route or "(no route)")
            known = (self.requests.labels(*shown, str(status)), self.seconds.labels(*shown))
            if method in _METHODS:
                self._answered[key] = known
        known[0].inc()
        known[1].observe(seconds)


def metrics_routes(metrics: Metrics) -> Iterable[Any]:
    """Return the handler of /metrics."""

    @get("/metrics", opt=public(), include_in_schema=False, sync_to_thread=False)
    def tell_metrics() -> Response[bytes]:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return [tell_metrics]
