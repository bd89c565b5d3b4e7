"""The worker of a service: relay, consumers and schedules, as a part of its process.

`messaging` is the part that `create_service` starts where `settings.role` is `worker` or `all`.
A process of role `web` needs no NATS at all: it writes outbox rows, and a worker publishes them.
The part starts whether NATS is there or not, and never keeps a request waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from servicekit import crashpoints
from servicekit.consumers import ConsumerRunner, Outcome
from servicekit.messaging import topology
from servicekit.messaging.bus import Bus
from servicekit.relay import Relay
from servicekit.runtime import Check, Runtime
from servicekit.schedules import ScheduleRunner


@contextlib.asynccontextmanager
async def messaging(runtime: Runtime) -> AsyncIterator[None]:
    """Run what this process has to do beside answering requests, for the length of the block."""
    service, settings = runtime.service, runtime.settings
    crashpoints.arm(settings.crash_at)
    if not settings.has_worker:
        yield
        return
    bus = Bus(settings.nats_url, name=f"{service.name}.worker", needs=topology.of(service))
    relay = Relay(settings.database_url.get_secret_value(), bus, context=service.name)
    runners = [
        ConsumerRunner(consumer, bus=bus, database=runtime.database)
        for consumer in service.consumers
    ]
    for runner in runners:
        runner.subscribe()
    ScheduleRunner(service, bus=bus, database=runtime.database, settings=settings).subscribe()
    _tell(runtime, bus, relay, runners)
    if settings.role == "worker":
        runtime.checks["messages"] = _check(bus)
    async with bus.running():
        task = asyncio.create_task(relay.run(), name="relay")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


def _check(bus: Bus) -> Check:
    """Make the check of a process that does nothing but messages.

    One that also answers requests has none: without NATS it still answers and writes, and taking
    it out of service would turn a delay of events into an outage.
    """

    async def check() -> str | None:
        return None if bus.ready else bus.error or "NATS is away"

    return check


def _tell(runtime: Runtime, bus: Bus, relay: Relay, runners: list[ConsumerRunner]) -> None:
    """Add the worker's figures to /metrics."""
    gauge = runtime.metrics.gauge
    gauge("outbox_depth", "Events that wait to be published", lambda: relay.lag.depth)
    gauge("outbox_oldest_seconds", "Age of the oldest that waits", lambda: relay.lag.oldest)
    gauge("relay_leads", "Whether this process publishes", lambda: relay.leading)
    gauge("bus_ready", "Whether messages flow", lambda: bus.ready)
    for outcome in Outcome:
        gauge(
            f"consumer_deliveries_{outcome}",
            f"Deliveries that were {outcome}, since the start",
            partial(_count, runners, outcome),
        )


def _count(runners: list[ConsumerRunner], outcome: Outcome) -> float:
    return sum(runner.outcomes[outcome] for runner in runners)
