"""The rules of a release file, the same for forms, the API and bulk imports.

Source of those of its addresses: python.org's own model of a release file; see the README for the
list. The lengths of checksums are those of MD5 (RFC 1321) and SHA-256 (FIPS 180-4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

ORIGIN: Final = "https://www.python.org/"

#: What each accompanying file must be called: the address of the file itself, plus this.
SIDECARS: Final[Mapping[str, str]] = {
    "gpg_signature_file": ".asc",
    "sigstore_signature_file": ".sig",
    "sigstore_cert_file": ".crt",
    "sigstore_bundle_file": ".sigstore",
    "sbom_spdx2_file": ".spdx.json",
}
URL_FIELDS: Final = ("url", *SIDECARS)
#: Hexadecimal digits of each checksum.
DIGITS: Final[Mapping[str, int]] = {"md5_sum": 32, "sha256_sum": 64}


class Checked(Protocol):
    """The six addresses and the checksums of a file, stored or sent."""

    url: str
    gpg_signature_file: str
    sigstore_signature_file: str
    sigstore_cert_file: str
    sigstore_bundle_file: str
    sbom_spdx2_file: str
    md5_sum: str
    sha256_sum: str


def broken(new: Checked, old: Checked | None = None) -> Iterator[tuple[str, str, str]]:
    """Yield field, message and code of every address and checksum in `new` that breaks a rule.

    An address that is new or differs from `old` must be on https://www.python.org/; one from the
    time before https is let alone as long as nobody changes it, and so is a checksum of another
    length. The names of the accompanying files are checked even where they did not change.
    """
    for field in URL_FIELDS:
        value = getattr(new, field)
        if not value or (old is not None and value == getattr(old, field)):
            continue
        if not value.startswith(ORIGIN):
            yield field, f"must begin with {ORIGIN}", "https_required"
    for field, suffix in SIDECARS.items():
        value = getattr(new, field)
        if value and value != new.url + suffix:
            yield field, f"must be the address of the file followed by {suffix}", "sidecar_mismatch"
    for field, digits in DIGITS.items():
        value = getattr(new, field)
        if not value or (old is not None and value == getattr(old, field)):
            continue
        if len(value) != digits:
            message = f"must have {digits} hexadecimal digits, or be empty; it has {len(value)}"
            yield field, message, "digest_length"
