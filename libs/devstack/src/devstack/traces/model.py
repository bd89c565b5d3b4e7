"""Spans and traces as the viewer keeps them. Times are nanoseconds since the epoch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

type Value = str | int | float | bool | list["Value"] | dict[str, "Value"] | None
type Attributes = dict[str, Value]


class Kind(StrEnum):
    """What a span is to its parent; the order is OTLP's numbering."""

    UNSPECIFIED = ""
    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


@dataclass(frozen=True)
class SpanEvent:
    """Something that happened during a span, say an exception."""

    time: int
    name: str
    attributes: Attributes


@dataclass(frozen=True)
class SpanLink:
    """A span, often of another trace, that this one has to do with."""

    trace_id: str
    span_id: str
    attributes: Attributes


@dataclass(frozen=True, kw_only=True)
class Span:
    """One span. Ids are lower-case hex; `parent_id` is empty for a root. `size` is in bytes."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: Kind
    service: str
    scope: str
    start: int
    end: int
    error: bool
    message: str
    attributes: Attributes
    resource: Attributes
    events: list[SpanEvent]
    links: list[SpanLink]
    size: int

    @property
    def duration(self) -> int:
        """Nanoseconds it took."""
        return self.end - self.start

    @property
    def route(self) -> str:
        """The route of an HTTP request, the subject of a message, or the name."""
        for key in ("http.route", "messaging.destination.name"):
            if isinstance(found := self.attributes.get(key), str) and found:
                return found
        return self.name

    @property
    def title(self) -> str:
        """The name, with the path of a request that no route took."""
        path = self.attributes.get("url.path")
        if self.kind is Kind.SERVER and isinstance(path, str) and "/" not in self.name:
            return f"{self.name} {path}"
        return self.name

    @property
    def outcome(self) -> str:
        """The HTTP status as text; empty where it has none."""
        for key in ("http.response.status_code", "http.status_code"):
            if (found := self.attributes.get(key)) is not None:
                return str(found)
        return ""


@dataclass
class Trace:
    """The spans of one trace that have come in so far."""

    trace_id: str
    spans: dict[str, Span] = field(default_factory=dict)
    size: int = 0
    dropped: int = 0

    @property
    def start(self) -> int:
        """When the first span began."""
        return min(span.start for span in self.spans.values())

    @property
    def end(self) -> int:
        """When the last span ended."""
        return max(span.end for span in self.spans.values())

    @property
    def duration(self) -> int:
        """Nanoseconds from the first begin to the last end."""
        return self.end - self.start

    @property
    def errors(self) -> int:
        """Number of spans that failed."""
        return sum(span.error for span in self.spans.values())

    @property
    def services(self) -> list[str]:
        """Names of the services that took part, in the order they came in."""
        ordered = sorted(self.spans.values(), key=lambda span: span.start)
        return list(dict.fromkeys(span.service for span in ordered))

    @property
    def root(self) -> Span:
        """The span it began with: one without a parent here, the earliest."""
        tops = [span for span in self.spans.values() if span.parent_id not in self.spans]
        return min(tops or self.spans.values(), key=lambda span: span.start)


@dataclass(frozen=True)
class Row:
    """A span at its place in the tree.

    `parent` is none for a top; a top that names a parent that never came in is an `orphan`.
    """

    span: Span
    depth: int
    parent: Span | None

    @property
    def orphan(self) -> bool:
        """Whether its parent is missing."""
        return self.parent is None and bool(self.span.parent_id)

    @cached_property
    def hop(self) -> bool:
        """Whether it was started by a message: it may begin after its parent has ended."""
        return self.span.kind is Kind.CONSUMER or (
            self.parent is not None and self.span.start >= self.parent.end
        )


def rows(spans: Mapping[str, Span]) -> Iterator[Row]:
    """Walk the tree of spans, given by id: each before its children, siblings by their begin.

    Broken data does not matter: a span whose parent is missing is a top, and of spans that are
    each other's parents one is taken for the top.
    """
    children: dict[str, list[Span]] = {}
    tops: list[Span] = []
    for span in sorted(spans.values(), key=lambda span: (span.start, -span.end)):
        known = span.parent_id in spans and span.parent_id != span.span_id
        (children.setdefault(span.parent_id, []) if known else tops).append(span)
    seen: set[str] = set()
    everything = sorted(spans.values(), key=lambda span: span.start)
    for top in [*tops, *everything]:
        stack = [Row(top, 0, None)]
        while stack:
            row = stack.pop()
            if row.span.span_id in seen:
                continue
            seen.add(row.span.span_id)
            yield row
            stack += [
                Row(child, row.depth + 1, row.span)
                for child in reversed(children.get(row.span.span_id, []))
            ]
