"""The outermost layer of a service's app: what happens to every request, whatever becomes of it.

- a server span and `X-Trace-Id` on every answer, also on 404 and 500;
- figures for /metrics;
- NUL and text that is not UTF-8 in an address are refused here, so that no handler and no
  database meets them;
- every session that was opened is closed, whatever Litestar forgot (a generator dependency is
  not ended where another dependency beside it fails);
- a request whose statement met a stale plan (DDL ran meanwhile), or a read that lost its
  connection, is tried once more;
- a read ends when its caller stops waiting (`X-Deadline-Ms`). A write goes on: its caller could
  not tell whether it happened.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, MutableMapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from servicekit import telemetry
from servicekit.database import close_all
from servicekit.metrics import Metrics
from servicekit.problems import FieldError, Invalid, NotFound, Problem, ProblemDetails, Unavailable

log = structlog.get_logger(__name__)

SESSIONS: Final = "servicekit.sessions"
"""In the scope's state: the sessions a request has opened."""
AGAIN: Final = "servicekit.again"
"""In the scope's state: set by the error handler where trying once more may help."""

DEADLINE: Final = b"x-deadline-ms"
"""Header in which a caller says for how many milliseconds it waits."""

_QUIET: Final = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked by machines every few seconds; a trace of each would bury the others."""


class Edge:
    """Wraps the app of a service."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        told = _Answer(send)
        started = time.perf_counter()
        self._metrics.active.inc()
        try:
            await self._traced(scope, receive, told)
        finally:
            self._metrics.active.dec()
            self._metrics.answered(
                scope["method"],
                str(scope.get("path_template") or ""),
                told.status,
                time.perf_counter() - started,
            )

    async def _traced(self, scope: HTTPScope, receive: Receive, told: _Answer) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
        outer = telemetry.extract(headers)
        start = time.time_ns()
        quiet = scope["path"] in _QUIET
        span = (
            telemetry.unrecorded_span()
            if quiet
            else telemetry.tracer().start_span(
                scope["method"], context=outer, kind=SpanKind.SERVER, start_time=start
            )
        )
        token = otel_context.attach(trace.set_span_in_context(span))
        known = span.get_span_context()
        if known.is_valid:
            told.trace_id = format(known.trace_id, "032x")
        try:
            async with asyncio.timeout(_patience(scope)):
                await self._serve(scope, receive, told)
        except TimeoutError as error:
            span.record_exception(error)
            if not told.started:
                problem = Unavailable("This took longer than its caller waits.", retry_after=1)
                await _send_problem(problem, scope, told)
        except Exception as error:
            span.record_exception(error)
            if told.started:
                raise
            log.exception("request failed outside of its handler")
            await _send_problem(Problem("Something went wrong here."), scope, told)
        finally:
            otel_context.detach(token)
            if not quiet:
                parent = trace.get_current_span(outer).get_span_context()
                telemetry.finish(span, scope, told.status, start=start, parent=parent)

    async def _serve(self, scope: HTTPScope, receive: Receive, told: _Answer) -> None:
        problem = _refuse(scope)
        if problem is not None:
            await _send_problem(problem, scope, told)
            return
        first: MutableMapping[str, Any] = {**scope, "state": dict(scope["state"])}
        body = _Body(receive)
        told.hold = lambda: bool(scope["state"].get(AGAIN))
        try:
            await self._app(scope, body, told.send)
        finally:
            await close_all(scope["state"].pop(SESSIONS, ()))
        if not told.held:
            return
        told.held, told.hold = False, None
        again: Any = first
        try:
            await self._app(again, body.again(), told.send)
        finally:
            await close_all(again["state"].pop(SESSIONS, ()))


class _Answer:
    """The way out: notes the status, adds the trace id, holds an answer back that is redone."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500
        self.trace_id: str | None = None
        self.held = False
        self.hold: Callable[[], bool] | None = None
        self.started = False

    async def send(self, message: Message) -> None:
        if self.held:
            return
        if message["type"] == "http.response.start":
            if self.hold is not None and self.hold():
                self.held = True
                return
            self.started = True
            self.status = message["status"]
            if self.trace_id is not None:
                headers = [*message.get("headers", ()), (b"x-trace-id", self.trace_id.encode())]
                message["headers"] = headers
        await self._send(message)


class _Body:
    """The way in: keeps what was read of the body, in case the request is done once more."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Any] = []

    async def __call__(self) -> Any:  # noqa: ANN401 - an ASGI message
        message = await self._receive()
        if message["type"] == "http.request":
            self._kept.append(message)
        return message

    def again(self) -> Receive:
        """Return a way in that begins with what was read already."""
        kept = iter(self._kept)

        async def receive() -> Any:  # noqa: ANN401 - an ASGI message
            for message in kept:
                return message
            return await self._receive()

        return receive


def _patience(scope: HTTPScope) -> float | None:
    """Return how many seconds the caller of a read waits, or None where nothing is said."""
    if scope["method"] not in {"GET", "HEAD"}:
        return None
    for name, value in scope["headers"]:
        if name == DEADLINE and value.isdigit() and len(value) < 10:
            return int(value) / 1000
    return None


def _refuse(scope: HTTPScope) -> Problem | None:
    """Return a problem for an address with NUL in it, or with bytes that are no UTF-8."""
    if "\x00" in scope["path"] or "\ufffd" in scope["path"]:
        return NotFound("No address has such characters in it.")
    query = scope["query_string"]
    if b"%" not in query and query.isascii():
        return None
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        try:
            text = unquote_to_bytes(name + b"=" + value).decode()
        except UnicodeDecodeError:
            return _bad_query(name, "This is not UTF-8.", "encoding")
        if "\x00" in text:
            return _bad_query(name, "NUL is not allowed.", "nul")
    return None


def _bad_query(name: bytes, message: str, code: str) -> Problem:
    shown = unquote_to_bytes(name).decode("utf-8", "replace").replace("\x00", "\ufffd")
    error = FieldError(loc=["query", shown[:100]], msg=message, code=code)
    return Invalid("The query is not valid.", errors=[error])


async def _send_problem(problem: Problem, scope: HTTPScope, told: _Answer) -> None:
    body = ProblemDetails.of(problem, scope["path"], told.trace_id).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await told.send({"type": "http.response.start", "status": problem.status, "headers": headers})
    sent = b"" if scope["method"] == "HEAD" else body
    await told.send({"type": "http.response.body", "body": sent, "more_body": False})
