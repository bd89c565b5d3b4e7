"""The gateway under fire: made-up requests for every address, and bytes no client means to send."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from documents import cases
from running import Site

#: Requests that are under way at the same time.
_AT_ONCE = 4


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as the gateway prints it."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "openapi"], capture_output=True, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.timeout(400)
async def test_what_is_documented_is_what_happens(
    site: Site, document: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    made = cases(document, full=request.config.getoption("--full"))
    assert len(made) > 60
    room = asyncio.Semaphore(_AT_ONCE)

    async def failure(visitor: httpx.AsyncClient, case: Any) -> str | None:
        """Return what was wrong with the answer: empty if nothing, None if no client sends it."""
        known = document["paths"][case.path][case.method.lower()]["responses"]
        sent = case.as_transport_kwargs(base_url=site.gateways[0])
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), bytes | str):
            sent["content"] = sent.pop("data")
        try:
            async with room:
                answer = await visitor.request(**sent)
        except (UnicodeEncodeError, httpx.InvalidURL, httpx.LocalProtocolError, TypeError):
            return None
        if answer.status_code < 500 and str(answer.status_code) in known:
            return ""
        return f"{case.method} {answer.request.url}: {answer.status_code}"

    async with httpx.AsyncClient(timeout=30) as visitor:
        found = await asyncio.gather(*(failure(visitor, case) for case in made))
    sent = [one for one in found if one is not None]
    assert len(sent) > 50
    assert [one for one in sent if one] == []


def test_bytes_that_nobody_means_to_send(site: Site) -> None:
    parts = urlsplit(site.gateways[0])
    rng = random.Random(20260101)
    targets = [
        b"/downloads/%00/",
        b"/downloads/release/%ff%fe/",
        b"/downloads/release/" + b"a" * 5000 + b"/",
        b"/downloads/?series=%00&os=%ff",
        b"/downloads/?" + b"a=b&" * 500,
        b"/search/?q=" + b"%F0%9F%90%8D" * 200,
        b"/search/?q=%ed%a0%80",
        b"//evil.example/downloads/",
        b"/downloads/..%2f..%2fetc/passwd",
        b"/static/..%2f..%2fsettings.py",
        b"/static/../../../etc/passwd",
        b"/downloads/latest/python3.999999999999999999/",
        b"/release-edit-button/99999999999999999999999999",
        b"/downloads/release/python-3150%0d%0aX-Evil:1/",
        b"http://evil.example/downloads/",
        *(b"/downloads/" + bytes(rng.randrange(33, 127) for _ in range(40)) for _ in range(60)),
        *(
            b"/search/?q=" + b"".join(b"%%%02x" % rng.randrange(256) for _ in range(20))
            for _ in range(40)
        ),
    ]
    headers = [
        b"",
        b"If-None-Match: " + b'"' * 300 + b"\r\n",
        b"If-Modified-Since: yesterday\r\n",
        b"Range: bytes=9-1,,-\r\n",
        b"Accept-Encoding: br;q=nan, gzip;q=9999999999, *;q=-1\r\n",
        b"Cookie: form=" + b"\xff\x00"[:1] * 40 + b"\r\n",
        b"X-Forwarded-For: " + b"1," * 500 + b"\r\n",
        b"traceparent: 00-zz-zz-zz\r\n",
        b"User-Agent: \xc3\x28\xa0\xa1\r\n",
        b"Sec-CH-UA-Platform: " + b'"' * 50 + b"\r\n",
    ]
    methods = [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"PROPFIND"]
    failed = []
    for number, target in enumerate(targets * 2):
        method = b"GET" if number % 3 else methods[number % len(methods)]
        sent = (
            method
            + b" "
            + target
            + b" HTTP/1.1\r\nHost: site\r\nConnection: close\r\n"
            + headers[number % len(headers)]
            + b"\r\n"
        )
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=20) as line:
            line.sendall(sent)
            with contextlib.suppress(ConnectionResetError):
                status = line.recv(65536).split(b" ", 2)[1:2]
        if not status or status[0].startswith(b"5"):
            failed.append((sent[:200], status))
    assert failed == []


async def test_every_answer_has_the_headers(site: Site, document: dict[str, Any]) -> None:
    wanted = {
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "permissions-policy",
        "x-frame-options",
        "cross-origin-opener-policy",
        "x-trace-id",
    }
    async with httpx.AsyncClient(base_url=site.gateways[0]) as visitor:
        for path in [*document["paths"], "/nothing/here/", "/static/nothing.css", "/ftp/x"]:
            address = path.replace("{slug}", "windows").replace("{which}", "python3")
            answer = await visitor.get(address.replace("{version}", "3.9.0").replace("{pk}", "1"))
            quiet = (
                {"x-trace-id"} if path in {"/livez", "/readyz", "/metrics", "/_health"} else set()
            )
            assert wanted - quiet <= set(answer.headers), path
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
