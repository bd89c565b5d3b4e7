"""The files of a release: order, sizes, the table, the featured buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from contracts.downloads.dto import Major, Release, ReleaseFile, ReleaseWithFiles
from gateway.pages.downloads.models import (
    Digest,
    DownloadLink,
    Featured,
    FileLink,
    FileRow,
    FileTable,
)
from gateway.pages.links import Link, release_path
from gateway.web.templating import filesize

#: Names of the systems as visitors know them. A system that staff added is named by its row.
SYSTEM_NAMES = {
    "windows": "Windows",
    "macos": "macOS",
    "source": "Source code",
    "android": "Android",
    "ios": "iOS",
}

#: Featured boxes stand in this order, then the rest by name. The page is the same for everybody, so
#: that a CDN may keep it: what most visitors want is first.
FEATURED_ORDER = ("windows", "macos", "source")

#: Files are listed in this order, so that what most visitors want is on top.
TABLE_ORDER = ("source", "macos", "windows", "android", "ios")

#: From this version on the Windows button of a release leads to the install manager, which can
#: install it (as at python.org).
INSTALL_MANAGER_SINCE = (3, 5)

Architecture = Literal["64-bit", "ARM64", "32-bit", ""]

_INSTALLER = re.compile(r"\binstaller\b", re.IGNORECASE)
_ARCHITECTURES: tuple[tuple[Architecture, re.Pattern[str]], ...] = (
    ("ARM64", re.compile(r"arm64", re.IGNORECASE)),
    ("64-bit", re.compile(r"64[ -]*bit|x86[-_]64|amd64", re.IGNORECASE)),
    ("32-bit", re.compile(r"32[ -]*bit|\bx86\b|win32", re.IGNORECASE)),
)
_ARCHITECTURE_ORDER = ("64-bit", "ARM64", "32-bit", "")


def system_name(slug: str, name: str = "") -> str:
    """Return what a system is called on the pages; `name` is that of its row, where it is known."""
    return SYSTEM_NAMES.get(slug) or name or slug.replace("-", " ").capitalize()


def size_of(file: ReleaseFile) -> str:
    """Return the size as printed, empty where it is unknown."""
    return filesize(file.filesize) if file.filesize else ""


def file_name(url: str) -> str:
    """Return the last part of an address."""
    return url.rsplit("/", 1)[-1]


def architecture(file: ReleaseFile) -> Architecture:
    """Return the processor that a file is for, empty where its name does not say."""
    for name, pattern in _ARCHITECTURES:
        if pattern.search(file.name):
            return name
    return ""


def is_installer(file: ReleaseFile) -> bool:
    """Say whether the file is one that a visitor runs to install Python."""
    return bool(_INSTALLER.search(file.name))


def windows_installers(files: Sequence[ReleaseFile]) -> list[ReleaseFile]:
    """Return the standalone installers for Windows: 64-bit, ARM64, 32-bit."""
    found = [file for file in files if file.os_slug == "windows" and is_installer(file)]
    return sorted(found, key=lambda file: _ARCHITECTURE_ORDER.index(architecture(file)))


def in_order(files: Sequence[ReleaseFile]) -> list[ReleaseFile]:
    """Sort the files of one system: the button first, installers before packages before the rest.

    Within each kind, for Windows, 64-bit comes before ARM64 before 32-bit.
    """

    def rank(file: ReleaseFile) -> tuple[bool, bool, bool, int, str]:
        return (
            not file.download_button,
            not is_installer(file),
            "embed" not in file.name.lower(),
            _ARCHITECTURE_ORDER.index(architecture(file)) if file.os_slug == "windows" else 0,
            file.name,
        )

    return sorted(files, key=rank)


def by_system(files: Sequence[ReleaseFile], order: Sequence[str]) -> list[list[ReleaseFile]]:
    """Group files by system, systems in `order` and then by slug, files as `in_order`."""
    slugs = {file.os_slug for file in files}
    ranked = sorted(slugs, key=lambda s: (order.index(s) if s in order else len(order), s))
    return [in_order([file for file in files if file.os_slug == slug]) for slug in ranked]


def download(file: ReleaseFile, label: str, detail: str = "") -> DownloadLink:
    """Return a button for a file; its detail is the file's name and size unless given."""
    parts = (detail or file.name, size_of(file))
    return DownloadLink(
        label=label,
        href=file.url,
        detail=", ".join(part for part in parts if part),
        file_name=file_name(file.url),
    )


def install_manager_button(manager: ReleaseWithFiles | None) -> DownloadLink | None:
    """Return the button for the Python install manager, None where there is no such release.

    A release without a file for Windows is shown by its page.
    """
    if manager is None:
        return None
    files = in_order(manager.files_for_os("windows"))
    if not files:
        return DownloadLink(
            label="Get the Python install manager", href=release_path(manager), detail=manager.name
        )
    return download(files[0], "Download Python install manager", manager.name)


def short_links(files: Sequence[ReleaseFile]) -> tuple[FileLink, ...]:
    """Return the files of one system as a short list."""
    return tuple(
        FileLink(label=file.name, href=file.url, description=file.description, size=size_of(file))
        for file in in_order(files)
    )


def _digest(file: ReleaseFile) -> Digest | None:
    """Return the best checksum of a file: SHA-256, else MD5."""
    algorithm: Literal["SHA-256", "MD5"] = "SHA-256" if file.sha256_sum else "MD5"
    value = file.sha256_sum or file.md5_sum
    if not value:
        return None
    groups = tuple(value[at : at + 16] for at in range(0, len(value), 16))
    return Digest(algorithm=algorithm, value=value, groups=groups)


def _sigstore(file: ReleaseFile) -> tuple[Link, ...]:
    """Return the Sigstore material: the bundle, else certificate and signature."""
    if file.sigstore_bundle_file:
        return (Link(label=".sigstore", href=file.sigstore_bundle_file),)
    pairs = (("CRT", file.sigstore_cert_file), ("SIG", file.sigstore_signature_file))
    return tuple(Link(label=label, href=href) for label, href in pairs if href)


def _row(file: ReleaseFile) -> FileRow:
    return FileRow(
        name=file.name,
        href=file.url,
        system=system_name(file.os_slug),
        description=file.description,
        size=size_of(file),
        sigstore=_sigstore(file),
        sbom=Link(label="SPDX", href=file.sbom_spdx2_file) if file.sbom_spdx2_file else None,
        gpg=Link(label="SIG", href=file.gpg_signature_file) if file.gpg_signature_file else None,
        digest=_digest(file),
    )


def table(release: Release) -> FileTable | None:
    """Return the file table of a release, None where it has no files."""
    groups = by_system(release.files, TABLE_ORDER)
    rows = tuple(_row(file) for group in groups for file in group)
    if not rows:
        return None
    algorithms = {row.digest.algorithm for row in rows if row.digest}
    return FileTable(
        version=release.name,
        rows=rows,
        has_description=any(row.description for row in rows),
        has_size=any(row.size for row in rows),
        has_sigstore=any(row.sigstore for row in rows),
        has_sbom=any(row.sbom for row in rows),
        has_gpg=any(row.gpg for row in rows),
        digest_label=algorithms.pop() if len(algorithms) == 1 else "Checksum" * bool(algorithms),
    )


def featured(release: Release, manager: ReleaseWithFiles | None) -> tuple[Featured, ...]:
    """Return the boxes above the table: each system's button file.

    For Windows it is the install manager where there is one that can install the release.
    """
    boxes: list[Featured] = []
    for group in by_system(release.files, FEATURED_ORDER):
        file = group[0]
        if not file.download_button:
            continue
        button: DownloadLink | None = None
        if (
            file.os_slug == "windows"
            and release.major is Major.PYTHON3
            and release.is_version_at_least(INSTALL_MANAGER_SINCE)
        ):
            button = install_manager_button(manager)
        boxes.append(
            Featured(
                key=file.os_slug,
                system=system_name(file.os_slug),
                download=button or download(file, f"Download {file.name}", file_name(file.url)),
            )
        )
    return tuple(boxes)
