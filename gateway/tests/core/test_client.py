"""Whatever a service does, a call ends in time, with an answer, None or a BackendError."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from pydantic import BaseModel, TypeAdapter

from devstack.ports import free_port
from gateway.backends.client import DEADLINE_HEADER, BackendClient
from gateway.backends.errors import (
    BackendError,
    BackendGarbage,
    BackendRefused,
    BackendUnavailable,
)
from gateway.backends.policy import BreakerState, Limiter, Policy, RetryBudget, deadline
from gateway.metrics import GatewayMetrics

type Answer = Callable[..., bytes]


class Thing(BaseModel):
    id: int


THING = TypeAdapter(Thing)


@pytest.fixture
def policy() -> Policy:
    return Policy(timeout=0.4, connect=0.2, cap=100_000)


@pytest_asyncio.fixture
async def client(faults: Any, policy: Policy) -> AsyncIterator[BackendClient]:
    async with BackendClient("things", faults.url, policy, GatewayMetrics()) as client:
        yield client


async def test_a_refused_connection_is_named_as_what_it_is(policy: Policy) -> None:
    with socket.socket() as taken:
        # Bound, and nobody listens.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with BackendClient("things", url, policy, GatewayMetrics()) as client:
            with pytest.raises(BackendUnavailable, match="ClientConnectorError"):
                await client.get("/x", THING)


async def test_an_answer_is_what_was_promised(client: BackendClient, faults: Any) -> None:
    faults.says_json({"id": 7, "new": "field"})
    assert (await client.get("/x", THING, {"a": 1, "b": None, "c": ["d", "e"]})).id == 7
    assert faults.requests[0].split("\r\n")[0] == "GET /x?a=1&c=d&c=e HTTP/1.1"


async def test_404_is_none_where_one_looks(
    client: BackendClient, faults: Any, answer: Answer
) -> None:
    faults.says(answer(b"{}", status="404 Not Found", media="application/problem+json"))
    assert await client.find("/x", THING) is None
    with pytest.raises(BackendUnavailable):
        await client.get("/x", THING)
    assert client.policy.breaker.state is BreakerState.CLOSED


async def test_a_refusal_brings_its_problem(
    client: BackendClient, faults: Any, answer: Answer
) -> None:
    body = b'{"detail": "limit is too large", "errors": []}'
    faults.says(answer(body, status="400 Bad Request", media="application/problem+json"))
    with pytest.raises(BackendRefused) as caught:
        await client.get("/x", THING)
    assert caught.value.status == 400
    assert caught.value.problem["detail"] == "limit is too large"
    assert len(faults.requests) == 1


@pytest.mark.parametrize("problem", ["too-many-codes", "about:blank", ""])
async def test_429_with_a_type_of_its_own_is_about_somebody(
    client: BackendClient, faults: Any, answer: Answer, problem: str
) -> None:
    """What one person did too often says nothing of the service; that it is busy does."""
    faults.says(
        answer(
            b'{"type": "%s"}' % problem.encode() if problem else b"{}",
            status="429 Too Many Requests",
            media="application/problem+json",
            extra="Retry-After: 840\r\n",
        )
    )
    if problem != "too-many-codes":
        with pytest.raises(BackendUnavailable):
            await client.get("/x", THING)
        return
    with pytest.raises(BackendRefused) as caught:
        await client.get("/x", THING)
    assert (caught.value.status, caught.value.retry_after) == (429, 840)


GARBAGE: dict[str, Callable[[Answer], bytes]] = {
    "not json": lambda answer: answer(b"<html>"),
    "json cut off, length right": lambda answer: answer(b'{"id": '),
    "another shape": lambda answer: answer(b'{"id": "seven"}'),
    "a list": lambda answer: answer(b"[]"),
    "html": lambda answer: answer(b'{"id": 1}', media="text/html"),
    "no type": lambda _: b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"id": 1}',
    "too large": lambda answer: answer(b'{"id": 1, "x": "' + b"x" * 200_000 + b'"}'),
    "too large to say": lambda answer: answer(b"x" * 200_000, length=10_000_000),
    "an encoding": lambda answer: answer(b"\x1f\x8b\x08", extra="Content-Encoding: gzip\r\n"),
    "deep": lambda answer: answer(b"[" * 50_000),
    "not UTF-8": lambda answer: answer(b'{"id": "\xff\xfe"}'),
}


@pytest.mark.parametrize("kind", GARBAGE)
async def test_garbage_is_an_error(
    client: BackendClient, faults: Any, answer: Answer, kind: str
) -> None:
    faults.says(GARBAGE[kind](answer))
    with pytest.raises(BackendGarbage):
        await client.get("/x", THING)
    assert client.policy.limiter.active == 0


BROKEN = {
    "cut off": b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"i',
    "not http": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "bad header": b"HTTP/1.1 200 OK\r\nContent-Length: seven\r\n\r\n{}",
    "closed": b"",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_connection_is_an_error(
    client: BackendClient, faults: Any, kind: str
) -> None:
    async def behave(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(BROKEN[kind])
        await writer.drain()
        writer.close()

    faults.script = [behave]
    with pytest.raises(BackendUnavailable):
        await client.get("/x", THING)
    # Once more, as reads are, and no more than that.
    assert len(faults.requests) == 2


async def test_a_hung_service_costs_the_timeout_and_no_retry(
    client: BackendClient, faults: Any
) -> None:
    faults.hangs()
    with pytest.raises(BackendUnavailable) as caught:
        await client.get("/x", THING)
    assert caught.value.reason == "timeout"
    assert len(faults.requests) == 1


async def test_a_service_that_drips_does_not_outlast_the_timeout(
    client: BackendClient, faults: Any
) -> None:
    faults.drips(b'{"id": 1}' + b" " * 1000, pause=0.01)
    with pytest.raises(BackendUnavailable) as caught:
        await client.get("/x", THING)
    assert caught.value.reason == "timeout"


async def test_nobody_listens(policy: Policy) -> None:
    async with BackendClient("gone", "http://127.0.0.1:9", policy, GatewayMetrics()) as client:
        with pytest.raises(BackendUnavailable):
            await client.get("/x", THING)


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Unavailable", "504 Timeout"])
async def test_what_may_pass_is_tried_once_more(
    client: BackendClient, faults: Any, answer: Answer, status: str
) -> None:
    faults.says(answer(b"{}", status=status), answer(b'{"id": 3}'))
    assert (await client.get("/x", THING)).id == 3
    assert len(faults.requests) == 2


async def test_500_is_not_tried_again(client: BackendClient, faults: Any, answer: Answer) -> None:
    faults.says(answer(b"{}", status="500 Oops"))
    with pytest.raises(BackendUnavailable):
        await client.get("/x", THING)
    assert len(faults.requests) == 1


async def test_retries_end_with_the_budget(
    client: BackendClient, faults: Any, answer: Answer
) -> None:
    client.policy.budget = RetryBudget(ratio=0, reserve=1)
    faults.says(answer(b"{}", status="503 Unavailable"))
    for _ in range(2):
        with pytest.raises(BackendUnavailable):
            await client.get("/x", THING)
    assert len(faults.requests) == 3


async def test_a_redirect_is_not_followed(
    client: BackendClient, faults: Any, answer: Answer
) -> None:
    faults.says(answer(b"", status="302 Found", extra="Location: http://127.0.0.1:1/\r\n"))
    with pytest.raises(BackendError):
        await client.get("/x", THING)
    assert len(faults.requests) == 1


async def test_the_breaker_opens_and_closes_again(
    client: BackendClient, faults: Any, answer: Answer
) -> None:
    now = [1000.0]
    client.policy.breaker.clock = lambda: now[0]
    faults.says(answer(b"oops"))
    for _ in range(3):
        with pytest.raises(BackendGarbage):
            await client.get("/x", THING)
    with pytest.raises(BackendUnavailable) as caught:
        await client.get("/x", THING)
    assert caught.value.reason == "breaker"
    assert len(faults.requests) == 3
    faults.says_json({"id": 1})
    now[0] += client.policy.breaker.pause
    assert (await client.get("/x", THING)).id == 1
    assert client.policy.breaker.state is BreakerState.CLOSED


async def test_what_starts_later_is_asked_as_soon_as_it_is_there(
    faults: Any, policy: Policy
) -> None:
    later, port = type(faults)(), free_port()
    later.says_json({"id": 1})
    policy.timeout = policy.connect = 5.0  # a refusal comes at once; an answer may take a while
    url = f"http://127.0.0.1:{port}"
    async with BackendClient("things", url, policy, GatewayMetrics()) as client:

        async def fails(*reasons: str) -> None:
            for reason in reasons:
                with pytest.raises(BackendUnavailable) as caught:
                    await client.get("/x", THING)
                assert caught.value.reason == reason

        await fails(*(["connection"] * 9))
        async with later.running(port):
            assert (await client.get("/x", THING)).id == 1
        # What was there once is missed.
        client.policy.budget = RetryBudget(ratio=0, reserve=0)
        await fails(*(["connection"] * 3), "breaker")


async def test_more_calls_than_places_are_shed(
    client: BackendClient, faults: Any, until: Any
) -> None:
    client.policy.limiter = Limiter(2)
    faults.hangs()
    calls = [asyncio.create_task(client.get("/x", THING)) for _ in range(2)]
    await until(lambda: client.policy.limiter.active == 2)
    with pytest.raises(BackendUnavailable) as caught:
        await client.get("/x", THING)
    assert caught.value.reason == "shed"
    await asyncio.gather(*calls, return_exceptions=True)
    assert client.policy.limiter.active == 0


async def test_a_cancelled_call_gives_its_place_back(
    client: BackendClient, faults: Any, until: Any
) -> None:
    faults.hangs()
    call = asyncio.create_task(client.get("/x", THING))
    await until(lambda: len(faults.requests) == 1)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert client.policy.limiter.active == 0
    assert client.policy.breaker.state is BreakerState.CLOSED


async def test_the_deadline_is_passed_on(client: BackendClient, faults: Any) -> None:
    faults.says_json({"id": 1})
    with deadline(0.2):
        await client.get("/x", THING)
    assert 0 < int(faults.headers()[DEADLINE_HEADER.lower()]) <= 200
    with deadline(0.001), pytest.raises(BackendUnavailable) as caught:
        await client.get("/x", THING)
    assert caught.value.reason == "deadline"
    assert len(faults.requests) == 1


async def test_the_token_names_the_gateway_and_is_used_again(
    faults: Any, policy: Policy, signing_key: str, jwks: str
) -> None:
    from gateway.backends.tokens import Tokens
    from servicekit.tokens import KeySet, SigningKey

    faults.says_json({"id": 1})
    tokens = Tokens(SigningKey.load(signing_key))
    async with BackendClient("things", faults.url, policy, GatewayMetrics(), tokens) as client:
        await client.get("/x", THING)
        await client.get("/x", THING)
    sent = [faults.headers(at)["authorization"] for at in (0, 1)]
    assert sent[0] == sent[1]
    keys = KeySet(jwks, audience="things")
    await keys.load()
    claims = await keys.verify(sent[0].removeprefix("Bearer "))
    assert (claims.subject, claims.staff, claims.permissions) == ("service:gateway", False, ())


async def test_the_trace_goes_on_in_the_service(client: BackendClient, faults: Any) -> None:
    from servicekit import telemetry

    telemetry.configure("gateway")
    faults.says_json({"id": 1})
    with telemetry.tracer().start_as_current_span("visit"):
        trace_id = telemetry.current_trace_id()
        await client.get("/x", THING)
    assert faults.headers()["traceparent"].split("-")[1] == trace_id
