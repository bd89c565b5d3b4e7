"""One trace from the writer through row, relay and NATS to the effect, and on from there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from tally.app import TALLY, grow, service, until_settled

from contracts.events import Event
from servicekit import telemetry
from servicekit.database import Database, WriteSession


@pytest.fixture
def spans() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    telemetry.configure("tally")
    telemetry.add_processor(SimpleSpanProcessor(exporter))
    return exporter


def named(spans: InMemorySpanExporter, trace_id: int) -> dict[str, ReadableSpan]:
    return {
        span.name: span
        for span in spans.get_finished_spans()
        if span.context and span.context.trace_id == trace_id
    }


async def test_the_effect_continues_the_trace_of_the_click(
    working: Any, database: Database, spans: InMemorySpanExporter, until: Any
) -> None:
    async def relayed(event: Event, session: WriteSession) -> None:
        await TALLY.handler(event, session)
        if event.aggregateid == "1":
            await grow(session, 2)  # an effect that tells an event of its own

    telling = replace(service, consumers=(replace(TALLY, handler=relayed),))
    async with working(telling):
        with telemetry.tracer().start_as_current_span("click") as click:
            trace_id = click.get_span_context().trace_id
            async with database.write() as session:
                event = await grow(session, 1)
        await until_settled(database)
        await until(
            lambda: (
                [s.name for s in spans.get_finished_spans()].count("process jobs.counter.grown")
                >= 2
            )
        )
    assert event.traceparent is not None
    assert f"{trace_id:032x}" in event.traceparent
    found = [
        span
        for span in spans.get_finished_spans()
        if span.context
        and span.context.trace_id == trace_id
        and span.kind in {SpanKind.PRODUCER, SpanKind.CONSUMER}
    ]
    chain = sorted(found, key=lambda span: span.start_time or 0)
    assert [span.name for span in chain] == [
        "publish jobs.counter.grown",
        "process jobs.counter.grown",
        "publish jobs.counter.grown",
        "process jobs.counter.grown",
    ]
    parents = [span.parent.span_id for span in chain if span.parent]
    ids = [span.context.span_id for span in chain if span.context]
    assert parents == [click.get_span_context().span_id, *ids[:-1]]


async def test_a_parked_message_names_its_trace(
    working: Any, database: Database, spans: InMemorySpanExporter, rows: Any
) -> None:
    async with working(replace(service, consumers=(replace(TALLY, max_deliver=1),))):
        with telemetry.tracer().start_as_current_span("click") as click:
            async with database.write() as session:
                await grow(session, 1, poison=True)
        await until_settled(database)
    trace_id = click.get_span_context().trace_id
    assert await rows("SELECT trace_id FROM parked") == [(f"{trace_id:032x}",)]
    failed = named(spans, trace_id)["process jobs.counter.grown"]
    assert not failed.status.is_ok
    assert [event.name for event in failed.events] == ["exception"]


async def test_without_a_writer_trace_the_relay_begins_one(
    working: Any, database: Database, spans: InMemorySpanExporter
) -> None:
    async with working(replace(service, consumers=(TALLY,))):
        async with database.write() as session:
            event = await grow(session, 9)
        await until_settled(database)
    assert event.traceparent is None
    told = [s for s in spans.get_finished_spans() if s.name == "process jobs.counter.grown"]
    assert told
    assert told[-1].parent is not None
