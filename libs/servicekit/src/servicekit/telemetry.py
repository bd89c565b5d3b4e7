"""Traces by OpenTelemetry."""

from __future__ import annotations

from opentelemetry import trace


def current_trace_id() -> str | None:
    """Return the id of the trace this code runs in, as 32 hex digits."""
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None
