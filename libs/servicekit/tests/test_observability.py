"""Traces, figures, logs and health of a service."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from servicekit import log as logs
from servicekit import telemetry
from servicekit.access import public
from servicekit.app import create_service
from servicekit.service import Service
from servicekit.settings import ServiceSettings
from servicekit.sqltrace import count_queries
from servicekit.testing import client_of, started

TRACE = "0af7651916cd43dd8448eb211c80319c"
SAMPLED = f"00-{TRACE}-b7ad6b7169203331-01"
UNSAMPLED = f"00-{TRACE}-b7ad6b7169203331-00"

_memory = InMemorySpanExporter()
_added = False


@pytest.fixture
def spans(app: Litestar) -> Iterator[Callable[[], list[ReadableSpan]]]:
    """The spans that ended since the test began."""
    global _added  # noqa: PLW0603 - the provider is one for the process
    assert app.state.runtime.service.name == "notes"
    if not _added:
        telemetry.add_processor(SimpleSpanProcessor(_memory))
        _added = True
    _memory.clear()
    yield lambda: list(_memory.get_finished_spans())
    _memory.clear()


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def test_request_and_statements_are_one_trace(
    client: httpx.AsyncClient, spans: Callable[[], list[ReadableSpan]]
) -> None:
    answer = await client.get("/notes", headers={"traceparent": SAMPLED})
    assert answer.headers["x-trace-id"] == TRACE
    *statements, server = spans()
    assert server.kind is SpanKind.SERVER
    assert server.name == "GET /notes"
    assert server.parent is not None
    assert format(server.parent.span_id, "016x") == "b7ad6b7169203331"
    said = attributes(server)
    assert said["http.route"] == "/notes"
    assert said["http.response.status_code"] == 200
    assert len(statements) == 2
    for span in statements:
        assert span.kind is SpanKind.CLIENT
        assert span.parent is not None
        assert span.parent.span_id == server.context.span_id
        assert attributes(span)["db.system.name"] == "postgresql"
        assert attributes(span)["db.operation.name"] == "SELECT"
        assert span.name == "SELECT note"
    # No span for each message of a request or an answer.
    assert len(spans()) == 3


async def test_values_are_not_in_the_spans(
    client: httpx.AsyncClient,
    allowed: dict[str, str],
    spans: Callable[[], list[ReadableSpan]],
) -> None:
    canary = "canary-7f3a"
    await client.get(f"/notes?title={canary}", headers={"traceparent": SAMPLED})
    await client.post("/notes", json={"title": canary}, headers={**allowed, "traceparent": SAMPLED})
    assert spans()
    for span in spans():
        assert canary not in span.to_json()


async def test_a_failure_is_told_though_its_trace_is_not_sampled(
    client: httpx.AsyncClient, spans: Callable[[], list[ReadableSpan]]
) -> None:
    fine = await client.get("/notes", headers={"traceparent": UNSAMPLED})
    assert fine.headers["x-trace-id"] == TRACE
    assert spans() == []
    await client.post("/wrong/crash", headers={"traceparent": UNSAMPLED})
    (span,) = spans()
    assert format(span.context.trace_id, "032x") == TRACE
    assert span.status.status_code is StatusCode.ERROR
    assert span.name == "POST /wrong/crash"
    assert span.parent is not None
    assert format(span.parent.span_id, "016x") == "b7ad6b7169203331"
    assert (span.end_time or 0) > (span.start_time or 0)


async def test_a_failing_statement_is_marked(
    app: Litestar, spans: Callable[[], list[ReadableSpan]]
) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    with telemetry.tracer().start_as_current_span("test"):
        async with app.state.runtime.database.read() as session:
            with pytest.raises(DBAPIError):
                await session.execute(text("SELECT 1/0"))
    statement = spans()[0]
    assert statement.status.status_code is StatusCode.ERROR
    assert attributes(statement)["error.type"] == "22012"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_machines_that_ask_all_the_time_leave_no_traces(
    client: httpx.AsyncClient, spans: Callable[[], list[ReadableSpan]], path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert len(answer.headers["x-trace-id"]) == 32
    assert spans() == []


async def test_every_answer_tells_its_trace(client: httpx.AsyncClient) -> None:
    seen = set()
    for path in ("/notes", "/nowhere", "/notes/1", "/notes?limit=x", "/schema/openapi.json"):
        answer = await client.get(path)
        seen.add(answer.headers["x-trace-id"])
    assert len(seen) == 5
    bad = await client.get("/notes", headers={"traceparent": "00-zz-1-01"})
    assert len(bad.headers["x-trace-id"]) == 32


@pytest.mark.usefixtures("app")
async def test_an_outgoing_call_carries_the_trace() -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("traceparent"))
        return httpx.Response(200)

    async with telemetry.follow(httpx.AsyncClient(transport=httpx.MockTransport(answer))) as client:
        with telemetry.tracer().start_as_current_span("test"):
            await client.get("http://elsewhere/")
            expected = telemetry.current_traceparent()
        await client.get("http://elsewhere/")
    assert seen == [expected, None]


async def test_statements_are_counted(client: httpx.AsyncClient, app: Litestar) -> None:
    with count_queries(app.state.runtime.database.engine) as counted:
        await client.get("/notes")
    assert len(counted) == 2
    assert all(text.startswith("SELECT") for text in counted.texts)
    await client.get("/notes")
    assert len(counted) == 2


async def test_metrics_count_by_route_template(client: httpx.AsyncClient) -> None:
    for number in range(3):
        await client.get(f"/notes/{number}")
    await client.get("/some/path/nobody/has")
    text = (await client.get("/metrics")).text
    assert (
        'http_server_requests_total{method="GET",route="/notes/{note_id}",status="404"} 3.0' in text
    )
    assert 'route="(no route)",status="404"} 1.0' in text
    assert "/notes/1" not in text
    assert "nobody" not in text
    assert "http_server_request_duration_seconds_bucket" in text
    assert "db_pool_in_use 0.0" in text


async def test_a_gauge_is_read_when_asked_for(app: Litestar, client: httpx.AsyncClient) -> None:
    depth = 3.0
    app.state.runtime.metrics.gauge("depth", "How deep", lambda: depth)
    assert "depth 3.0" in (await client.get("/metrics")).text
    depth = 4.0
    assert "depth 4.0" in (await client.get("/metrics")).text


async def test_readiness_asks_and_liveness_does_not(
    client: httpx.AsyncClient, app: Litestar
) -> None:
    runtime = app.state.runtime
    assert (await client.get("/readyz")).json()["checks"] == {"database": "ok"}

    async def silent() -> str | None:
        raise OSError("with a secret in it")

    async def away() -> str | None:
        return "is away"

    runtime.checks.update(bus=away, other=silent)
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "checks": {"database": "ok", "bus": "is away", "other": "OSError"},
    }
    assert (await client.get("/livez")).json() == {"status": "ok"}
    runtime.checks.clear()
    assert (await client.get("/readyz")).status_code == 200
    runtime.draining = True
    assert (await client.get("/readyz")).status_code == 503
    assert (await client.get("/livez")).status_code == 200


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def json_log() -> Iterator[None]:
    logs.configure("notes", level="INFO", form="json")
    yield
    logs.configure("notes", level="INFO", form="console")


@pytest.mark.usefixtures("json_log")
async def test_log_lines_carry_the_trace(
    notes: Service, settings: ServiceSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    @get("/say", opt=public())
    async def say() -> None:
        structlog.get_logger("here").info("said", size=3)
        logging.getLogger("there").warning("also %s", "said")

    service = replace(notes, routes=[*notes.routes, say])
    async with started(create_service(service, settings)) as app, client_of(app) as client:
        await client.get("/say", headers={"traceparent": SAMPLED})
    first, second = (line for line in lines(capsys) if line["logger"] in {"here", "there"})
    assert first["event"] == "said"
    assert first["size"] == 3
    assert first["service"] == "notes"
    assert first["level"] == "info"
    assert second["event"] == "also said"
    assert second["level"] == "warning"
    for line in (first, second):
        assert line["trace_id"] == TRACE
        assert len(line["span_id"]) == 16


@pytest.mark.usefixtures("json_log")
async def test_an_unexpected_error_is_logged_once_with_its_trace(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    answer = await client.post("/wrong/crash")
    (line,) = lines(capsys)
    assert line["level"] == "error"
    assert line["trace_id"] == answer.json()["trace_id"]
    assert line["exception"][0]["exc_type"] == "ZeroDivisionError"


@pytest.mark.usefixtures("json_log")
def test_secrets_do_not_reach_the_log(capsys: pytest.CaptureFixture[str], issue_token: Any) -> None:
    token = issue_token("notes")
    canary = "c4n4ry"
    log = structlog.get_logger("x")
    log.info(
        "call",
        headers={"Authorization": f"Bearer {canary}", "cookie": canary, "accept": "*/*"},
        password=canary,
        nested=[{"api_key": canary, "deep": {"client_secret": canary}}],
        url=f"https://u:{canary}@host/x?token={canary}&page=2",
        text=f"ApiKey jane:{canary} and {token}",
        pem=f"-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----",
        who="jane.doe@example.org",
        session_id=b"c4n4ry",
    )
    logging.getLogger("y").error("failed for %s", f"postgresql://me:{canary}@db/x")
    try:
        int(f"Bearer {canary}")
    except ValueError:
        log.exception("broken")
    said = capsys.readouterr().err
    assert canary not in said
    assert token not in said
    assert "jane.doe" not in said
    assert "page=2" in said
    assert "*/*" in said
    assert logs.HIDDEN in said


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_collector_that_is_away_costs_no_error(free_port: Callable[[], int]) -> None:
    done = run_python(
        """
        import threading, time
        from servicekit import log, telemetry
        log.configure("x")
        telemetry.configure("x")
        for n in range(5000):
            with telemetry.tracer().start_as_current_span("s"):
                pass
        start = time.monotonic()
        telemetry.flush(1.0)
        assert time.monotonic() - start < 20
        """,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}",
        OTEL_EXPORTER_OTLP_TIMEOUT="1",
    )
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(said) <= 2
    assert {line["level"] for line in said} <= {"warning"}


def test_spans_reach_the_collector_named_by_the_standard_variable(
    free_port: Callable[[], int],
) -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    got: list[ExportTraceServiceRequest] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            import gzip

            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            got.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", free_port()), Collector)
    Thread(target=server.serve_forever, daemon=True).start()
    code = """
        from servicekit import telemetry
        telemetry.configure("notes", version="1.2", ratio={ratio})
        with telemetry.tracer().start_as_current_span("hello"):
            pass
        telemetry.flush()
        """
    try:
        for ratio in (0.0, 1.0):
            done = run_python(
                code.replace("{ratio}", str(ratio)),
                OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}",
            )
            assert done.returncode == 0, done.stderr
            assert len(got) == (0 if ratio == 0 else 1)
    finally:
        server.shutdown()
        server.server_close()
    (resource,) = got[0].resource_spans
    named = {item.key: item.value.string_value for item in resource.resource.attributes}
    assert named["service.name"] == "notes"
    assert named["service.version"] == "1.2"
    assert resource.scope_spans[0].spans[0].name == "hello"
