"""What pages are tested on: DTOs for what they decide, and the whole site for what they show."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
import httpx
import pytest
import pytest_asyncio

from contracts.downloads.dto import (
    CycleBranch,
    CycleStatus,
    Major,
    Markup,
    OperatingSystem,
    Release,
    ReleaseFile,
)
from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_FTP = "https://www.python.org/ftp/python/3.15.0/"
_ids = itertools.count(1)


def build_file(name: str, os_slug: str, **fields: object) -> ReleaseFile:
    """A file of a release; everything that is not given is empty."""
    number = next(_ids)
    values: dict[str, object] = {
        "id": number,
        "name": name,
        "slug": f"file-{number}",
        "os_id": 1,
        "os_slug": os_slug,
        "release_id": 1,
        "release_slug": "python-3150",
        "description": "",
        "is_source": os_slug == "source",
        "url": _FTP + re.sub(r"[^a-z0-9]+", "-", name.lower()),
        "gpg_signature_file": "",
        "sigstore_signature_file": "",
        "sigstore_cert_file": "",
        "sigstore_bundle_file": "",
        "sbom_spdx2_file": "",
        "md5_sum": "",
        "sha256_sum": "",
        "filesize": 0,
        "download_button": False,
        "version": 1,
        "created": _EPOCH,
        "updated": _EPOCH,
    }
    return ReleaseFile.model_validate({**values, **fields})


def build_release(name: str, *files: ReleaseFile, **fields: object) -> Release:
    """A published release named as the convention has it; number and series follow from it."""
    match = re.fullmatch(r"Python (\d+\.\d+(?:\.\d+)?)((?:a|b|rc)\d+)?", name)
    number = f"{match[1]}{match[2] or ''}" if match else ""
    values: dict[str, object] = {
        "id": next(_ids),
        "name": name,
        "slug": re.sub(r"[^a-z0-9]+", "-", name.lower().replace(".", "")),
        "major": Major(int(number[0])) if number else Major.PYTHON3,
        "number": number,
        "series": ".".join(number.split(".")[:2]) if number else "",
        "is_latest": False,
        "is_published": True,
        "pre_release": bool(match and match[2]),
        "show_on_download_page": True,
        "release_date": datetime(2026, 10, 9, 12, tzinfo=UTC),
        "release_notes_url": "",
        "release_page": "",
        "version": 1,
        "created": _EPOCH,
        "updated": _EPOCH,
        "content": "text",
        "content_markup_type": Markup.MARKDOWN,
        "content_html": "<p>text</p>",
        "files": list(files),
    }
    return Release.model_validate({**values, **fields})


def build_branch(series: str, status: CycleStatus, **fields: object) -> CycleBranch:
    """A branch of the cycle."""
    values: dict[str, object] = {
        "series": series,
        "branch": series,
        "pep": 700,
        "status": status,
        "first_release": "2025-10-07",
        "end_of_life": "2030-10",
        "start_of_development": "2024-05-08",
        "feature_freeze": "2025-05-07",
        "end_of_bugfix": "2027-10-07",
    }
    return CycleBranch.model_validate({**values, **fields})


@pytest.fixture(name="file", scope="session")
def _file() -> Callable[..., ReleaseFile]:
    return build_file


@pytest.fixture(name="release", scope="session")
def _release() -> Callable[..., Release]:
    return build_release


@pytest.fixture(name="branch", scope="session")
def _branch() -> Callable[..., CycleBranch]:
    return build_branch


@pytest.fixture(name="system", scope="session")
def _system() -> Callable[[str, str], OperatingSystem]:
    def build(name: str, slug: str) -> OperatingSystem:
        return OperatingSystem(
            id=next(_ids), name=name, slug=slug, version=1, created=_EPOCH, updated=_EPOCH
        )

    return build


@pytest.fixture
def full(file: Callable[..., ReleaseFile], release: Callable[..., Release]) -> Release:
    """Python 3.15.0 with files for every system, as release managers add them."""
    return release(
        "Python 3.15.0",
        file("Gzipped source tarball", "source"),
        file("XZ compressed source tarball", "source", download_button=True, filesize=35_688_820),
        file("Windows release manifest", "windows"),
        file("Windows embeddable package (64-bit)", "windows"),
        file("Windows installer (64-bit)", "windows", download_button=True, filesize=28_600_000),
        file("Windows installer (ARM64)", "windows"),
        file("Windows installer (32-bit)", "windows"),
        file("macOS installer", "macos", download_button=True),
        file("Android embeddable package (aarch64)", "android"),
        file("Android embeddable package (x86_64)", "android"),
        is_latest=True,
    )


# --- the whole site: the gateway that ships, before a real service with the real releases ---


class Site:
    """Visits the site, and changes what it shows as a release manager does."""

    def __init__(
        self,
        gateway: httpx.AsyncClient,
        service: httpx.AsyncClient,
        database: str,
        token: TokenFactory,
    ) -> None:
        self.gateway = gateway
        self.service = service
        self.database = database
        self.token = token

    async def get(
        self, path: str, *, system: str = "", agent: str = "test", **params: str
    ) -> httpx.Response:
        """Visit a page, as somebody at a `system` (a value of Sec-CH-UA-Platform)."""
        headers = {"User-Agent": agent}
        if system:
            headers["Sec-CH-UA-Platform"] = f'"{system}"'
        return await self.gateway.get(path, headers=headers, params=params or None)

    async def text(self, path: str, **asked: str) -> str:
        """Return a page that must be there."""
        answer = await self.get(path, **asked)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return answer.text

    async def purge(self, path: str) -> None:
        """Have a page made wholly anew at its next visit."""
        answer = await self.gateway.request("PURGE", path)
        assert answer.status_code == 200, answer.text

    async def sql(self, statement: str) -> None:
        """Do something to the service's database behind its back."""
        connection = await asyncpg.connect(self.database)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def change(
        self, method: str, path: str, body: dict[str, object] | None = None
    ) -> dict[str, Any]:
        """Call the service with all permissions; changes carry the version that was read."""
        headers = {"Authorization": f"Bearer {self.token('downloads', permissions=PERMISSIONS)}"}
        if method in {"PUT", "DELETE"}:
            headers["If-Match"] = (await self.service.get(path, headers=headers)).headers["etag"]
        answer = await self.service.request(method, path, headers=headers, json=body)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found


PERMISSIONS = (
    "downloads.can_publish_releases",
    *(
        f"downloads.{verb}_{entity}"
        for verb in ("add", "change", "delete", "view")
        for entity in ("release", "releasefile", "os")
    ),
)


@pytest.fixture(scope="module")
def downloads(services: Services) -> RunningService:
    """The downloads service with the seed."""
    return services.take("downloads")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(downloads: RunningService, issue_token: TokenFactory) -> AsyncIterator[Site]:
    """The site with every real release in it."""
    settings = Settings(
        environment="test",
        public_url="https://www.python.org",
        downloads_url=downloads.url,
        nats_url=downloads.nats,
        hsts=False,
        # What is tested is what pages say; how long they take depends on who else is testing.
        page_timeout=60,
        block_timeout=30,
        backend_timeout=30,
        backend_connect_timeout=10,
        cache_patience=60,
        cache_degraded=0.1,
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app=cast("Any", app))
    async with (
        started(app),
        httpx.AsyncClient(transport=transport, base_url="http://site.test") as gateway,
        httpx.AsyncClient(base_url=downloads.url) as service,
    ):
        await until(lambda: app.state.invalidation.heard)
        yield Site(gateway, service, downloads.database, issue_token)
