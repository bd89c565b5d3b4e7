"""The resources of the downloads service: systems, releases, files.

Names, labels, help texts and rules are those of python.org's API; clients show and compare them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from contracts.base import Page
from contracts.downloads import dto
from gateway.api.legacy.declaration import NOW, Errors, Field, Filter, Kind, Resource

if TYPE_CHECKING:
    from contracts.base import DTO

_ORIGIN: Final = "https://www.python.org/"
_SIDECARS: Final = {
    "gpg_signature_file": ".asc",
    "sigstore_signature_file": ".sig",
    "sigstore_cert_file": ".crt",
    "sigstore_bundle_file": ".sigstore",
    "sbom_spdx2_file": ".spdx.json",
}
#: What every event of the service drops; what is withdrawn drops copies for good.
KEYS: Final = ("downloads", "api:downloads")
#: Characters of an address, and of a checksum.
_LONGEST: Final = 200

_NAME: Final = Field(name="name", label="name", longest=_LONGEST)
_SLUG: Final = Field(name="slug", kind=Kind.SLUG, label="slug", longest=_LONGEST, unique="slug")
_SELF: Final = Field(name="resource_uri", kind=Kind.SELF, label="resource uri")


def _flag(name: str, label: str, text: str = "", *, default: bool = False) -> Field:
    return Field(name=name, kind=Kind.BOOLEAN, label=label, help=text, default=default)


def _sidecar(name: str, label: str, text: str) -> Field:
    return Field(
        name=name,
        kind=Kind.URL,
        label=label,
        help=text,
        default="",
        blank=True,
        longest=_LONGEST,
    )


def _checksum(name: str, label: str) -> Field:
    return Field(name=name, label=label, default="", blank=True, longest=_LONGEST)


SYSTEM: Final = Resource(
    name="downloads/os",
    service="downloads",
    path="/operating-systems",
    listed=TypeAdapter(Page[dto.OperatingSystem]),
    one=TypeAdapter(dto.OperatingSystem),
    input=dto.OperatingSystemInput,
    order="name",
    model="OS",
    verbose="Operating System",
    description="DRF viewset for CRUD operations on operating systems.",
    entity="os",
    fields=(_NAME, _SLUG, _SELF),
    filters=(Filter(field="name", parameter="name"), Filter(field="slug", parameter="slug")),
    keys=KEYS,
)

RELEASE: Final = Resource(
    name="downloads/release",
    service="downloads",
    path="/releases",
    listed=TypeAdapter(Page[dto.ReleaseSummary]),
    one=TypeAdapter(dto.Release),
    input=dto.ReleaseInput,
    order="name",
    model="Release",
    verbose="Release",
    description="DRF viewset for CRUD operations on releases.",
    entity="release",
    fields=(
        _NAME,
        _SLUG,
        Field(
            name="version",
            kind=Kind.CHOICE,
            of="major",
            label="version",
            default=3,
            choices=(
                (3, "Python 3.x.x"),
                (2, "Python 2.x.x"),
                (1, "Python 1.x.x"),
                (100, "Python install manager"),
            ),
        ),
        _flag(
            "is_published",
            "Is Published?",
            "Whether or not this should be considered a released/published version",
        ),
        _flag(
            "is_latest",
            "Is this the latest release?",
            "Set this if this should be considered the latest release for the major version. "
            "Previous 'latest' versions will automatically have this flag turned off.",
        ),
        Field(name="release_date", kind=Kind.DATETIME, label="release date", default=NOW),
        _flag("pre_release", "Pre-release", "Boolean to denote pre-release/beta/RC versions"),
        Field(
            name="release_page",
            kind=Kind.RELATION,
            label="release page",
            to="pages/page",
            by="url",
            default=None,
            blank=True,
            null=True,
        ),
        Field(
            name="release_notes_url",
            kind=Kind.URL,
            label="Release Notes URL",
            default="",
            blank=True,
            longest=_LONGEST,
        ),
        _flag(
            "show_on_download_page",
            "show on download page",
            "Whether or not to show this release on the main /downloads/ page",
            default=True,
        ),
        _SELF,
    ),
    filters=(
        Filter(field="name", parameter="name"),
        Filter(field="slug", parameter="slug"),
        Filter(field="is_published", parameter="is_published"),
        Filter(field="pre_release", parameter="pre_release"),
        Filter(field="version", parameter="major"),
        Filter(field="version", lookup="startswith", parameter="major__startswith", v2=False),
        Filter(field="release_date", parameter="release_date", v1=False),
    ),
    hollow=("release_date",),
    drafts=True,
    kept=("release_page", "content", "content_markup_type"),
    keys=KEYS,
)


def _check_file(sent: Mapping[str, Any], old: DTO | None) -> Errors:
    """Return what is wrong with the addresses of a file; an old one may stay as it is."""
    errors: Errors = {}
    url = sent["url"]
    for name in ("url", *_SIDECARS):
        value = sent[name]
        changed = old is None or value != getattr(old, name)
        if value and changed and not value.startswith(_ORIGIN):
            errors[name] = [f"Release file URLs must begin with '{_ORIGIN}'."]
    for name, suffix in _SIDECARS.items():
        if sent[name] and sent[name] != url + suffix:
            errors[name] = [f"Sidecar URL must match the artifact URL plus '{suffix}'."]
    return errors


FILE: Final = Resource(
    name="downloads/release_file",
    service="downloads",
    path="/release-files",
    listed=TypeAdapter(Page[dto.ReleaseFile]),
    one=TypeAdapter(dto.ReleaseFile),
    input=dto.ReleaseFileInput,
    order=None,
    model="ReleaseFile",
    verbose="Release File",
    description="DRF viewset for CRUD operations on release files.",
    entity="releasefile",
    fields=(
        _NAME,
        _SLUG,
        Field(name="os", kind=Kind.RELATION, of="os_id", label="OS", to=SYSTEM.name),
        Field(
            name="release", kind=Kind.RELATION, of="release_id", label="release", to=RELEASE.name
        ),
        Field(name="description", label="description", default="", blank=True),
        _flag("is_source", "Is Source Distribution"),
        Field(
            name="url",
            kind=Kind.URL,
            label="URL",
            help="Download URL",
            longest=_LONGEST,
            unique="url",
        ),
        _sidecar("gpg_signature_file", "GPG SIG URL", "GPG Signature URL"),
        _checksum("md5_sum", "MD5 Sum"),
        _checksum("sha256_sum", "SHA256 Sum"),
        Field(name="filesize", kind=Kind.INTEGER, label="filesize", default=0),
        _flag(
            "download_button",
            "download button",
            "Use for the supernav download button for this OS",
        ),
        # Clients take fields by their place: this one stands before those that came later.
        _SELF,
        _sidecar("sigstore_signature_file", "Sigstore Signature URL", "Sigstore Signature URL"),
        _sidecar("sigstore_cert_file", "Sigstore Cert URL", "Sigstore Cert URL"),
        _sidecar("sigstore_bundle_file", "Sigstore Bundle URL", "Sigstore Bundle URL"),
        _sidecar("sbom_spdx2_file", "SPDX-2 SBOM URL", "SPDX-2 SBOM URL"),
    ),
    filters=(
        Filter(field="name", parameter="name"),
        Filter(field="slug", parameter="slug"),
        Filter(field="description", lookup="contains", parameter="description__contains"),
        Filter(field="os", parameter="os"),
        Filter(field="os", lookup="in", parameter="os__in", v2=False),
        Filter(field="release", parameter="release"),
        Filter(field="release", lookup="in", parameter="release__in", v2=False),
    ),
    related={"os": "os__", "release": "release__"},
    strict=True,
    bulk="release",
    check=_check_file,
    clash=("download_button", "The fields os, release must make a unique set."),
    keys=KEYS,
)

DOWNLOADS: Final = (SYSTEM, RELEASE, FILE)
