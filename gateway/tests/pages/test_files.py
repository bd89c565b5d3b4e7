"""The file table of a release, its order, columns and checksums, and the featured boxes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.downloads.dto import Major, Release, ReleaseFile
from gateway.pages.downloads import files

type MakeFile = Callable[..., ReleaseFile]
type MakeRelease = Callable[..., Release]


def test_files_are_ordered_by_system_and_use(full: Release) -> None:
    table = files.table(full)
    assert table is not None
    assert [row.name for row in table.rows] == [
        "XZ compressed source tarball",
        "Gzipped source tarball",
        "macOS installer",
        "Windows installer (64-bit)",
        "Windows installer (ARM64)",
        "Windows installer (32-bit)",
        "Windows embeddable package (64-bit)",
        "Windows release manifest",
        "Android embeddable package (aarch64)",
        "Android embeddable package (x86_64)",
    ]


def test_a_column_is_there_only_where_a_file_has_it(file: MakeFile, release: MakeRelease) -> None:
    bare = files.table(release("Python 3.15.0", file("a", "source")))
    assert bare is not None
    assert not any(
        (bare.has_description, bare.has_size, bare.has_sigstore, bare.has_sbom, bare.has_gpg)
    )
    assert not bare.has_digest
    rich = files.table(
        release(
            "Python 3.15.0",
            file("a", "source"),
            file(
                "b",
                "source",
                description="for all",
                filesize=1,
                sigstore_bundle_file="https://www.python.org/b.sigstore",
                sbom_spdx2_file="https://www.python.org/b.spdx.json",
                gpg_signature_file="https://www.python.org/b.asc",
                md5_sum="0" * 32,
            ),
        )
    )
    assert rich is not None
    assert all(
        (rich.has_description, rich.has_size, rich.has_sigstore, rich.has_sbom, rich.has_gpg)
    )
    assert rich.has_digest
    assert files.table(release("Python 3.15.0")) is None


@pytest.mark.parametrize(
    ("sums", "label", "algorithms"),
    [
        ([("a" * 64, "b" * 32), ("c" * 64, "")], "SHA-256", ["SHA-256", "SHA-256"]),
        ([("", "b" * 32), ("", "c" * 32)], "MD5", ["MD5", "MD5"]),
        ([("a" * 64, ""), ("", "c" * 32)], "Checksum", ["SHA-256", "MD5"]),
        ([("a" * 64, ""), ("", "")], "SHA-256", ["SHA-256", None]),
        ([("", ""), ("", "")], "", [None, None]),
    ],
)
def test_the_best_checksum_of_each_file_is_shown(
    sums: list[tuple[str, str]],
    label: str,
    algorithms: list[str | None],
    file: MakeFile,
    release: MakeRelease,
) -> None:
    rows = [
        file(f"file {index}", "source", sha256_sum=sha, md5_sum=md5)
        for index, (sha, md5) in enumerate(sums)
    ]
    table = files.table(release("Python 3.15.0", *rows))
    assert table is not None
    assert table.digest_label == label
    assert [row.digest.algorithm if row.digest else None for row in table.rows] == algorithms


def test_a_checksum_wraps_and_stays_whole(file: MakeFile, release: MakeRelease) -> None:
    value = "0123456789abcdef" * 4
    table = files.table(release("Python 3.15.0", file("a", "source", sha256_sum=value)))
    assert table is not None
    digest = table.rows[0].digest
    assert digest is not None
    assert digest.value == value == "".join(digest.groups)
    assert [len(group) for group in digest.groups] == [16] * 4


def test_the_bundle_stands_for_certificate_and_signature(
    file: MakeFile, release: MakeRelease
) -> None:
    parts = {
        "sigstore_cert_file": "https://www.python.org/x.crt",
        "sigstore_signature_file": "https://www.python.org/x.sig",
    }
    bundle = {"sigstore_bundle_file": "https://www.python.org/x.sigstore"}
    table = files.table(
        release(
            "Python 3.12.0",
            file("a", "source", **parts),
            file("b", "source", **parts, **bundle),
            file("c", "source", sigstore_cert_file="https://www.python.org/x.crt"),
        )
    )
    assert table is not None
    assert [[link.label for link in row.sigstore] for row in table.rows] == [
        ["CRT", "SIG"],
        [".sigstore"],
        ["CRT"],
    ]


def test_the_featured_boxes_are_the_buttons(full: Release) -> None:
    boxes = files.featured(full, None)
    assert [(box.key, box.download.file_name) for box in boxes] == [
        ("windows", "windows-installer-64-bit-"),
        ("macos", "macos-installer"),
        ("source", "xz-compressed-source-tarball"),
    ]


@pytest.mark.parametrize(
    ("name", "managed"),
    [("Python 3.15.0", True), ("Python 3.5.0rc1", True), ("Python 3.4.10", False)],
)
def test_the_install_manager_stands_where_it_can_install_the_release(
    name: str,
    managed: bool,  # noqa: FBT001 - a parameter of the test
    file: MakeFile,
    release: MakeRelease,
) -> None:
    manager = release(
        "Python install manager 26.0",
        file("MSIX", "windows", download_button=True),
        major=Major.PYMANAGER,
    )
    own = release(name, file("Windows installer (64-bit)", "windows", download_button=True))
    (box,) = files.featured(own, manager)
    assert (box.download.file_name == "msix") is managed
    (box,) = files.featured(manager, manager)
    assert box.download.file_name == "msix"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Windows installer (64-bit)", "64-bit"),
        ("Windows installer (32 -bit)", "32-bit"),
        ("Windows installer (ARM64)", "ARM64"),
        ("Windows x86-64 executable installer", "64-bit"),
        ("Windows x86 MSI installer", "32-bit"),
        ("Windows x86-64 embeddable zip file", "64-bit"),
        ("Windows help file", ""),
    ],
)
def test_the_processor_is_read_from_the_names_of_all_times(
    name: str, expected: str, file: MakeFile
) -> None:
    assert files.architecture(file(name, "windows")) == expected
