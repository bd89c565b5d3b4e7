"""How an entry goes out: encoding, 304, HEAD, raw headers. And the fast path before all else.

A page that is in memory and fresh is answered here, before Litestar sees the request. What the
fast path does on each hit is counted in microseconds: one lookup by raw address, one by key, one
pass over the headers, one span.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind

from gateway.cache.entry import RawHeaders, choose_encoding, matches
from gateway.web.client import detect
from servicekit import telemetry

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Send

    from gateway.cache.store import PageStore, Served
    from gateway.metrics import GatewayMetrics

#: The parent of a trace that begins here.
_NO_CONTEXT = Context()
_NAME = "GET (cached page)"
#: Of these outcomes the page is not what a cache in front may keep for long.
_UNSURE = frozenset({"stale", "revalidating"})


class EntryResponder:
    """Sends entries on the way through Litestar, where the edge adds what every response has."""

    def __init__(self, metrics: GatewayMetrics) -> None:
        self._pages = metrics.pages

    async def send(self, served: Served, scope: HTTPScope, send: Send) -> None:
        """Send an entry in the best encoding the request takes, or 304."""
        entry, outcome = served.entry, served.outcome
        accepted, if_none_match = b"", b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                if_none_match = value
        self._pages.labels(outcome).inc()
        made = entry.represent(choose_encoding(accepted))
        current = entry.status == 200 and bool(if_none_match) and matches(made.etag, if_none_match)
        headers = [*(made.not_modified if current else made.headers)]
        if outcome in _UNSURE:
            headers = [item for item in headers if item[0] != b"surrogate-control"]
        headers.append((b"x-cache", outcome.encode()))
        await send(
            {
                "type": "http.response.start",
                "status": 304 if current else entry.status,
                "headers": headers,
            }
        )
        body = b"" if current or scope["method"] == "HEAD" else made.body
        await send({"type": "http.response.body", "body": body, "more_body": False})


#: What is answered past the app. 304 is what a visitor gets who has the page.
_FAST = (200, 301, 302, 303, 304, 307, 308)


class FastPath:
    """Answers what is fresh in memory.

    Args:
        store: Where the pages are.
        metrics: Where hits are counted.
        always: Headers of every response.
    """

    def __init__(self, store: PageStore, metrics: GatewayMetrics, always: RawHeaders) -> None:
        self._store = store
        self._memory = store.memory
        self._aliases = store.memory.aliases
        self._always = (*always, (b"x-cache", b"hit"))
        self._hits = metrics.pages.labels("hit")
        self._answered = {
            (method, status): metrics.requests.labels(method, "(cached page)", str(status))
            for method in ("GET", "HEAD")
            for status in _FAST
        }

    async def answer(self, scope: HTTPScope, send: Send) -> bool:
        """Answer from memory; False where the page is not there, or not fresh."""
        alias = self._aliases.get((scope["raw_path"], scope["query_string"]))
        if alias is None:
            return False
        asked = dict(scope["headers"])
        key = alias.key
        if alias.varies:
            system = detect(asked.get(b"sec-ch-ua-platform", b""), asked.get(b"user-agent", b""))
            key = f"{key}|{system}"
        elif alias.by is not None:
            variant = alias.by(asked)
            if variant is None:
                return False
            key = f"{key}|{variant}"
        entry = self._memory.get(key)
        if entry is None or not entry.fresh(time.monotonic(), self._store.bound()):
            return False
        if entry.status not in _FAST:
            # What is there no longer is told by an error page, which is made for each visitor.
            return False
        made = entry.represent(choose_encoding(asked.get(b"accept-encoding", b"")))
        status, headers, body = entry.status, made.headers, made.body
        if_none_match = asked.get(b"if-none-match")
        if if_none_match and status == 200 and matches(made.etag, if_none_match):
            status, headers, body = 304, made.not_modified, b""
        parent = context_of(scope) if b"traceparent" in asked else _NO_CONTEXT
        span = telemetry.tracer().start_span(_NAME, context=parent, kind=SpanKind.SERVER)
        trace_id = format(span.get_span_context().trace_id, "032x").encode()
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*headers, *self._always, (b"x-trace-id", trace_id)],
            }
        )
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body, "more_body": False})
        if span.is_recording():
            span.set_attributes(
                {
                    "http.request.method": scope["method"],
                    "http.response.status_code": status,
                    "url.path": scope["path"],
                    "gateway.cache": "hit",
                }
            )
        span.end()
        self._hits.inc()
        self._answered[scope["method"], status].inc()
        return True


def context_of(scope: HTTPScope) -> Context:
    """Return the trace context that a request brings."""
    return telemetry.extract(
        {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
    )
