"""DTOs to shape pages from, as the downloads service would answer them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contracts.downloads.dto import (
    CycleBranch,
    CycleStatus,
    Major,
    Markup,
    OperatingSystem,
    Release,
    ReleaseFile,
)

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
