"""Files of the services as visitors get them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from .conftest import Start

PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
async def client(start: Start, tmp_path: Path) -> httpx.AsyncClient:
    files = {"pages/about/logo-1.png": PNG, "pages/a b/ü-1.pdf": b"%PDF-", "pages/x.html": b"<b>"}
    for name, data in {**files, "private/contract.pdf": b"%PDF-"}.items():
        (tmp_path / "store" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "store" / name).write_bytes(data)
    (tmp_path / "secret.png").write_bytes(PNG)
    client, _ = await start(files_url=(tmp_path / "store").as_uri())
    return client


async def test_a_picture_is_shown(client: httpx.AsyncClient) -> None:
    found = await client.get("/media/pages/about/logo-1.png")
    assert (found.status_code, found.content) == (200, PNG)
    assert found.headers["content-type"] == "image/png"
    assert found.headers["content-length"] == str(len(PNG))
    assert "content-disposition" not in found.headers
    assert "max-age=86400" in found.headers["cache-control"]
    assert "script-src" not in found.headers["content-security-policy"]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["surrogate-key"].startswith("pydotorg-app media ")
    again = await client.get(
        "/media/pages/about/logo-1.png", headers={"If-None-Match": found.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    head = await client.head("/media/pages/about/logo-1.png")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(PNG))


async def test_names_are_those_of_the_store(client: httpx.AsyncClient) -> None:
    found = await client.get("/media/pages/a%20b/%C3%BC-1.pdf")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/pdf")


async def test_what_a_browser_might_run_is_saved(client: httpx.AsyncClient) -> None:
    found = await client.get("/media/pages/x.html")
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize(
    "path",
    [
        "/media/pages/none.png",
        "/media/private/contract.pdf",
        "/media/%70rivate/contract.pdf",
        "/media/pages/../private/contract.pdf",
        "/media/../secret.png",
        "/media/%2e%2e/secret.png",
        "/media/pages/%2e%2e%2fprivate/contract.pdf",
        "/media//etc/passwd",
        "/media/pages",
        "/media/pages/",
        "/media/%00.png",
        "/media/" + "a" * 3000,
    ],
)
async def test_nothing_else_is_had(client: httpx.AsyncClient, path: str) -> None:
    found = await client.get(path, follow_redirects=True)
    assert found.status_code in {400, 404, 414}
    assert PNG not in found.content


async def test_old_addresses_lead_there(client: httpx.AsyncClient) -> None:
    found = await client.get("/m/pages/about/../about/logo-1.png?x=1")
    assert found.status_code == 301
    assert found.headers["location"].endswith("/media/pages/about/logo-1.png")


async def test_without_a_store_there_are_no_files(start: Start) -> None:
    client, _ = await start()
    assert (await client.get("/media/pages/about/logo-1.png")).status_code == 404
