"""Traces by OpenTelemetry: one provider for the process, set up once by `configure`.

Spans go to the collector that the standard variables name (OTEL_EXPORTER_OTLP_ENDPOINT or
OTEL_EXPORTER_OTLP_TRACES_ENDPOINT); without one nothing is exported and trace ids still are
there, in answers, logs, events and problem details. Sampling follows the caller and else takes
`trace_ratio` of the new traces; a request that fails is told even where its trace was not
sampled. Queues are bounded: a collector that is away costs spans, never requests or memory.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Final

import httpx
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from litestar.types import HTTPScope
    from opentelemetry.util.types import Attributes

SCOPE: Final = "servicekit"
_PROPAGATOR: Final = TraceContextTextMapPropagator()


class _Telemetry:
    """The provider of this process and what exports its spans."""

    provider: TracerProvider | None = None
    tracer: trace.Tracer | None = None
    processors: tuple[SpanProcessor, ...] = ()


def configure(service_name: str, *, version: str = "", ratio: float = 1.0) -> TracerProvider:
    """Set up tracing for this process; later calls return the provider of the first.

    `ratio` is the share of new traces that is sampled (0 to 1); OTEL_TRACES_SAMPLER overrides
    it, OTEL_SDK_DISABLED=true turns tracing off, OTEL_SERVICE_NAME renames the service.
    """
    if _Telemetry.provider is not None:
        return _Telemetry.provider
    named = {} if "OTEL_SERVICE_NAME" in os.environ else {"service.name": service_name}
    provider = TracerProvider(
        resource=Resource.create({**named, "service.version": version}),
        sampler=None
        if "OTEL_TRACES_SAMPLER" in os.environ
        else ParentBased(TraceIdRatioBased(ratio)),
        shutdown_on_exit=False,
    )
    _Telemetry.provider = provider
    _Telemetry.tracer = provider.get_tracer(SCOPE)
    if _has_collector():
        # Imported here: it costs a fifth of a second that a run without a collector saves.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )

        add_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def add_processor(processor: SpanProcessor) -> None:
    """Send every span to one more place; for tests and local tools."""
    if _Telemetry.provider is None:
        raise RuntimeError("telemetry.configure comes first")
    _Telemetry.provider.add_span_processor(processor)
    _Telemetry.processors = (*_Telemetry.processors, processor)


def flush(timeout: float = 2.0) -> None:
    """Export what is queued, for at most `timeout` seconds; for the end of a process."""
    if _Telemetry.provider is not None:
        _Telemetry.provider.force_flush(round(timeout * 1000))


def tracer() -> trace.Tracer:
    """Return the tracer of this process."""
    # Kept, because the SDK makes a new one at every call: half of what an unsampled span costs.
    return _Telemetry.tracer or trace.get_tracer(SCOPE)


def unrecorded_span() -> Span:
    """Return a span with ids of its own that nobody will see."""
    ids = RandomIdGenerator()
    return NonRecordingSpan(
        SpanContext(ids.generate_trace_id(), ids.generate_span_id(), is_remote=False)
    )


def current_trace_id() -> str | None:
    """Return the id of the trace this code runs in, as 32 hex digits."""
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None


def current_traceparent() -> str | None:
    """Return the W3C traceparent of the running span, for a row, a message or a header."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def inject(headers: MutableMapping[str, str]) -> None:
    """Write the running span's trace context into outgoing headers."""
    _PROPAGATOR.inject(headers)


def extract(headers: Mapping[str, str]) -> otel_context.Context:
    """Return the trace context of incoming headers (lower-case names)."""
    return _PROPAGATOR.extract(headers, context=otel_context.Context())


def follow(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Have every request of `client` carry the trace context of the code that sends it."""

    async def send_context(request: httpx.Request) -> None:
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        request.headers.update(carrier)

    client.event_hooks["request"].append(send_context)
    client.event_hooks = client.event_hooks
    return client


def finish(
    span: Span, scope: HTTPScope, status: int, *, start: int, parent: SpanContext | None
) -> None:
    """Name the span of a request by its route and end it.

    A failure is told even where nothing is sampled. `start` is nanoseconds since the epoch.
    """
    if not span.is_recording() and status < 500:
        return
    route = str(scope.get("path_template") or "")
    name = f"{scope['method']} {route}".strip()
    attributes: dict[str, str | int] = {
        "http.request.method": scope["method"],
        "http.response.status_code": status,
        "url.path": scope["path"],
        "url.scheme": scope["scheme"],
        **({"http.route": route} if route else {}),
        **({"error.type": str(status)} if status >= 500 else {}),
    }
    reason = f"HTTP {status}"
    if not span.is_recording():
        _tell_unsampled_failure(
            span, name=name, parent=parent, start=start, attributes=attributes, reason=reason
        )
        return
    span.update_name(name)
    span.set_attributes(attributes)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR, reason))
    span.end()


def _tell_unsampled_failure(  # noqa: PLR0913 - the parts of a span
    span: Span,
    *,
    name: str,
    parent: SpanContext | None,
    start: int,
    attributes: Attributes,
    reason: str,
) -> None:
    """Export one span of a failure whose trace was not sampled.

    `start` is nanoseconds since the epoch. Its children were never recorded; one span of each
    service that failed still says where and when.
    """
    provider = _Telemetry.provider
    if provider is None or not _Telemetry.processors:
        return
    known = span.get_span_context()
    told = ReadableSpan(
        name=name,
        context=SpanContext(
            known.trace_id, known.span_id, is_remote=False, trace_flags=TraceFlags(1)
        ),
        parent=parent if parent is not None and parent.is_valid else None,
        resource=provider.resource,
        attributes=attributes,
        kind=SpanKind.SERVER,
        status=Status(StatusCode.ERROR, reason),
        start_time=start,
        end_time=time.time_ns(),
        instrumentation_scope=InstrumentationScope(SCOPE),
    )
    for processor in _Telemetry.processors:
        processor.on_end(told)


def _has_collector() -> bool:
    environment = os.environ
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    if environment.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return False
    return bool(
        environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        or environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    )
