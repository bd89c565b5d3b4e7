"""The programs that use python.org's API today, each as it does (who they are: docs/api.md)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
from recorded import staff

type Gateway = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

FTP = "https://www.python.org/ftp/python/9.90.0/"
#: The files of a release as release managers publish them: name, file, system, button.
FILES = (
    ("Gzipped source tarball", "Python-9.90.0.tgz", "source", False),
    ("XZ compressed source tarball", "Python-9.90.0.tar.xz", "source", True),
    ("Windows installer (64-bit)", "python-9.90.0-amd64.exe", "windows", True),
    ("Windows installer (ARM64)", "python-9.90.0-arm64.exe", "windows", False),
    ("Windows embeddable package (64-bit)", "python-9.90.0-embed-amd64.zip", "windows", False),
    ("Windows release manifest", "windows-9.90.0.json", "windows", False),
    ("macOS installer", "python-9.90.0-macos11.pkg", "macos", True),
    (
        "Android embeddable package (aarch64)",
        "python-9.90.0-aarch64-linux-android.tar.gz",
        "android",
        False,
    ),
    ("iOS XCframework", "python-9.90.0-iOS-XCframework.tar.gz", "ios", False),
)


class Publisher:
    """What the release managers' tool does, request by request."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.headers = {"Authorization": staff()["v1"], "Content-Type": "application/json"}

    async def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return await self.client.request(method, f"/api/v1/{path}", headers=self.headers, **sent)

    async def query(self, path: str) -> int:
        """Return the id of the first row of a list."""
        answer = await self.request("GET", path)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["objects"][0]["resource_uri"].strip("/").split("/")[-1])

    async def post(self, path: str, row: dict[str, Any]) -> int:
        answer = await self.request("POST", path, json=row)
        assert answer.status_code == 201, answer.text
        assert answer.content == b""
        return int(answer.headers["location"].strip("/").split("/")[-1])

    def file(self, release: int, system: int, entry: tuple[str, str, str, bool]) -> dict[str, Any]:
        name, file, _, button = entry
        url = FTP + file
        return {
            "name": name,
            "slug": "9900-" + re.sub(r"[^0-9a-zA-Z-]", "", name.replace(" ", "-"))[:34],
            "os": f"/api/v1/downloads/os/{system}/",
            "release": f"/api/v1/downloads/release/{release}/",
            "description": "",
            "is_source": system == 3,
            "url": url,
            "sha256_sum": "0" * 64,
            "filesize": 1234,
            "download_button": button,
            "sigstore_bundle_file": f"{url}.sigstore",
            "sbom_spdx2_file": f"{url}.spdx.json",
        }


@asynccontextmanager
async def draft(publisher: Publisher) -> AsyncIterator[int]:
    """Make the release as a release manager does in the admin, and take it away at the end."""
    number = await publisher.post(
        "downloads/release/", {"name": "Python 9.90.0", "slug": "python-9900", "version": 3}
    )
    yield number
    gone = await publisher.request("DELETE", f"downloads/release/{number}/")
    assert gone.status_code == 204


async def test_publishing_a_release(gateway: Gateway) -> None:
    async with gateway() as client:
        publisher = Publisher(client)
        async with draft(publisher) as made:
            release = await publisher.query("downloads/release/?name=Python+9.90.0")
            assert release == made
            systems = {
                slug: await publisher.query(f"downloads/os/?slug={slug}")
                for slug in ("source", "windows", "macos", "android", "ios")
            }
            assert systems["source"] == 3
            for _ in range(2):
                path = f"downloads/release_file/?release={release}"
                assert (await publisher.request("DELETE", path)).status_code == 204
                files = [
                    await publisher.post(
                        "downloads/release_file/",
                        publisher.file(release, systems[entry[2]], entry),
                    )
                    for entry in FILES
                ]
            assert len(set(files)) == len(FILES)
            taken = publisher.file(release, 3, FILES[0])
            refused = await publisher.request("POST", "downloads/release_file/", json=taken)
            assert refused.status_code == 400
            assert set(refused.json()["downloads/release_file"]) <= {"slug", "url"}

            # Guests see nothing of a draft; then it is published, and everybody sees all of it.
            hidden = await client.get("/api/v1/downloads/release_file/?release__slug=python-9900")
            assert hidden.json()["meta"]["total_count"] == 0
            published = await client.patch(
                f"/api/v2/downloads/release/{release}/",
                json={"is_published": True},
                headers={"Authorization": staff()["v2"]},
            )
            assert published.status_code == 200, published.text
            await seen_everywhere(client, release)

            # A run that fails takes back what it made, one by one.
            for number in files:
                path = f"downloads/release_file/{number}/"
                assert (await publisher.request("DELETE", path)).status_code == 204
            left = await publisher.request("GET", f"downloads/release_file/?release={release}")
            assert left.json()["objects"] == []


async def seen_everywhere(client: httpx.AsyncClient, release: int) -> None:
    names = sorted(entry[0] for entry in FILES)
    first = await client.get(f"/api/v1/downloads/release_file/?release={release}&fresh")
    assert sorted(row["name"] for row in first.json()["objects"]) == names
    second = await client.get(f"/api/v2/downloads/release_file/?release={release}&os=1")
    assert len(second.json()) == 4
    modern = await client.get("/api/v2/downloads/releases/python-9900")
    assert sorted(row["name"] for row in modern.json()["data"]["files"]) == names
    page = (await client.get("/downloads/release/python-9900/")).text
    assert all(name.replace("(", "").split()[0] in page for name in names)
    assert FTP + "Python-9.90.0.tar.xz" in page


# --- those who read ---


async def rows(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v2/downloads/{path}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert isinstance(found, list)
    assert found
    return found


async def test_cibuildwheel(gateway: Gateway) -> None:
    """It looks for the newest versions, and takes ids from the ends of addresses."""
    async with gateway() as client:
        found = {
            row["name"][7:]: int(row["resource_uri"].rstrip("/").split("/")[-1])
            for row in await rows(client, "release/?is_published=true")
            if re.fullmatch(r"Python \d+\.\d+\.\d+", row["name"])
        }
        files = await rows(client, f"release_file/?release={found['3.14.7']}")
        assert any("macos11.pkg" in file["url"] for file in files)


async def test_renovate(gateway: Gateway) -> None:
    """One row that is otherwise than its schema says makes it refuse all of them."""
    kinds: dict[str, type | tuple[type, ...]] = {
        "name": str,
        "slug": str,
        "version": int,
        "is_published": bool,
        "is_latest": bool,
        "release_date": str,
        "pre_release": bool,
        "release_page": (str, type(None)),
        "show_on_download_page": bool,
        "release_notes_url": str,
        "resource_uri": str,
    }
    async with gateway() as client:
        for row in await rows(client, "release/"):
            assert row.keys() == kinds.keys()
            assert all(isinstance(row[name], kind) for name, kind in kinds.items())
            assert datetime.fromisoformat(row["release_date"]).tzinfo is not None


async def test_ltchiptool(gateway: Gateway) -> None:
    async with gateway() as client:
        releases = await rows(client, "release/?pre_release=false&is_published=true&version=3")
        latest = next(row for row in releases if row["is_latest"])
        number = latest["resource_uri"].rstrip("/").rpartition("/")[2]
        files = await rows(client, f"release_file/?release={number}&os=1")
        assert all(file["os"].endswith("/os/1/") for file in files)
        assert any(file["name"] == "Windows installer (64-bit)" for file in files)


async def test_the_archive_of_hashes(gateway: Gateway) -> None:
    async with gateway() as client:
        for row in (await rows(client, "release/"))[-2:]:
            for system in range(1, 6):
                answer = await client.get(
                    f"/api/v1/downloads/release_file/?os={system}&format=json"
                    f"&release__slug={row['slug']}"
                )
                for file in answer.json()["objects"]:
                    wanted = {"url", "description", "filesize", "md5_sum", "sha256_sum"}
                    assert wanted | {"sigstore_bundle_file"} <= file.keys()


async def test_powershell(gateway: Gateway) -> None:
    async with gateway() as client:
        asked = "release/?version=3&pre_release=false&is_latest=true&name=Python+3.14.7"
        assert [row["slug"] for row in await rows(client, asked)] == ["python-3147"]


async def test_checkers_of_versions(gateway: Gateway) -> None:
    """Parameters that never did anything are ignored, and all comes whole."""
    async with gateway() as client:
        whole = await rows(client, "release/?is_published=true&pre_release=false")
        asked = "release/?is_published=true&pre_release=false&order_by=-release_date&limit=1"
        assert await rows(client, f"{asked}&is_prerelease=false") == whole
        names = [
            m[1] for row in whole if (m := re.search(r"^Python (\d+\.\d+\.\d+)$", row["name"]))
        ]
        assert max(names, key=lambda name: [*map(int, name.split("."))]) == "3.14.7"


async def test_joining_files_with_releases(gateway: Gateway) -> None:
    """Installers read everything, and join by addresses; a file of no release would stop them."""
    async with gateway() as client:
        releases = {row["resource_uri"] for row in await rows(client, "release/")}
        systems = {row["resource_uri"] for row in await rows(client, "os/")}
        files = await rows(client, "release_file/")
        assert len(files) > 2000
        assert {file["release"] for file in files} <= releases
        assert {file["os"] for file in files} <= systems
