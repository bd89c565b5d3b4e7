"""Keeps the newest traces in memory, bounded by number and by bytes."""

from collections.abc import Iterable
from dataclasses import dataclass

from devstack.traces.model import Span, Trace

OVERHEAD = 400
"""Bytes a span costs beside its own, about."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which traces are asked for; what is empty does not count.

    `route` is part of a route, a subject or a name of any span; `shortest` is in milliseconds;
    `before` are nanoseconds since the epoch: only traces that began earlier.
    """

    service: str = ""
    route: str = ""
    shortest: float = 0.0
    errors: bool = False
    before: int = 0

    def holds(self, trace: Trace) -> bool:
        """Tell whether a trace is asked for."""
        if self.before and trace.start >= self.before:
            return False
        if self.shortest and trace.duration < self.shortest * 1e6:
            return False
        if self.errors and not trace.errors:
            return False
        spans = trace.spans.values()
        if self.service and not any(span.service == self.service for span in spans):
            return False
        wanted = self.route.casefold()
        return not wanted or any(
            wanted in span.route.casefold() or wanted in span.name.casefold() for span in spans
        )


class Store:
    """Traces by the time their first span came in; the oldest make room for new ones.

    Args:
        traces: Most traces.
        size: Most bytes of all spans.
        spans: Most spans of one trace; further ones are counted and dropped.
    """

    def __init__(self, *, traces: int, size: int, spans: int) -> None:
        self._most_traces = traces
        self._most_bytes = size
        self._most_spans = spans
        self._traces: dict[str, Trace] = {}
        self._services: dict[str, int] = {}
        self.size = 0
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._traces)

    @property
    def services(self) -> dict[str, int]:
        """Every service heard of with a number of its own, in the order of appearance."""
        return dict(self._services)

    def add(self, spans: Iterable[Span]) -> None:
        """Keep spans. One that came in before (a repeated export) replaces itself."""
        for span in spans:
            self._services.setdefault(span.service, len(self._services))
            trace = self._traces.setdefault(span.trace_id, Trace(span.trace_id))
            known = trace.spans.get(span.span_id)
            if known is None and len(trace.spans) >= self._most_spans:
                trace.dropped += 1
                continue
            change = span.size - known.size if known else span.size + OVERHEAD
            trace.spans[span.span_id] = span
            trace.size += change
            self.size += change
            self._make_room()

    def get(self, trace_id: str) -> Trace | None:
        """Return a trace by its id in hex."""
        return self._traces.get(trace_id.lower())

    def find(self, wanted: Filter, limit: int) -> list[Trace]:
        """Return the newest traces that are asked for, newest first."""
        newest = sorted(self._traces.values(), key=lambda trace: trace.start, reverse=True)
        found: list[Trace] = []
        for trace in newest:
            if wanted.holds(trace):
                found.append(trace)
                if len(found) == limit:
                    break
        return found

    def _make_room(self) -> None:
        while self._traces and (
            len(self._traces) > self._most_traces or self.size > self._most_bytes
        ):
            oldest = next(iter(self._traces))
            self.size -= self._traces.pop(oldest).size
            self.evicted += 1
