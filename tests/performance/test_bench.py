"""How fast, as ratios within one run. `make bench`; the figures are printed, and aims with them.

What must never be otherwise (counts of calls and queries) is asserted; times are not.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
from load import Cost, load
from running import Site, release, say

from devstack.ports import free_port
from devstack.waiting import until

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

HERE = Path(__file__).parent
ROUNDS = 7
REQUESTS = 4000
#: What an operator of the public site samples.
PRODUCTION = {"PYDOTORG_TRACE_RATIO": "0.01", "PYDOTORG_LOG_LEVEL": "WARNING"}


@contextmanager
def process(*command: str, environment: dict[str, str]) -> Iterator[int]:
    running = subprocess.Popen([sys.executable, *command], env={**os.environ, **environment})
    try:
        yield running.pid
    finally:
        running.terminate()
        running.wait(timeout=20)


async def up(address: str) -> None:
    async with httpx.AsyncClient() as client:

        async def answers() -> bool:
            try:
                return (await client.get(address)).status_code == 200
            except httpx.HTTPError:
                return False

        await until(answers, timeout=60, message=f"{address} answers")


async def test_a_cached_page_against_a_bare_handler(site: Site, tmp_path: Path) -> None:
    path = "/downloads/release/python-3147/"
    page = tmp_path / "page"
    async with (
        httpx.AsyncClient() as client,
        client.stream("GET", site.gateways[0] + path, headers={"Accept-Encoding": "br"}) as answer,
    ):
        page.write_bytes(b"".join([chunk async for chunk in answer.aiter_raw()]))
    ports = {name: free_port() for name in ("cached", "bare", "layered")}
    own = {**site.environment("gateway"), **PRODUCTION}
    script = str(HERE / "servers.py")
    with ExitStack() as stack:
        pids = {
            "cached": stack.enter_context(
                process("-m", "gateway", "serve", environment=own | _port(ports["cached"]))
            ),
            "bare": stack.enter_context(
                process(script, "bare", str(ports["bare"]), str(page), environment={})
            ),
            "layered": stack.enter_context(
                process(script, "layered", str(ports["layered"]), str(page), environment=own)
            ),
        }
        addresses = {name: f"http://127.0.0.1:{port}{path}" for name, port in ports.items()}
        for address in addresses.values():
            await up(address)
        costs: dict[str, list[Cost]] = {name: [] for name in pids}
        for turn in range(ROUNDS + 1):
            for name, pid in pids.items():
                cost = await load(addresses[name], pid, requests=REQUESTS)
                if turn:  # the first round warms up
                    costs[name].append(cost)
    say(f"\ncached page of {page.stat().st_size} bytes, {ROUNDS} rounds of {REQUESTS} requests")
    for name, found in costs.items():
        say(
            f"  {name:8} {statistics.median(c.cpu for c in found):7.1f} µs of processor a request,"
            f" {statistics.median(c.rate for c in found):8.0f} requests/s"
        )
    for other, aim in (("bare", 0.5), ("layered", 0.8)):
        pairs = zip(costs[other], costs["cached"], strict=True)
        ratios = [theirs.cpu / ours.cpu for theirs, ours in pairs]
        say(
            f"  throughput for the same processor time, cached / {other}: "
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}; aim {aim})"
        )


async def test_the_api_against_a_bare_handler(site: Site, tmp_path: Path) -> None:
    """A whole list of the API: kept, and made anew for each request of somebody with a key."""
    path = "/api/v2/downloads/release/"
    body = tmp_path / "list"
    async with (
        httpx.AsyncClient() as client,
        client.stream("GET", site.gateways[0] + path, headers={"Accept-Encoding": "br"}) as answer,
    ):
        body.write_bytes(b"".join([chunk async for chunk in answer.aiter_raw()]))
    name = f"bench{os.getpid()}"
    mail = ("--email", f"{name}@example.org", "--password", "a stone in the river")
    _identity(site, "create-superuser", "--username", name, *mail)
    key = _identity(site, "create-key", name, "--kind", "token").split()[-1]
    ports = {name: free_port() for name in ("gateway", "bare")}
    own = {**site.environment("gateway"), **PRODUCTION, **_port(ports["gateway"])}
    own["PYDOTORG_API_LIMIT_KEY"] = "1000000/hour"
    script = str(HERE / "servers.py")
    with ExitStack() as stack:
        gateway = stack.enter_context(process("-m", "gateway", "serve", environment=own))
        bare = stack.enter_context(
            process(script, "bare", str(ports["bare"]), str(body), environment={})
        )
        address = f"http://127.0.0.1:{ports['gateway']}{path}"
        plain = f"http://127.0.0.1:{ports['bare']}{path}"
        for each in (address, plain):
            await up(each)
        costs: dict[str, list[Cost]] = {"bare": [], "cached": [], "uncached": []}
        for turn in range(ROUNDS + 1):
            found = {
                "bare": await load(plain, bare, requests=REQUESTS),
                "cached": await load(address, gateway, requests=REQUESTS),
                "uncached": await load(
                    address, gateway, requests=80, header=f"Authorization: Token {key}"
                ),
            }
            if turn:  # the first round warms up
                for kind, cost in found.items():
                    costs[kind].append(cost)
    say(f"\n{path}, {body.stat().st_size} bytes as sent, {ROUNDS} rounds")
    for kind, told in costs.items():
        say(
            f"  {kind:8} {statistics.median(c.cpu for c in told):9.1f} µs of processor a request,"
            f" {statistics.median(c.rate for c in told):8.0f} requests/s"
        )
    for kind, aim in (("cached", 0.5), ("uncached", 0.01)):
        ratios = [b.cpu / o.cpu for b, o in zip(costs["bare"], costs[kind], strict=True)]
        say(
            f"  throughput for the same processor time, {kind} / bare: "
            f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}; aim {aim})"
        )


def _identity(site: Site, *command: str) -> str:
    """Run a command of the identity service of the site; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "identity", *command],
        env={**os.environ, **site.environment("identity")},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


async def test_a_cold_landing_page(site: Site) -> None:
    traces = site.processes()["traces"].address
    port = free_port()
    sampled = {**site.environment("gateway"), **PRODUCTION, **_port(port)}
    with process("-m", "gateway", "serve", environment=sampled):
        address = f"http://127.0.0.1:{port}/downloads/"
        await up(address)
        async with httpx.AsyncClient(timeout=20) as visitor:
            waits = [await _cold(visitor, address) for _ in range(61)]
            # The counts come of one whole trace, so of a gateway that samples every request.
            seen = site.gateways[0] + "/downloads/"
            await visitor.request("PURGE", seen)
            await asyncio.sleep(0.2)
            trace = (await visitor.get(seen)).headers["x-trace-id"]
            spans = await until(lambda: _spans(visitor, traces, trace), timeout=20)
    calls = [s for s in spans if s["service"] == "gateway" and s["kind"] == "client"]
    queries = [s for s in spans if s["service"] == "downloads" and s["name"].startswith("SELECT")]
    say(
        f"\ncold landing page: p50 {statistics.median(waits) * 1e3:.1f} ms, "
        f"p95 {statistics.quantiles(waits, n=20)[18] * 1e3:.1f} ms, "
        f"best {min(waits) * 1e3:.1f} ms (aim: p50 under 25 ms), "
        f"{len(calls)} calls, {len(queries)} queries"
    )
    assert 1 <= len(calls) <= 4
    latest_start = max(call["start"] for call in calls)
    earliest_end = min(call["end"] for call in calls)
    assert latest_start < earliest_end, "all calls are under way at once"
    assert 1 <= len(queries) <= 10


async def _cold(visitor: httpx.AsyncClient, address: str) -> float:
    """Return how long (s) the page takes that no cache has."""
    await visitor.request("PURGE", address)
    await asyncio.sleep(0.15)  # the purge comes back through NATS and would hit the next
    began = time.perf_counter()
    answer = await visitor.get(address)
    taken = time.perf_counter() - began
    assert answer.headers["x-cache"] == "miss"
    return taken


async def test_how_soon_a_change_is_seen(site: Site) -> None:
    """Publish, edit, unpublish: every page at both gateways, 200 times."""
    waits: dict[str, list[float]] = {}
    paths = (
        "/downloads/release/{slug}/",
        "/downloads/",
        "/downloads/source/",
        "/",
        "/downloads/feed.rss",
    )
    async with site.editor(timeout=20) as editor, httpx.AsyncClient(timeout=20) as visitor:
        made = (await editor.post("/releases", json=release(88, is_published=False))).json()
        from running import release_file

        added = await editor.post("/release-files", json=release_file(made["id"], 88))
        assert added.status_code == 201, added.text
        slug, identity = made["slug"], made["id"]
        pages = [g + p.format(slug=slug) for g in site.gateways for p in paths]
        for page in pages:
            await visitor.get(page)
        for turn in range(200):
            kind = ("publish", "edit", "unpublish")[turn % 3]
            if kind == "edit":
                name = f"Python 3.90.{1000 + turn}"
                body = release(88, name=name, slug=slug, release_date="2030-01-01T00:00:00Z")
                current = await editor.get(f"/releases/{identity}")
                answer = await editor.put(
                    f"/releases/{identity}",
                    json=body,
                    headers={"If-Match": current.headers["etag"]},
                )
                shown, wanted = name, True
            else:
                answer = await editor.post(f"/releases/{identity}/{kind}")
                shown, wanted = answer.json()["name"], kind == "publish"
            began = time.perf_counter()
            assert answer.status_code in {200, 201}, answer.text
            left = set(pages)
            while left:
                assert time.perf_counter() - began < 30, f"{kind} not seen at {left}"
                for page in tuple(left):
                    text = (await visitor.get(page)).text
                    if (shown in text) is wanted:
                        left.discard(page)
            waits.setdefault(kind, []).append(time.perf_counter() - began)
        await editor.delete(f"/releases/{identity}")
    say("")
    for kind, found in [*waits.items(), ("all", list(chain(*waits.values())))]:
        ordered = sorted(found)
        say(
            f"{kind:10} seen on {len(pages)} pages at 2 gateways: p50 "
            f"{ordered[len(ordered) // 2] * 1e3:.0f} ms, p99 "
            f"{ordered[int(len(ordered) * 0.99)] * 1e3:.0f} ms, worst {ordered[-1] * 1e3:.0f} ms "
            f"of {len(found)} (aim: p99 under 1000 ms)"
        )


async def _spans(visitor: httpx.AsyncClient, traces: str, trace: str) -> list[dict[str, Any]]:
    answer = await visitor.get(f"{traces}/api/traces/{trace}")
    if answer.status_code != 200:
        return []
    spans: list[dict[str, Any]] = answer.json()["spans"]
    # Each process sends its own when it is ready to: the trace is whole when the request is there
    # and every call of the gateway has its other side.
    root = any(span["kind"] == "server" and not span["parent_id"] for span in spans)
    own = [s for s in spans if s["service"] == "gateway" and s["kind"] == "client"]
    taken = {span["parent_id"] for span in spans if span["service"] == "downloads"}
    return spans if root and own and all(call["span_id"] in taken for call in own) else []


def _port(port: int) -> dict[str, str]:
    return {"PYDOTORG_PORT": str(port)}
