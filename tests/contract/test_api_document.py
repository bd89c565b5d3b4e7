"""The OpenAPI document of the public API tells the truth, and says all that a reader needs."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from documents import cases, undescribed, untruths
from recorded import staff

OTHERS = re.compile(r"/api/v[12]/downloads/(release|release_file)/")

type Gateway = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as the gateway prints it."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "api-openapi"], capture_output=True, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert undescribed(document) == []
    assert {"title", "contact", "license", "version"} <= document["info"].keys()
    known = {tag["name"] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert set(operation["tags"]) <= known, (method, path)


async def test_what_is_documented_is_what_guests_get(
    gateway: Gateway, document: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    full = request.config.getoption("--full")
    if not full:
        # What the resources of old share is seen with one of them; whole lists take too long.
        paths = {p: item for p, item in document["paths"].items() if not OTHERS.match(p)}
        document = {**document, "paths": paths}
    made = cases(document, full=full, examples=1)
    assert len(made) > 40
    async with gateway() as client:
        failed = await untruths(made, client.request, dict)
    assert not failed, "\n".join(failed)


@pytest.mark.full
@pytest.mark.timeout(1800)
async def test_what_is_documented_is_what_staff_get(
    gateway: Gateway, spoiled: Any, document: dict[str, Any]
) -> None:
    """Ten thousand requests of somebody who may do everything."""
    made = cases(document, full=True, examples=8)
    assert len(made) >= 10_000
    async with gateway(spoiled) as client:

        async def send(**sent: Any) -> httpx.Response:
            version = "v1" if "/api/v1/" in str(sent["url"]) else "v2"
            key = staff()[version]
            sent["headers"] = {**sent["headers"], "Authorization": key}
            return await client.request(**sent)

        failed = Counter(await untruths(made, send, dict))
    assert not failed, "\n".join(f"{times} x {what}" for what, times in failed.most_common(50))


async def test_the_document_and_its_pages_are_served(
    gateway: Gateway, document: dict[str, Any]
) -> None:
    async with gateway() as client:
        served = await client.get("/api/v2/openapi.json")
        assert served.headers["access-control-allow-origin"] == "*"
        assert served.json() == document
        assert (await client.get("/api/")).headers["location"] == "/api/docs/"
        overview = await client.get("/api/docs/")
        assert overview.status_code == 200
        shown = 0
        for tag in document["tags"]:
            slug = "-".join(tag["name"].lower().replace("(", "").replace(")", "").split())
            assert f"/api/docs/{slug}/" in overview.text
            page = await client.get(f"/api/docs/{slug}/")
            assert page.status_code == 200
            assert len(gzip.compress(page.content)) < 100_000, slug
            shown += page.text.count('class="api-operation"')
        assert shown == sum(len(item) for item in document["paths"].values())
        assert (await client.get("/api/docs/nothing/")).status_code == 404
