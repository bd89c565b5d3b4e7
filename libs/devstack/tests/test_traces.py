"""The trace viewer: what it takes in, what it refuses, what it keeps and what it shows."""

import gzip
import html
import re
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from devstack.traces import receiver
from devstack.traces.app import create_app
from devstack.traces.drawing import Drawing, length
from devstack.traces.model import Span, rows
from devstack.traces.settings import Settings
from devstack.traces.store import Filter, Store

T0 = 1_790_000_000_000_000_000
PROTOBUF = {"content-type": "application/x-protobuf"}
SERVER, CLIENT = SpanMessage.SPAN_KIND_SERVER, SpanMessage.SPAN_KIND_CLIENT
PRODUCER, CONSUMER = SpanMessage.SPAN_KIND_PRODUCER, SpanMessage.SPAN_KIND_CONSUMER


class Export:
    """Builds a request of spans."""

    def __init__(self) -> None:
        self.message = ExportTraceServiceRequest()

    def add(
        self,
        number: int,
        name: str,
        *,
        service: str = "gateway",
        trace: int = 1,
        parent: int = 0,
        kind: "SpanMessage.SpanKind.ValueType" = SERVER,
        start: float = 0.0,
        took: float = 1.0,
        error: str = "",
        **attributes: str,
    ) -> SpanMessage:
        """Add a span; times in milliseconds; `a__b` names the attribute `a.b`."""
        group = self.message.resource_spans.add()
        group.resource.attributes.add(key="service.name").value.string_value = service
        span = group.scope_spans.add().spans.add(
            trace_id=trace.to_bytes(16),
            span_id=number.to_bytes(8),
            parent_span_id=parent.to_bytes(8) if parent else b"",
            name=name,
            kind=kind,
            start_time_unix_nano=T0 + int(start * 1e6),
            end_time_unix_nano=T0 + int((start + took) * 1e6),
        )
        for key, text in attributes.items():
            span.attributes.add(key=key.replace("__", ".")).value.string_value = text
        if error:
            span.status.code = Status.STATUS_CODE_ERROR
            span.status.message = error
        return span

    @property
    def body(self) -> bytes:
        return self.message.SerializeToString()


def published() -> Export:
    """A request that publishes an event, and its consumer that runs later."""
    export = Export()
    export.add(1, "POST /releases", service="downloads", took=20, http__route="/releases")
    export.add(2, "INSERT downloads", service="downloads", parent=1, kind=CLIENT, start=5, took=4)
    export.add(
        3,
        "publish downloads.release.created",
        service="downloads",
        parent=1,
        kind=PRODUCER,
        start=21,
        took=2,
    )
    late = export.add(
        4,
        "hear downloads.release.created",
        parent=3,
        kind=CONSUMER,
        start=60,
        took=5,
        error="it broke",
    )
    event = late.events.add(time_unix_nano=T0 + int(62e6), name="exception")
    event.attributes.add(key="exception.message").value.string_value = "<script>alert(1)</script>"
    late.links.add(trace_id=(7).to_bytes(16), span_id=(9).to_bytes(8))
    return export


def spans_of(export: Export) -> list[Span]:
    spans, rejected = receiver.read(export.body)
    assert rejected == 0
    return spans


def make_client(settings: Settings | None = None) -> httpx.AsyncClient:
    app = create_app(settings or Settings())
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type] # Litestar types it closer
    return httpx.AsyncClient(transport=transport, base_url="http://viewer")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with make_client() as made:
        yield made


async def send(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return await client.post("/v1/traces", content=body, headers=PROTOBUF | named)


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
async def test_spans_come_out_as_they_came_in(client: httpx.AsyncClient, encoding: str) -> None:
    body = published().body
    packed = {"": body, "gzip": gzip.compress(body), "deflate": zlib.compress(body)}[encoding]
    answer = await send(client, packed, content_encoding=encoding)
    assert answer.status_code == 200
    assert not ExportTraceServiceResponse.FromString(answer.content).partial_success.rejected_spans

    found = (await client.get(f"/api/traces/{1:032x}")).json()
    assert found["services"] == ["downloads", "gateway"]
    assert found["duration_ms"] == 65
    assert found["errors"] == 1
    assert [span["name"].split()[0] for span in found["spans"]] == [
        "POST",
        "INSERT",
        "publish",
        "hear",
    ]
    last = found["spans"][-1]
    assert last["parent_id"] == f"{3:016x}"
    assert last["message"] == "it broke"
    assert last["events"][0]["attributes"] == {"exception.message": "<script>alert(1)</script>"}
    assert last["links"][0]["trace_id"] == f"{7:032x}"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"content_type": "application/json"}, 415),
        (b"", {"content_type": ""}, 415),
        (b"\xff" * 40, {}, 400),
        (b"not gzip", {"content_encoding": "gzip"}, 400),
        (gzip.compress(b"cut off in the middle")[:-9], {"content_encoding": "gzip"}, 400),
        (b"", {"content_encoding": "gzip"}, 400),
        (b"", {"content_encoding": "br"}, 400),
        (gzip.compress(bytes(receiver.MOST_BYTES + 1)), {"content_encoding": "gzip"}, 413),
        (bytes(receiver.MOST_BYTES + 1), {}, 413),
        (b"", {}, 200),
    ],
    ids=range(10),
)
async def test_broken_requests_are_refused_with_a_reason(
    client: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await send(client, body, **headers)
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.text


async def test_spans_with_wrong_ids_or_times_are_counted_and_the_others_kept(
    client: httpx.AsyncClient,
) -> None:
    export = published()
    export.add(11, "short trace id").trace_id = b"123"
    export.add(12, "no span id").span_id = bytes(8)
    export.add(13, "no begin").start_time_unix_nano = 0
    export.add(14, "far future").end_time_unix_nano = 2**64 - 1
    answer = ExportTraceServiceResponse.FromString((await send(client, export.body)).content)
    assert answer.partial_success.rejected_spans == 4
    assert (await client.get(f"/api/traces/{1:032x}")).json()["spans"][3]["name"].startswith("hear")


@given(body=st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    try:
        spans, rejected = receiver.read(body)
    except receiver.Broken:
        return
    assert rejected >= 0
    store = Store(traces=10, size=10_000, spans=10)
    store.add(spans)


@given(cut=st.integers(0, 400), flipped=st.integers(0, 400), value=st.integers(0, 255))
def test_damaged_requests_are_read_or_refused_and_what_is_read_can_be_drawn(
    cut: int, flipped: int, value: int
) -> None:
    body = bytearray(published().body)
    body[flipped % len(body)] = value
    try:
        spans, _ = receiver.read(bytes(body[: len(body) - cut]))
    except receiver.Broken:
        return
    store = Store(traces=10, size=1_000_000, spans=100)
    store.add(spans)
    for trace in store.find(Filter(), 10):
        assert len(Drawing(trace, most=100).bars) == len(trace.spans)


def test_the_oldest_traces_make_room_by_number_and_by_bytes() -> None:
    many = Export()
    for number in range(1, 51):
        many.add(number, "x" * 1000, trace=number)
    by_number = Store(traces=10, size=10**9, spans=100)
    by_number.add(spans_of(many))
    assert len(by_number) == 10
    assert by_number.evicted == 40
    assert by_number.get(f"{50:032x}") is not None
    assert by_number.get(f"{40:032x}") is None

    by_bytes = Store(traces=1000, size=20_000, spans=100)
    by_bytes.add(spans_of(many))
    assert by_bytes.size <= 20_000
    assert 5 < len(by_bytes) < 20

    one = Export()
    for number in range(1, 51):
        one.add(number, "same trace")
    bounded = Store(traces=10, size=10**9, spans=20)
    bounded.add(spans_of(one))
    trace = bounded.get(f"{1:032x}")
    assert trace is not None
    assert (len(trace.spans), trace.dropped) == (20, 30)


def test_a_repeated_export_changes_nothing() -> None:
    store = Store(traces=10, size=10**9, spans=100)
    store.add(spans_of(published()))
    size = store.size
    store.add(spans_of(published()))
    assert store.size == size
    assert len(store) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {1, 2, 3}),
        ("service=downloads", {1}),
        ("route=release.created", {1}),
        ("route=/DOWNLOADS/", {2}),
        ("min_ms=50", {1, 3}),
        ("errors=true", {1}),
        (f"before={T0 + 1_000_000_000}", {1}),
        ("service=gateway&min_ms=1000", {3}),
        ("service=nobody", set()),
    ],
)
async def test_the_list_is_filtered(
    client: httpx.AsyncClient, query: str, expected: set[int]
) -> None:
    export = published()
    export.add(21, "GET /downloads/{slug}", trace=2, start=2000, http__route="/downloads/{slug}")
    export.add(31, "tick", trace=3, start=3000, took=5000)
    await send(client, export.body)
    found = (await client.get(f"/api/traces?{query}")).json()["traces"]
    assert {int(trace["trace_id"], 16) for trace in found} == expected
    assert [trace["start"] for trace in found] == sorted(
        (trace["start"] for trace in found), reverse=True
    )
    page = (await client.get(f"/?{query}")).text
    assert {int(match, 16) for match in re.findall(r"/trace/(\w{32})", page)} == expected


@pytest.mark.parametrize("query", ["min_ms=long", "min_ms=-1", "before=x", "errors=maybe"])
@pytest.mark.parametrize("path", ["/", "/api/traces"])
async def test_wrong_filters_are_refused_and_named(
    client: httpx.AsyncClient, path: str, query: str
) -> None:
    answer = await client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text


@pytest.mark.parametrize("given_id", [f"{1:032x}", f"00-{1:032x}-{3:016x}-01", f" {1:032X} "])
async def test_a_trace_id_or_traceparent_leads_to_its_page(
    client: httpx.AsyncClient, given_id: str
) -> None:
    answer = await client.get("/", params={"trace_id": given_id})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/trace/{1:032x}"


@pytest.mark.parametrize("path", ["/trace/nothing", f"/trace/{5:032x}", "/trace/%00%ff", "/x"])
async def test_what_is_not_there_is_a_404_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert (await client.get(f"/api/traces/{5:032x}")).json()["detail"]


async def test_the_waterfall_shows_every_span_with_what_it_carries(
    client: httpx.AsyncClient,
) -> None:
    await send(client, published().body)
    answer = await client.get(f"/trace/{1:032x}")
    page = answer.text
    assert re.findall(r'<details class="span c\d+(?: failed)?" id="s-(\w+)"', page) == [
        f"{number:016x}" for number in (1, 2, 3, 4)
    ]
    assert "<script" not in page
    assert html.escape("<script>alert(1)</script>", quote=False) in page
    assert "it broke" in page
    assert 'class="gap"' in page, "the hop from publisher to consumer is drawn"
    assert "37 ms after its parent ended" in page
    assert f'href="/trace/{7:032x}#s-{9:016x}"' in page
    assert f'href="#s-{3:016x}"' in page
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "style=" not in page, "the policy refuses inline styles"


async def test_zooming_shows_one_span_and_what_it_led_to(client: httpx.AsyncClient) -> None:
    await send(client, published().body)
    page = (await client.get(f"/trace/{1:032x}?span={3:016x}")).text
    assert re.findall(r' id="s-(\w+)"', page) == [f"{number:016x}" for number in (3, 4)]
    assert "44 ms" in page
    assert len(re.findall(r' id="s-', (await client.get(f"/trace/{1:032x}?span=no")).text)) == 4


def test_trees_that_are_no_trees_are_walked_once() -> None:
    export = Export()
    export.add(1, "loop a", parent=2, start=1)
    export.add(2, "loop b", parent=1, start=2)
    export.add(3, "own parent", parent=3, start=3)
    export.add(4, "orphan", parent=99, start=4)
    store = Store(traces=1, size=10**9, spans=10)
    store.add(spans_of(export))
    trace = store.get(f"{1:032x}")
    assert trace is not None
    walked = list(rows(trace.spans))
    assert sorted(row.span.name for row in walked) == ["loop a", "loop b", "orphan", "own parent"]
    assert [row.orphan for row in walked if row.span.name == "orphan"] == [True]
    assert len(Drawing(trace, most=2).bars) == 2
    assert Drawing(trace, most=2).hidden == 2


def test_own_time_leaves_out_children_that_overlap() -> None:
    export = Export()
    export.add(1, "parent", took=100)
    export.add(2, "a", parent=1, start=10, took=30)
    export.add(3, "b", parent=1, start=20, took=30, service="downloads")
    export.add(4, "after the parent", parent=1, start=150, took=10, service="downloads")
    store = Store(traces=1, size=10**9, spans=10)
    store.add(spans_of(export))
    trace = store.get(f"{1:032x}")
    assert trace is not None
    drawing = Drawing(trace, most=10)
    assert drawing.bars[0].self_time == 60_000_000
    assert {share.service: share.time for share in drawing.shares} == {
        "gateway": 90_000_000,
        "downloads": 40_000_000,
    }


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (1_500, "1.5 µs"),
        (999_900, "1000 µs"),
        (12_345_678, "12.3 ms"),
        (1_500_000_000, "1.5 s"),
        (125_000_000_000, "2 min 5 s"),
    ],
)
def test_lengths_are_written_in_the_unit_that_suits(nanoseconds: int, text: str) -> None:
    assert length(nanoseconds) == text


async def test_every_answer_of_the_list_is_bounded() -> None:
    export = Export()
    for number in range(1, 131):
        export.add(number, f"name {number}", trace=number, start=number * 10)
    async with make_client(Settings(traces_kept=120)) as client:
        await send(client, export.body)
        page = (await client.get("/")).text
        assert len(re.findall(r'href="/trace/', page)) == 100
        older = re.search(r'href="([^"]+)" rel="next"', page)
        assert older is not None
        rest = (await client.get(html.unescape(older[1]))).text
        assert len(re.findall(r'href="/trace/', rest)) == 20
        assert "10 older ones have made room" in rest
