"""What the gateway counts, beside what every service does."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from servicekit.metrics import Metrics

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class GatewayMetrics(Metrics):
    """The figures of one process of the gateway."""

    def __init__(self) -> None:
        super().__init__("gateway")
        self.pages = Counter(
            "gateway_pages",
            "Composed pages answered, by how they were had",
            ("outcome",),
            registry=self.registry,
        )
        self.composed = Histogram(
            "gateway_compose_duration_seconds",
            "Time to compose a page",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.degraded = Counter(
            "gateway_degraded_blocks",
            "Parts that pages had to do without",
            ("block",),
            registry=self.registry,
        )
        self.purges = Counter(
            "gateway_purges", "Purges, by what asked for them", ("cause",), registry=self.registry
        )
        self.calls = Histogram(
            "gateway_backend_duration_seconds",
            "Time of a call to a service, by how it ended",
            ("service", "outcome"),
            buckets=_SECONDS,
            registry=self.registry,
        )
