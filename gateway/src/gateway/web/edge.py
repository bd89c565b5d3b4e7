"""The outermost layer: what happens to every request before and after Litestar.

In order: a fresh page from memory; else a span, and then whatever of these applies: a request that
cannot be used is refused; PURGE; /static/ and /images/; /ftp/; the read-only switch; the app.
Every answer has the security headers and its trace id, whoever made it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote_to_bytes

from litestar.enums import ScopeType
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from gateway.cache.responder import context_of
from gateway.web.errors import Refusal
from servicekit import telemetry

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

    from gateway.cache.entry import RawHeaders
    from gateway.cache.purging import PurgeEndpoint
    from gateway.cache.responder import FastPath
    from gateway.metrics import GatewayMetrics
    from gateway.web.errors import ErrorPages
    from gateway.web.static import StaticFiles

MAX_PATH = 2048
MAX_QUERY = 4096
MAX_PARAMETERS = 64
MAX_HEADERS = 24 * 1024

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Asked by machines every few seconds; a trace of each would bury the others.
_QUIET = frozenset({"/livez", "/readyz", "/metrics", "/_health"})
_FTP = b"/ftp/"


@dataclass(frozen=True, slots=True)
class Edge:
    """Wraps the app. `always` are the headers of every response."""

    app: ASGIApp
    fast: FastPath
    purge: PurgeEndpoint
    static: StaticFiles
    errors: ErrorPages
    metrics: GatewayMetrics
    always: RawHeaders
    ftp_url: str
    read_only: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        if scope["method"] in {"GET", "HEAD"} and await self.fast.answer(scope, send):
            return
        scope.setdefault("state", {})
        answer = _Answer(send, self.always)
        started = time.perf_counter()
        self.metrics.active.inc()
        try:
            if scope["path"] in _QUIET:
                await self._serve(scope, receive, answer)
            else:
                await self._traced(scope, receive, answer)
        finally:
            self.metrics.active.dec()
            route = str(scope.get("path_template") or "")
            seconds = time.perf_counter() - started
            self.metrics.answered(scope["method"], route, answer.status, seconds)

    async def _traced(self, scope: HTTPScope, receive: Receive, answer: _Answer) -> None:
        outer = context_of(scope)
        start = time.time_ns()
        span = telemetry.tracer().start_span(
            scope["method"], context=outer, kind=SpanKind.SERVER, start_time=start
        )
        known = span.get_span_context()
        answer.trace_id = format(known.trace_id, "032x") if known.is_valid else ""
        token = otel_context.attach(trace.set_span_in_context(span))
        try:
            await self._serve(scope, receive, answer)
        except BaseException as error:
            answer.status = 499 if answer.gone else 500
            span.record_exception(error)
            raise
        finally:
            otel_context.detach(token)
            parent = trace.get_current_span(outer).get_span_context()
            told = _without_secret(scope)
            telemetry.finish(span, told, answer.status, start=start, parent=parent)

    async def _serve(self, scope: HTTPScope, receive: Receive, answer: _Answer) -> None:
        refusal = refuse(scope)
        method, path = scope["method"], scope["path"]
        if refusal is not None:
            pass
        elif method == "PURGE":
            refusal = await self.purge.answer(scope, answer.send)
        elif path.startswith(("/static/", "/images/")):
            refusal = await self._static(scope, answer)
        elif scope["raw_path"].startswith(_FTP):
            refusal = await self._ftp(scope, answer)
        elif self.read_only and method not in _SAFE_METHODS:
            refusal = Refusal(503, "The site takes no changes at the moment.", retry_after=300)
        else:
            await self.app(scope, receive, answer.send)
        if refusal is not None:
            await self._refuse(refusal, scope, answer)

    async def _static(self, scope: HTTPScope, answer: _Answer) -> Refusal | None:
        if scope["method"] not in {"GET", "HEAD"}:
            return Refusal(405, allow="GET, HEAD")
        return None if await self.static.answer(scope, answer.send) else Refusal(404)

    async def _ftp(self, scope: HTTPScope, answer: _Answer) -> Refusal | None:
        """Lead to the file server, with the address as it was written."""
        if scope["method"] not in {"GET", "HEAD"}:
            return Refusal(405, allow="GET, HEAD")
        location = self.ftp_url.encode() + scope["raw_path"].removeprefix(_FTP)
        headers = [
            (b"location", location),
            (b"cache-control", b"public, max-age=3600"),
            (b"surrogate-key", b"pydotorg-app ftp"),
            (b"content-length", b"0"),
        ]
        await answer.send({"type": "http.response.start", "status": 302, "headers": headers})
        await answer.send({"type": "http.response.body", "body": b"", "more_body": False})
        return None

    async def _refuse(self, refusal: Refusal, scope: HTTPScope, answer: _Answer) -> None:
        body = self.errors.render(
            refusal.status,
            path=scope["path"],
            trace_id=answer.trace_id,
            message=refusal.message,
            retry_after=refusal.retry_after,
        )
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        if refusal.retry_after:
            headers.append((b"retry-after", str(refusal.retry_after).encode()))
        if refusal.allow:
            headers.append((b"allow", refusal.allow.encode()))
        if refusal.status in {413, 414, 431}:
            headers.append((b"connection", b"close"))
        await answer.send(
            {"type": "http.response.start", "status": refusal.status, "headers": headers}
        )
        sent = b"" if scope["method"] == "HEAD" else body
        await answer.send({"type": "http.response.body", "body": sent, "more_body": False})


def _without_secret(scope: HTTPScope) -> HTTPScope:
    """Return a request as a trace may tell of it: the key of a mailed link opens something."""
    template = str(scope.get("path_template") or "")
    return cast("HTTPScope", {**scope, "path": template}) if "{key" in template else scope


class _Answer:
    """The way out: notes the status, adds what every response has."""

    def __init__(self, send: Send, always: RawHeaders) -> None:
        self._send = send
        self._always = always
        self.status = 500
        self.trace_id = ""
        self.gone = False

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            own = {name for name, _ in headers}
            headers.extend(item for item in self._always if item[0] not in own)
            if self.trace_id:
                headers.append((b"x-trace-id", self.trace_id.encode()))
            message["headers"] = headers
        try:
            await self._send(message)
        except OSError:
            self.gone = True
            raise


def refuse(scope: HTTPScope) -> Refusal | None:
    """Return why a request cannot be served by anything here, or None.

    Whatever a client sends is the client's doing: the answer is 4xx and says what is wrong.

    A page that is fresh in memory was sent before anybody comes here. Its address is known to be
    fine, and its headers are not added up: that would cost each hit as much as finding the page,
    the server has read them whole by then (and has a limit of its own), and nothing keeps them or
    sends them on.
    """
    raw, query = scope["raw_path"], scope["query_string"]
    if len(raw) > MAX_PATH:
        return Refusal(414, f"The path is longer than {MAX_PATH} bytes.")
    if len(query) > MAX_QUERY:
        return Refusal(414, f"The query is longer than {MAX_QUERY} bytes.")
    if query.count(b"&") >= MAX_PARAMETERS:
        return Refusal(400, f"The query has more than {MAX_PARAMETERS} parameters.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        return Refusal(431, f"The headers are longer than {MAX_HEADERS} bytes.")
    return _refuse_path(raw)


def _refuse_path(raw: bytes) -> Refusal | None:
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return Refusal(400, "The path is not UTF-8.")
    if any(character < " " or character == "\x7f" for character in path):
        return Refusal(400, "The path holds control characters.")
    if not path.startswith("/") or "//" in path or "\\" in path:
        # Also what a redirect to the slashed address would turn into another host.
        return Refusal(404)
    return None
