"""The fan-out: every event to every replica, or a report of the gap."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from opentelemetry import trace
from tally.app import CounterGrown

from contracts.events import Event
from servicekit.ids import uuid7
from servicekit.messaging import topology
from servicekit.messaging.bus import Bus
from servicekit.messaging.fanout import Fanout, Gap, Source

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def an_event(version: int) -> Event:
    return Event(
        id=uuid7(),
        source="/jobs",
        type=CounterGrown.type_name(),
        subject="counter:1",
        time=datetime.now(UTC),
        aggregateid="1",
        aggregateversion=version,
        data={"id": 1, "version": version},
    )


async def tell(bus: Bus, *versions: int, stream: str = "jobs") -> None:
    for version in versions:
        event = an_event(version)
        while True:
            try:
                await bus.publish(
                    f"{stream}.counter.grown",
                    event.model_dump_json().encode(),
                    stream=stream,
                    headers={"Nats-Msg-Id": str(event.id), "traceparent": TRACEPARENT},
                )
                break
            except Exception:  # noqa: BLE001 - NATS is away: as the outbox does, again
                await asyncio.sleep(0.02)


class Replica:
    """One replica of the gateway: what it heard, and of which gaps."""

    def __init__(self, bus: Bus, *streams: str) -> None:
        self.heard: list[int] = []
        self.gaps: list[Gap] = []
        self.traces: set[int] = set()
        self.fail_at: int | None = None
        self.fanout = Fanout(
            bus,
            [Source(stream) for stream in streams or ("jobs",)],
            on_event=self.hear,
            on_gap=self.miss,
            heartbeat=0.3,
        )

    async def hear(self, event: Event) -> None:
        self.traces.add(trace.get_current_span().get_span_context().trace_id)
        if event.aggregateversion == self.fail_at:
            raise RuntimeError("no room")
        self.heard.append(event.aggregateversion)

    async def miss(self, gap: Gap) -> None:
        self.gaps.append(gap)


@pytest.fixture
async def replica(until: Any) -> AsyncIterator[Callable[..., Any]]:
    async with contextlib.AsyncExitStack() as stack:

        async def start(bus: Bus, *streams: str) -> Replica:
            made = Replica(bus, *streams)
            await stack.enter_async_context(made.fanout.running())
            await until(lambda: made.fanout.live)
            return made

        yield start


async def test_every_replica_hears_every_event_of_every_stream(
    make_bus: Any, replica: Any, until: Any
) -> None:
    bus = await make_bus(topology.of_contexts(["jobs", "gateway"]))
    await tell(bus, 1)  # before anybody listened
    replicas = [await replica(bus, "jobs", "gateway") for _ in range(3)]
    await tell(bus, 2, 3)
    await tell(bus, 4, stream="gateway")
    await until(lambda: all(sorted(one.heard) == [2, 3, 4] for one in replicas))
    assert not any(one.gaps for one in replicas)
    assert replicas[0].traces == {int(TRACEPARENT.split("-")[1], 16)}


async def test_a_restarted_server_costs_no_event_and_repeats_none(
    make_bus: Any, replica: Any, until: Any, private_nats: Any
) -> None:
    server = await asyncio.to_thread(private_nats)
    bus = await make_bus(url=server.url)
    await tell(bus, *range(1, 20))
    one = await replica(bus)  # idle when the server goes
    await asyncio.to_thread(server.kill)
    await until(lambda: not one.fanout.live)
    telling = asyncio.create_task(tell(bus, *range(20, 40)))
    await asyncio.to_thread(server.start)
    await telling
    await until(lambda: one.heard == list(range(20, 40)), timeout=20)
    assert one.gaps == []
    assert one.fanout.restarts >= 1


async def test_a_stream_made_anew_is_a_gap(make_bus: Any, replica: Any, until: Any) -> None:
    bus = await make_bus()
    await tell(bus, 1, 2)
    one = await replica(bus)
    await tell(bus, 3)
    await until(lambda: one.heard == [3])
    await bus.connection.jetstream().delete_stream("jobs")
    await until(lambda: one.gaps, timeout=20)
    assert one.gaps[0].after == 3
    assert "made anew" in one.gaps[0].reason
    await until(lambda: one.fanout.live)
    await tell(bus, 4)
    await until(lambda: one.heard == [3, 4])


async def test_messages_trimmed_unread_are_a_gap(
    make_bus: Any, replica: Any, until: Any, private_nats: Any
) -> None:
    server = await asyncio.to_thread(private_nats)
    bus = await make_bus(url=server.url)
    one = await replica(bus)
    await tell(bus, 1)
    await until(lambda: one.heard == [1])
    # While the replica is cut off, messages come and go.
    release = asyncio.Event()
    bus.after_ensure(lambda _: release.wait())
    await asyncio.to_thread(server.kill)
    await until(lambda: not one.fanout.live)
    await asyncio.to_thread(server.start)
    other = await make_bus(url=server.url)
    await tell(other, 2, 3, 4)
    await other.connection.jetstream().purge_stream("jobs", seq=4)
    release.set()
    await until(lambda: one.gaps, timeout=20)
    assert one.gaps[0] == Gap(stream="jobs", after=1, reason="messages were trimmed")
    await until(lambda: one.fanout.live)
    await tell(other, 5)
    await until(lambda: one.heard == [1, 5])


async def test_a_message_that_is_no_event_and_a_handler_that_fails_are_gaps(
    make_bus: Any, replica: Any, until: Any
) -> None:
    bus = await make_bus()
    one = await replica(bus)
    await bus.publish("jobs.counter.grown", b"nonsense", stream="jobs", headers={})
    one.fail_at = 2
    await tell(bus, 1, 2, 3)
    await until(lambda: one.heard == [1, 3])
    assert [gap.after for gap in one.gaps] == [0, 2]
    assert "no event" in one.gaps[0].reason
    assert "RuntimeError" in one.gaps[1].reason


async def test_it_begins_before_nats_does(make_bus: Any, free_port: Callable[[], int]) -> None:
    bus = await make_bus(url=f"nats://127.0.0.1:{free_port()}", ready=False)
    one = Replica(bus)
    async with one.fanout.running():
        await asyncio.sleep(0)
        assert not one.fanout.live
