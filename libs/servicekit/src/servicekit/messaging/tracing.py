"""The trace of a writer, carried through the outbox row and the message to the consumer.

Outbox and NATS both break a trace unless its context is stored beside what is sent: the row has
the writer's `traceparent`, the message has that of the publish span, the consumer continues it.
So one trace leads from the click to the effect in another service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from servicekit import telemetry

HEADER: Final = "traceparent"


def trace_id(traceparent: str | None) -> str | None:
    """Return the trace id within a traceparent, or None where it has none."""
    context = trace.get_current_span(_context(traceparent)).get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind,
    parent: str | None,
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """Run a block within a span that continues the trace of `parent`, a traceparent.

    Without a parent the span begins a trace of its own, whatever runs around it: what runs here
    is nobody's request. An exception is recorded and passed on.
    """
    with telemetry.tracer().start_as_current_span(
        name, context=_context(parent), kind=kind, attributes=dict(attributes or {})
    ) as started:
        yield started


def failed(current: Span, error: BaseException) -> None:
    """Mark a span as failed by an error that is handled rather than passed on."""
    current.record_exception(error)
    current.set_status(Status(StatusCode.ERROR, type(error).__name__))


def _context(traceparent: str | None) -> Context:
    return telemetry.extract({HEADER: traceparent} if traceparent else {})
