"""Bodies that the document of the API shows."""

from __future__ import annotations

from typing import Final

FIRST_ALPHA: Final = {
    "name": "Python 3.16.0a1",
    "slug": "python-3160a1",
    "major": 3,
    "is_published": True,
    "is_latest": False,
    "pre_release": True,
    "show_on_download_page": True,
    "release_date": "2026-10-13T12:00:00Z",
    "release_notes_url": "https://docs.python.org/3.16/whatsnew/3.16.html",
    "release_page": "",
    "content": "The *first* alpha.",
    "content_markup_type": "markdown",
}
SOURCE: Final = {
    "name": "XZ compressed source tarball",
    "os_id": 3,
    "release_id": 273,
    "is_source": True,
    "url": "https://www.python.org/ftp/python/3.16.0/Python-3.16.0a1.tar.xz",
}
_SHA256: Final = "0123456789abcdef" * 4
WHOLE_SOURCE: Final = {
    **SOURCE,
    "slug": "3160a1-XZ-compressed-source-tarball",
    "description": "",
    "gpg_signature_file": "",
    "sigstore_signature_file": "",
    "sigstore_cert_file": "",
    "sigstore_bundle_file": f"{SOURCE['url']}.sigstore",
    "sbom_spdx2_file": f"{SOURCE['url']}.spdx.json",
    "md5_sum": "",
    "sha256_sum": _SHA256,
    "filesize": 23_000_000,
    "download_button": True,
}
CHECKSUM: Final = {"sha256_sum": _SHA256, "filesize": 23_000_000}
