"""The pages of the viewer, drawn on the server, and the same traces as JSON."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jinja2

from devstack.traces.drawing import Drawing, length
from devstack.traces.model import Span, Trace, Value
from devstack.traces.store import Filter, Store

COLOURS = 12
"""Number of hues in the style sheet."""
MOST_ROWS = 2_000
"""Spans drawn on one page."""

_HERE = Path(__file__).parent
_TRACE_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
STYLE = (_HERE / "templates" / "style.css").read_text(encoding="utf-8")


def address(trace_id: str) -> str:
    """Return the path of a trace's page; takes a whole `traceparent` too."""
    found = _TRACE_ID.search(trace_id.lower())
    return "/trace/" + (found[0] if found else quote(trace_id, safe=""))


def listing(store: Store, wanted: Filter, found: Sequence[Trace], *, more: bool) -> str:
    """Draw the list; `more` = there are older ones."""
    fields = {
        "service": wanted.service,
        "route": wanted.route,
        "min_ms": f"{wanted.shortest:g}" if wanted.shortest else "",
        "errors": "true" if wanted.errors else "",
    }
    fields = {name: text for name, text in fields.items() if text}
    older = "/?" + urlencode({**fields, "before": found[-1].start}) if more and found else ""
    return _ENVIRONMENT.get_template("list.html").render(
        traces=found,
        wanted=wanted,
        longest=max((trace.duration for trace in found), default=1) or 1,
        store=store,
        services=store.services,
        filtered=bool(fields) or bool(wanted.before),
        older=older,
        newest="/?" + urlencode(fields) if wanted.before else "",
    )


def waterfall(store: Store, trace: Trace, *, top: str = "") -> str:
    """Draw one trace, or of it the span with the id `top` and what it led to."""
    return _ENVIRONMENT.get_template("trace.html").render(
        trace=trace,
        drawing=Drawing(trace, most=MOST_ROWS, top=top),
        services=store.services,
    )


def problem(status: int, detail: str) -> str:
    """Draw an error page."""
    return _ENVIRONMENT.get_template("problem.html").render(status=status, detail=detail)


def summary(trace: Trace) -> dict[str, Any]:
    """Return what the list tells of a trace. Times: nanoseconds since the epoch."""
    root = trace.root
    return {
        "trace_id": trace.trace_id,
        "name": root.name,
        "route": root.route,
        "service": root.service,
        "services": trace.services,
        "start": trace.start,
        "duration_ms": trace.duration / 1e6,
        "spans": len(trace.spans),
        "errors": trace.errors,
    }


def as_json(trace: Trace) -> dict[str, Any]:
    """Return a trace with all its spans, in the order they began."""
    spans = sorted(trace.spans.values(), key=lambda span: span.start)
    return summary(trace) | {"dropped": trace.dropped, "spans": [_span(span) for span in spans]}


def _span(span: Span) -> dict[str, Any]:
    return {
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "kind": span.kind.value,
        "service": span.service,
        "scope": span.scope,
        "start": span.start,
        "end": span.end,
        "duration_ms": span.duration / 1e6,
        "error": span.error,
        "message": span.message,
        "attributes": span.attributes,
        "resource": span.resource,
        "events": [
            {"time": event.time, "name": event.name, "attributes": event.attributes}
            for event in span.events
        ],
        "links": [
            {"trace_id": link.trace_id, "span_id": link.span_id, "attributes": link.attributes}
            for link in span.links
        ],
    }


def _moment(nanoseconds: int) -> str:
    """Write a time of day, UTC, to the millisecond."""
    return _datetime(nanoseconds).strftime("%H:%M:%S.%f")[:-3]


def _date(nanoseconds: int) -> str:
    return _datetime(nanoseconds).strftime("%Y-%m-%d")


def _iso(nanoseconds: int) -> str:
    return _datetime(nanoseconds).isoformat(timespec="milliseconds")


def _datetime(nanoseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(nanoseconds / 1e9, tz=dt.UTC)


def _ago(nanoseconds: int) -> str:
    """Write how long ago, in one unit."""
    seconds = max(0.0, dt.datetime.now(dt.UTC).timestamp() - nanoseconds / 1e9)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"


def _text(value: Value) -> str:
    """Write the value of an attribute."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, dict) else None)


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "moment": _moment,
    "date": _date,
    "iso": _iso,
    "ago": _ago,
    "length": length,
    "text": _text,
}
_ENVIRONMENT.globals["colours"] = COLOURS
