"""Reads what OpenTelemetry sends: ExportTraceServiceRequest, as it is or gzipped."""

import math
import zlib
from collections.abc import Iterable, Iterator

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from devstack.traces.model import Attributes, Kind, Span, SpanEvent, SpanLink, Value

CONTENT_TYPE = "application/x-protobuf"
MOST_BYTES = 16 * 1024 * 1024
"""Of a request, unpacked."""
DEEPEST = 8
"""Levels of lists and maps in an attribute; what lies deeper is cut off."""
LONGEST = 16_384
"""Characters of one text; what follows is cut off."""
LATEST = 2**62
"""Nanoseconds since the epoch; beyond it a time is nonsense (the year 2116)."""

_KINDS = list(Kind)


class Broken(ValueError):
    """The request cannot be read; the message tells why."""


class TooLarge(Broken):
    """The request is larger than `MOST_BYTES`."""


def unpack(body: bytes, encoding: str) -> bytes:
    """Undo the content encoding.

    Raises:
        Broken: an encoding that is not known, or a body that is not of it.
        TooLarge: more than `MOST_BYTES` come out; no more than that is ever unpacked.
    """
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "deflate"}:
        raise Broken(f"content encoding {encoding!r} is not known; gzip and deflate are")
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        unpacked = reader.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise Broken(f"the body is not {encoding}: {error}") from error
    if len(unpacked) > MOST_BYTES:
        raise TooLarge(f"more than {MOST_BYTES} bytes unpacked")
    if not reader.eof:
        raise Broken(f"the body is {encoding} that ends too early")
    return unpacked


def read(body: bytes) -> tuple[list[Span], int]:
    """Return the spans of a request, and how many were not usable (wrong ids or times).

    Raises:
        Broken: the body is no ExportTraceServiceRequest.
    """
    request = ExportTraceServiceRequest()
    try:
        request.ParseFromString(body)
    except (DecodeError, RecursionError) as error:
        raise Broken(f"the body is no ExportTraceServiceRequest: {error}") from error
    spans: list[Span] = []
    rejected = 0
    for span in _spans(request):
        if span is None:
            rejected += 1
        else:
            spans.append(span)
    return spans, rejected


def answer(rejected: int) -> bytes:
    """Return the answer to a request of which `rejected` spans were not usable."""
    response = ExportTraceServiceResponse()
    if rejected:
        response.partial_success.rejected_spans = rejected
        response.partial_success.error_message = "spans with wrong ids or times"
    return response.SerializeToString()


def _spans(request: ExportTraceServiceRequest) -> Iterator[Span | None]:
    for group in request.resource_spans:
        resource = _attributes(group.resource.attributes)
        service = resource.get("service.name")
        name = service if isinstance(service, str) and service else "unknown"
        for scope in group.scope_spans:
            for span in scope.spans:
                yield _span(span, name, scope.scope.name, resource)


def _span(span: trace_pb2.Span, service: str, scope: str, resource: Attributes) -> Span | None:
    start, end = span.start_time_unix_nano, span.end_time_unix_nano
    if (
        len(span.trace_id) != 16
        or len(span.span_id) != 8
        or not any(span.trace_id)
        or not any(span.span_id)
        or not 0 < start < LATEST
        or end > LATEST
    ):
        return None
    parent = span.parent_span_id
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=parent.hex() if len(parent) == 8 and any(parent) else "",
        name=span.name[:LONGEST] or "(no name)",
        kind=_KINDS[span.kind] if 0 <= span.kind < len(_KINDS) else Kind.UNSPECIFIED,
        service=service[:200],
        scope=scope[:200],
        start=start,
        end=max(start, end),  # a clock that was set back
        error=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        message=span.status.message[:LONGEST],
        attributes=_attributes(span.attributes),
        resource=resource,
        events=[
            SpanEvent(event.time_unix_nano, event.name[:200], _attributes(event.attributes))
            for event in span.events
        ],
        links=[
            SpanLink(link.trace_id.hex(), link.span_id.hex(), _attributes(link.attributes))
            for link in span.links
            if len(link.trace_id) == 16 and len(link.span_id) == 8
        ],
        size=span.ByteSize(),
    )


def _attributes(pairs: Iterable[KeyValue]) -> Attributes:
    return {pair.key[:200]: _value(pair.value, DEEPEST) for pair in pairs}


def _value(value: AnyValue, depth: int) -> Value:
    kind = value.WhichOneof("value")
    found: Value = None
    if depth == 0:
        return found
    match kind:
        case "string_value":
            found = value.string_value[:LONGEST]
        case "bool_value":
            found = value.bool_value
        case "int_value":
            found = value.int_value
        case "double_value":
            number = value.double_value
            found = number if math.isfinite(number) else str(number)  # JSON has no word for it
        case "bytes_value":
            found = value.bytes_value[: LONGEST // 2].hex()
        case "array_value":
            found = [_value(item, depth - 1) for item in value.array_value.values]
        case "kvlist_value":
            pairs = value.kvlist_value.values
            found = {item.key[:200]: _value(item.value, depth - 1) for item in pairs}
    return found
