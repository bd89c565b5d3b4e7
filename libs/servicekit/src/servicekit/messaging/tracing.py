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
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER: Final = "traceparent"
_propagator: Final = TraceContextTextMapPropagator()


def current_traceparent() -> str | None:
    """Return the W3C trace context of the active span, or None where there is none."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(HEADER)


def trace_id(traceparent: str | None) -> str | None:
    """Return the trace id within a traceparent, or None where it has none."""
    context = trace.get_current_span(_extract(traceparent)).get_span_context()
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

    Without a parent the span begins a trace of its own. An exception is recorded and passed on.
    """
    with trace.get_tracer("servicekit.messaging").start_as_current_span(
        name,
        context=_extract(parent),
        kind=kind,
        attributes=dict(attributes or {}),
        record_exception=True,
        set_status_on_exception=True,
    ) as started:
        yield started


def failed(current: Span, error: BaseException) -> None:
    """Mark a span as failed by an error that is handled rather than passed on."""
    current.record_exception(error)
    current.set_status(Status(StatusCode.ERROR, type(error).__name__))


def _extract(traceparent: str | None) -> Context:
    # A context of its own, not the current one: what runs here is nobody's request.
    return _propagator.extract({HEADER: traceparent} if traceparent else {}, context=Context())
