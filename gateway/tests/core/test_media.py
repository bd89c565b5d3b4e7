"""Files of the services as visitors get them."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pydantic import SecretStr

from servicekit import links
from servicekit.links import PrivateFileSettings

from .conftest import Start

SECRET = "f" * 32
PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
async def client(start: Start, tmp_path: Path) -> httpx.AsyncClient:
    files = {"pages/about/logo-1.png": PNG, "pages/a b/ü-1.pdf": b"%PDF-", "pages/x.html": b"<b>"}
    private = {"private/contract.pdf": b"%PDF-", "private/a b.docx": b"PK"}
    for name, data in {**files, **private}.items():
        (tmp_path / "store" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "store" / name).write_bytes(data)
    (tmp_path / "secret.png").write_bytes(PNG)
    client, _ = await start(files_url=(tmp_path / "store").as_uri(), files_key=SECRET)
    return client


def signed(key: str, *, secret: str = SECRET, seconds: int = 60) -> str:
    """Return the link that a service would sign."""
    told = PrivateFileSettings.model_construct(files_key=SecretStr(secret))
    return links.sign(told, key, seconds=seconds)


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


async def test_a_private_file_is_had_by_a_signed_link(client: httpx.AsyncClient) -> None:
    found = await client.get(signed("private/contract.pdf"))
    assert (found.status_code, found.content) == (200, b"%PDF-")
    assert found.headers["content-type"] == "application/pdf"
    # Nobody on the way keeps it, and no event can name it.
    assert found.headers["cache-control"] == "private, no-store"
    assert "surrogate-key" not in found.headers
    assert found.headers["referrer-policy"] == "no-referrer"
    assert found.headers["cross-origin-resource-policy"] == "same-origin"
    again = await client.get(
        signed("private/contract.pdf"), headers={"If-None-Match": found.headers["etag"]}
    )
    assert (again.status_code, again.headers["cache-control"]) == (304, "private, no-store")
    saved = await client.get(signed("private/a b.docx"))
    assert saved.headers["content-disposition"] == "attachment"
    # Signed, and yet there is none.
    assert (await client.get(signed("private/none.pdf"))).status_code == 404


async def test_no_other_link_opens_a_private_file(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = signed("private/contract.pdf")
    expires, signature = (part.partition("=")[2] for part in good.partition("?")[2].split("&"))
    for query in (
        f"expires={expires}",
        f"signature={signature}",
        f"expires={int(expires) + 1}&signature={signature}",
        f"expires={expires}&signature={signature[:-1]}",
        f"expires={expires}&signature={quote('ü')}",
        "expires=x&signature=y",
        signed("private/a b.docx").partition("?")[2],
        signed("private/contract.pdf", secret="e" * 32).partition("?")[2],
    ):
        found = await client.get(f"/media/private/contract.pdf?{query}")
        assert found.status_code == 404, query
    # What is signed is the file and not its spelling.
    assert (await client.get(good.replace("private", "%70rivate"))).status_code in {200, 404}
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment + 61)
    over = await client.get(good)
    assert (over.status_code, over.headers["cache-control"]) == (410, "no-store")
    assert "no longer good" in over.text


async def test_without_the_secret_no_link_is_good(start: Start, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "contract.pdf").write_bytes(b"%PDF-")
    client, _ = await start(files_url=tmp_path.as_uri())
    assert (await client.get(signed("private/contract.pdf"))).status_code == 404


def test_what_is_signed() -> None:
    for key, seconds in (("pages/a.png", 60), ("private/a.png", 0), ("private/a.png", 10**6)):
        with pytest.raises(ValueError, match=r"signature|good for"):
            signed(key, seconds=seconds)


async def test_old_addresses_lead_there(client: httpx.AsyncClient) -> None:
    found = await client.get("/m/pages/about/../about/logo-1.png?x=1")
    assert found.status_code == 301
    assert found.headers["location"].endswith("/media/pages/about/logo-1.png")


async def test_without_a_store_there_are_no_files(start: Start) -> None:
    client, _ = await start()
    assert (await client.get("/media/pages/about/logo-1.png")).status_code == 404
