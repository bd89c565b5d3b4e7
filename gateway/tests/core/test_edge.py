"""What every request meets: headers, limits, the fast path, PURGE, /ftp/, the read-only switch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute

from gateway.app import create_app
from gateway.cache.policy import CachePolicy
from gateway.web.client import System
from gateway.web.edge import MAX_HEADERS, MAX_PATH, MAX_QUERY
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

from .conftest import Start, visiting
from .conftest import settings as away

SECURITY = {
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "strict-transport-security",
    "x-trace-id",
}
COUNT = {"n": 0}


@page("/plain/", name="plain", cache=CachePolicy(params=("q", "a")))
async def plain(ctx: PageContext) -> Page:
    COUNT["n"] += 1
    ctx.use("plain")
    said = "&".join(f"{k}={v}" for k, v in ctx.params.items())
    return ctx.respond(f"<p>{COUNT['n']} {said} {'x' * 2000}</p>", "text/html; charset=utf-8")


@page("/mine/", name="mine", cache=CachePolicy(variants=("system",)))
async def mine(ctx: PageContext) -> Page:
    return ctx.respond(ctx.system.value, "text/plain")


@page("/cookie/", name="cookie")
async def cookie(_: PageContext) -> Page:
    COUNT["n"] += 1
    return Page(str(COUNT["n"]).encode(), headers=(("Set-Cookie", "a=b"),))


@page("/private/", name="private", cache=None)
async def private(ctx: PageContext) -> Page:
    COUNT["n"] += 1
    return ctx.respond(str(COUNT["n"]), "text/plain")


@page("/thing/{slug:str}/", name="thing")
async def thing(ctx: PageContext) -> Page:
    slug = ctx.path_params["slug"]
    if slug.startswith("no"):
        raise NotFound
    return ctx.respond(slug, "text/plain")


THERE = {"draft": True}


@page("/release/", name="release")
async def release(ctx: PageContext) -> Page:
    COUNT["n"] += 1
    ctx.use("release:x")
    if THERE["draft"]:
        raise NotFound
    return ctx.respond("published", "text/plain")


@page("/old/", name="old")
async def old(_: PageContext) -> Page:
    raise Redirect("/naïve/?a=b\r\nSet-Cookie: x", 302)


@page("/feed.rss", name="feed")
async def feed(ctx: PageContext) -> Page:
    return ctx.respond("<rss/>", "application/rss+xml")


@page("/latest", name="latest", slash="either")
async def latest(_: PageContext) -> Page:
    raise Redirect("/plain/")


@page("/defect/", name="defect")
async def defect(_: PageContext) -> Page:
    raise ZeroDivisionError("a secret of the code")


@page("/down/", name="down")
async def down(ctx: PageContext) -> Page:
    await ctx.backends.downloads.latest()
    raise AssertionError


PAGES = (plain, mine, cookie, private, thing, release, old, feed, latest, defect, down)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[httpx.AsyncClient]:
    """One gateway for the tests that do not mind what others have visited."""
    async with visiting(create_app(away(), PAGES)) as client:
        yield client


SHARED = pytest.mark.asyncio(loop_scope="module")


async def test_a_hit_is_the_same_page(start: Start) -> None:
    site, _ = await start(PAGES)
    first = await site.get("/plain/")
    second = await site.get("/plain/")
    assert (first.headers["x-cache"], second.headers["x-cache"]) == ("miss", "hit")
    assert first.content == second.content
    apart = {"x-cache", "x-trace-id"}
    assert {k: v for k, v in first.headers.items() if k not in apart} == {
        k: v for k, v in second.headers.items() if k not in apart
    }
    assert first.headers["x-trace-id"] != second.headers["x-trace-id"]
    assert first.headers["surrogate-key"] == "pydotorg-app plain"
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert "surrogate-control" not in first.headers


async def test_only_declared_parameters_make_another_page(start: Start) -> None:
    site, _ = await start(PAGES)
    bodies = {
        query: (await site.get(f"/plain/?{query}")).text
        for query in ("", "utm=1", "q=", "q=1", "q=1&q=2", "x=3&q=1", "q=2", "a=1&q=2", "q=2&a=1")
    }
    assert bodies[""] == bodies["utm=1"] == bodies["q="]
    assert bodies["q=1"] == bodies["q=1&q=2"] == bodies["x=3&q=1"]
    assert bodies["a=1&q=2"] == bodies["q=2&a=1"]
    assert len(set(bodies.values())) == 4


async def test_validators_and_encodings(start: Start) -> None:
    site, _ = await start(PAGES)
    for _ in range(2):  # composed, then from memory
        plain = await site.get("/plain/", headers={"Accept-Encoding": "identity"})
        async with site.stream("GET", "/plain/", headers={"Accept-Encoding": "br"}) as packed:
            raw = b"".join([chunk async for chunk in packed.aiter_raw()])
        assert packed.headers["content-encoding"] == "br"
        assert brotli.decompress(raw) == plain.content
        assert packed.headers["etag"] != plain.headers["etag"]
        again = await site.get(
            "/plain/", headers={"Accept-Encoding": "br", "If-None-Match": packed.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == packed.headers["etag"]
        assert set(again.headers) >= SECURITY
        other = await site.get("/plain/", headers={"If-None-Match": '"other"'})
        assert other.status_code == 200


@SHARED
async def test_head_is_get_without_a_body(shared: httpx.AsyncClient) -> None:
    site = shared
    for path in ("/plain/", "/plain/", "/old/", "/static/css/site.css", "/nothing/", "/ftp/x"):
        head, got = await site.head(path), await site.get(path)
        assert head.status_code == got.status_code
        assert head.content == b""
        assert head.headers["content-length"] == got.headers["content-length"], path


@pytest.mark.parametrize(
    ("headers", "system"),
    [
        ({"Sec-CH-UA-Platform": '"Windows"', "User-Agent": "Mozilla/5.0 (Macintosh)"}, "windows"),
        ({"User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"}, "macos"),
        ({"User-Agent": "curl/8"}, "unknown"),
    ],
)
async def test_a_page_for_a_system_is_for_that_system(
    start: Start, headers: dict[str, str], system: str
) -> None:
    site, _ = await start(PAGES)
    await site.get("/mine/", headers={"Sec-CH-UA-Platform": '"Android"'})
    for outcome in ("miss", "hit"):
        answer = await site.get("/mine/", headers=headers)
        assert (answer.text, answer.headers["x-cache"]) == (system, outcome)
        assert answer.headers["cache-control"].startswith("private")
        assert "user-agent" not in answer.headers.get("vary", "").lower()


def test_a_page_that_did_not_ask_cannot_know_the_system() -> None:
    ctx = PageContext("x", "/", {}, {}, *([None] * 6))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        ctx.system  # noqa: B018
    ctx.variant = System.IOS
    assert ctx.system is System.IOS


async def test_what_sets_a_cookie_or_asks_not_to_is_not_kept(start: Start) -> None:
    site, app = await start(PAGES)
    for path in ("/cookie/", "/private/"):
        one, two = await site.get(path), await site.get(path)
        assert one.text != two.text
        assert one.headers["cache-control"] == "no-store"
    assert len(app.state.store.memory) == 0


async def test_what_is_not_there_is_not_kept_without_a_key(start: Start) -> None:
    site, app = await start(PAGES)
    answer = await site.get("/thing/no-such/")
    assert answer.status_code == 404
    assert answer.headers["x-trace-id"] in answer.text
    assert len(app.state.store.memory) == 0


async def test_what_appears_and_goes_again_is_told_at_once(start: Start) -> None:
    site, app = await start(PAGES)
    for draft, status in ((True, 404), (False, 200), (True, 404), (False, 200)):
        THERE["draft"] = draft
        await app.state.store.purge({"release:x"})
        composed = COUNT["n"]
        for _ in range(3):
            answer = await site.get("/release/")
            assert answer.status_code == status
            assert status == 200 or answer.headers["x-trace-id"] in answer.text
        assert COUNT["n"] == composed + 1


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/plain", 301, "/plain/"),
        ("/plain?q=1&b=2", 301, "/plain/?q=1&b=2"),
        ("/thing/caf%C3%A9", 301, "/thing/caf%C3%A9/"),
        ("/feed.rss/", 404, None),
        ("/latest", 302, "/plain/"),
        ("/latest/", 302, "/plain/"),
        ("/nothing", 404, None),
        ("/%2Fevil.com", 404, None),
        ("/plain//", 404, None),
        ("/\\evil.com", 404, None),
        ("/old/", 302, "/na%C3%AFve/?a=b%0D%0ASet-Cookie:%20x"),
    ],
)
@SHARED
async def test_addresses(
    shared: httpx.AsyncClient, path: str, status: int, location: str | None
) -> None:
    site = shared
    for _ in range(2):
        answer = await site.get(path)
        assert (answer.status_code, answer.headers.get("location")) == (status, location)
        assert "set-cookie" not in answer.headers


@SHARED
async def test_a_double_slash_leads_nowhere(shared: httpx.AsyncClient) -> None:
    site = shared
    answer = await site.get(httpx.URL("http://site.test", raw_path=b"//evil.com/x"))
    assert answer.status_code == 404


@SHARED
async def test_a_defect_tells_nothing_but_its_trace(shared: httpx.AsyncClient) -> None:
    site = shared
    answer = await site.get("/defect/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-trace-id"] in answer.text


@SHARED
async def test_a_page_that_cannot_be_had_says_so_in_the_frame(shared: httpx.AsyncClient) -> None:
    site = shared
    answer = await site.get("/down/")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["x-trace-id"] in answer.text
    assert "css/site" in answer.text


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", b"/" + b"a" * MAX_PATH, {}, 414),
        ("GET", b"/plain/?q=" + b"a" * MAX_QUERY, {}, 414),
        ("GET", b"/plain/?" + b"a&" * 64, {}, 400),
        ("GET", b"/private/", {"X-Long": "x" * MAX_HEADERS}, 431),
        ("GET", b"/thing/%00/", {}, 400),
        ("GET", b"/thing/a%0d%0ab/", {}, 400),
        ("GET", b"/thing/%ff%fe/", {}, 400),
        ("GET", b"/thing/%c0%af/", {}, 400),
        ("GET", b"/plain/?q=%00", {}, 400),
        ("GET", b"/plain/?q=%ff", {}, 400),
        ("GET", b"/plain/?q=" + b"a" * 201, {}, 400),
        ("GET", b"/plain/?%ff=%00&&&=;%", {}, 200),
        ("GET", b"/plain/", {"Range": "bytes=9-1", "If-Match": "x", "If-None-Match": "\x7f"}, 200),
        ("GET", b"/plain/", {"If-Modified-Since": "yesterday", "Accept": "\x7f"}, 200),
        ("POST", b"/plain/", {}, 405),
        ("BREW", b"/plain/", {}, 405),
        ("DELETE", b"/static/css/site.css", {}, 405),
        ("POST", b"/ftp/python/", {}, 405),
        ("GET", b"/static/../settings.py", {}, 404),
        ("GET", b"/static/%2e%2e/%2e%2e/settings.py", {}, 404),
        ("GET", b"/images/..%2f..%2fetc/passwd", {}, 404),
    ],
)
@SHARED
async def test_bad_input_is_the_clients_doing(
    shared: httpx.AsyncClient, method: str, target: bytes, headers: dict[str, str], status: int
) -> None:
    site = shared
    for _ in range(2):
        answer = await site.request(
            method, httpx.URL("http://site.test", raw_path=target), headers=headers
        )
        assert answer.status_code == status
        assert set(answer.headers) >= SECURITY


@SHARED
async def test_a_bad_parameter_is_named(shared: httpx.AsyncClient) -> None:
    site = shared
    assert "“q”" in (await site.get("/plain/?q=%00")).text


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.binary(max_size=120),
    query=st.binary(max_size=120),
    header=st.binary(max_size=80),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "X"]),
)
def test_hostile_bytes_are_never_a_5xx(
    path: bytes, query: bytes, header: bytes, method: str
) -> None:
    async def visit() -> None:
        status = None

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"\xff\x00", "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)

        raw = b"/" + path.replace(b"?", b"").replace(b"#", b"")
        names = (b"accept-encoding", b"if-none-match", b"cookie", b"host", b"content-type")
        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": raw.decode("utf-8", "replace"),
            "raw_path": raw,
            "query_string": query,
            "root_path": "",
            "headers": [(name, header) for name in names],
            "client": ("203.0.113.9", 1),
            "server": ("site.test", 80),
        }
        await APP(scope, receive, send)  # type: ignore[arg-type]
        assert status is not None
        assert status < 500

    asyncio.run(visit())


APP = create_app(away(), (plain, mine, thing, feed, latest))


async def test_every_route_has_the_headers(start: Start) -> None:
    """Walked from the app that ships: each route, and what is answered beside routes."""
    site, app = await start()
    paths = [
        path.replace("{rest:path}", "x").replace("{slug:str}", "x").replace("{pk:str}", "1")
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for path in [route.path]
    ]
    assert len(paths) > 20
    quiet = {"/livez", "/readyz", "/metrics", "/_health"}
    for path in (*paths, "/static/css/site.css", "/ftp/x", "/nothing", "/a%00"):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            answer = await site.request(method, path)
            wanted = SECURITY - ({"x-trace-id"} if path in quiet else set())
            missing = wanted - set(answer.headers)
            assert not missing, (method, path, missing)
            assert "unsafe" not in answer.headers["content-security-policy"]


async def test_ftp_leads_to_the_file_server_as_it_was_written(start: Start) -> None:
    site, _ = await start(PAGES, ftp_url="https://files.example/ftp")
    answer = await site.get("/ftp/python/3.15.0/Python-3.15.0%2Bx.tgz?tracking=1")
    assert answer.status_code == 302
    assert answer.headers["location"] == (
        "https://files.example/ftp/python/3.15.0/Python-3.15.0%2Bx.tgz"
    )


async def test_read_only(start: Start) -> None:
    site, _ = await start(PAGES, read_only=True)
    refused = await site.post("/plain/")
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert (await site.get("/plain/")).status_code == 200


async def test_a_sampled_visit_is_one_trace_also_from_memory(start: Start) -> None:
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from servicekit import telemetry

    site, _ = await start(PAGES)
    spans = InMemorySpanExporter()
    telemetry.add_processor(SimpleSpanProcessor(spans))
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    for _ in range(2):
        answer = await site.get("/plain/", headers={"traceparent": parent})
        assert answer.headers["x-trace-id"] == "0af7651916cd43dd8448eb211c80319c"
    found = [
        span
        for span in spans.get_finished_spans()
        if span.context and span.context.trace_id == int("0af7651916cd43dd8448eb211c80319c", 16)
    ]
    assert {span.name for span in found} == {"GET /plain", "compose plain", "GET (cached page)"}


async def test_ready_with_everything_away() -> None:
    app = create_app(away(valkey_url="redis://127.0.0.1:9"))
    async with visiting(app) as site:
        ready = await site.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["checks"]["purges"] == "are not heard"
        assert ready.json()["checks"]["valkey"] == "does not answer"
        assert (await site.get("/livez")).status_code == 200
        assert (await site.get("/_health")).text == "Ok"
        assert (await site.get("/robots.txt")).status_code == 200
        app.state.health.draining = True
        assert (await site.get("/readyz")).status_code == 503


async def test_figures(start: Start) -> None:
    site, _ = await start(PAGES)
    for _ in range(3):
        await site.get("/plain/")
    await site.get("/down/")
    told = (await site.get("/metrics")).text
    assert 'gateway_pages_total{outcome="hit"} 2.0' in told
    assert 'gateway_pages_total{outcome="miss"} 1.0' in told
    assert (
        'gateway_backend_duration_seconds_count{outcome="connection",service="downloads"}' in told
    )


async def test_figures_are_for_operators(start: Start) -> None:
    site, _ = await start(PAGES, trusted_proxies="127.0.0.1/32")
    for address, operates in (
        *(("10.1.2.3", True), ("fd00::1", True), ("127.0.0.1", True)),
        *(("203.0.113.7", False), ("2001:db8::1", False), ("nonsense", False)),
        # What a visitor writes there himself stands before what the proxy adds.
        ("10.1.2.3, 203.0.113.7", False),
    ):
        headers = {"X-Forwarded-For": address}
        for path in ("/metrics", "/metrics/"):
            figures = await site.get(path, headers=headers)
            assert figures.status_code == (200 if operates else 404), address
            assert ("gateway_pages_total" in figures.text) == operates
        ready = await site.get("/readyz", headers=headers)
        assert ready.status_code == 200
        assert ("checks" in ready.json()) == operates
        assert (await site.get("/_health", headers=headers)).text == "Ok"
        assert (await site.get("/livez", headers=headers)).json() == {"status": "ok"}
    site, _ = await start(PAGES, operator_sources="192.0.2.0/24")
    assert (await site.get("/metrics")).status_code == 404
