"""What the downloads service answers and accepts."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.base import DTO, Input, Line, Slug, Text, said

_NUMERIC = re.compile(r"\d+(?:\.\d+)*")


class Major(IntEnum):
    """What a release is a release of. The numbers are stored by clients and never change."""

    PYTHON3 = 3
    PYTHON2 = 2
    PYTHON1 = 1
    PYMANAGER = 100


class Markup(StrEnum):
    """How a text is written."""

    MARKDOWN = "markdown"
    RESTRUCTUREDTEXT = "restructuredtext"
    HTML = "html"
    PLAIN = "plain"


class CycleStatus(StrEnum):
    """Where a branch is in its life (PEP 602 and https://devguide.python.org/versions/)."""

    PLANNED = "planned"
    FEATURE = "feature"
    PRERELEASE = "prerelease"
    BUGFIX = "bugfix"
    SECURITY = "security"
    END_OF_LIFE = "end-of-life"


class OperatingSystem(DTO):
    """A system that files are made for.

    Ids: windows 1, macos 2, source 3, android 4, ios 5, other 6.
    """

    id: int
    name: str
    slug: str
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class ReleaseFile(DTO):
    """One downloadable file. `filesize` is in bytes, 0 where unknown; empty text where absent."""

    id: int
    name: str
    slug: str
    os_id: int
    os_slug: str
    release_id: int
    release_slug: str
    description: str
    is_source: bool
    url: str
    gpg_signature_file: str
    sigstore_signature_file: str
    sigstore_cert_file: str
    sigstore_bundle_file: str
    sbom_spdx2_file: str
    md5_sum: str
    sha256_sum: str
    filesize: int
    download_button: bool
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class ReleaseSummary(DTO):
    """A release without its text and files."""

    id: int
    name: str
    slug: str
    major: Major
    number: str = Field(
        description="Whole version from the name, pre-release suffix kept: 3.15.0b1; empty where "
        "the name is not one"
    )
    series: str = Field(description="X.Y of the number, e.g. 3.15; empty where there is none")
    is_latest: bool
    is_published: bool
    pre_release: bool
    show_on_download_page: bool
    release_date: datetime
    release_notes_url: str
    release_page: str = Field(description="Path of a content page that replaces the text, or empty")
    version: int = Field(description="Version of the aggregate (release with its files)")
    created: datetime
    updated: datetime

    def is_version_at_least(self, target: tuple[int, ...]) -> bool:
        """Tell whether the number is `target` or later; a pre-release counts as its final release.

        Missing parts are zeros on both sides. False where the name is no version.
        """
        found = _NUMERIC.match(self.number)
        if found is None:
            return False
        own = tuple(int(part) for part in found[0].split("."))
        width = max(len(own), len(target))
        return own + (0,) * (width - len(own)) >= target + (0,) * (width - len(target))


class ReleaseWithFiles(ReleaseSummary):
    """A release and those of its files that were asked for, in the order of their names."""

    files: list[ReleaseFile]

    def download_file_for_os(self, os_slug: str) -> ReleaseFile | None:
        """Return the file that a download button for the system points to, if there is one."""
        return next(
            (file for file in self.files if file.os_slug == os_slug and file.download_button), None
        )

    def files_for_os(self, os_slug: str) -> list[ReleaseFile]:
        """Return the files of one system."""
        return [file for file in self.files if file.os_slug == os_slug]


class Release(ReleaseWithFiles):
    """A release with text and files. `content_html` is safe to put into a page as it is."""

    content: str
    content_markup_type: Markup
    content_html: str
    superseded_by: str = Field(
        default="",
        description="Slug of the newest published release of the same 3.N series, where that is "
        "another one. Only told when one release is read: in lists and events it is empty",
    )


class LatestReleases(DTO):
    """The releases that a download button may point to, each with its files."""

    python3: Release | None
    python2: Release | None
    pymanager: Release | None
    prerelease: ReleaseSummary | None


class BySystem(DTO):
    """What one system can run: the published releases that have files for it, newest first.

    Only that system's files are in each release.
    """

    operating_system: OperatingSystem
    stable: list[ReleaseWithFiles]
    pre_releases: list[ReleaseWithFiles]


class CycleBranch(DTO):
    """One branch of the release cycle.

    Dates are as precise as their source: YYYY-MM or YYYY-MM-DD.
    """

    series: str
    branch: str
    pep: int | None
    status: CycleStatus
    first_release: str
    end_of_life: str
    start_of_development: str = ""
    feature_freeze: str = ""
    end_of_bugfix: str = ""
    release_manager: str = ""


class ReleaseCycle(DTO):
    """The release cycle as last fetched, newest branch first."""

    as_of: date
    fetched: datetime | None = Field(description="When the source last answered; null: seed data")
    branches: list[CycleBranch]


# --- what callers send ---

# The printable ASCII that an address may hold (RFC 3986), which leaves out space " < > \ ^ ` { | }.
_URL_CHARACTERS = r"[!#-;=?-\[\]_a-z~]"
# http:// is let through here: a row from the time before https may be sent back as it is. The
# service refuses it in an address that is new or changed.
_PYTHON_ORG = rf"^https?://www\.python\.org/{_URL_CHARACTERS}*$"
#: An address on www.python.org, or empty.
PythonOrgURL = Annotated[
    str,
    StringConstraints(
        max_length=2000,
        pattern=said(
            _PYTHON_ORG + r"|^$", "must begin with https://www.python.org/ and have no spaces in it"
        ),
    ),
]
#: Any http(s) address, or empty.
WebURL = Annotated[
    str,
    StringConstraints(
        max_length=2000,
        pattern=said(
            rf"^$|^https?://{_URL_CHARACTERS}+$",
            "must begin with https:// or http:// and have no spaces in it",
        ),
    ),
]
# Of any length here: a row that always had another one may be sent back as it is. The service
# refuses it in a checksum that is new or changed.
#: A checksum, or empty.
HexDigest = Annotated[
    str,
    StringConstraints(
        max_length=200,
        pattern=said(r"^[0-9A-Fa-f]*$", "must be made of hexadecimal digits: 0-9, a-f"),
    ),
]


class OperatingSystemInput(Input):
    """Create or replace a system."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")


class ReleaseInput(Input):
    """Create or replace a release (its files are changed through their own routes)."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)] = Field(
        examples=["Python 3.15.0b1", "Python install manager 25.0"]
    )
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    major: Major = Major.PYTHON3
    is_latest: bool = Field(
        default=False,
        description="The release that buttons of its major version point to; taken from any other. "
        "Of a draft it is an intention, which counts once the draft is published",
    )
    is_published: bool = Field(
        default=False,
        description="Of a release that exists: stays as it is where absent",
    )
    pre_release: bool = False
    show_on_download_page: bool = True
    release_date: AwareDatetime | None = Field(default=None, description="Now where absent")
    release_notes_url: WebURL = ""
    release_page: Annotated[
        str,
        StringConstraints(
            max_length=500,
            pattern=said(
                r"^(/([A-Za-z0-9_.-][A-Za-z0-9_./-]*)?)?$",
                "must be a path that begins with one /, of letters A-Z, digits and _ . - /",
            ),
        ),
    ] = ""
    content: Annotated[Text, StringConstraints(max_length=200_000)] = ""
    content_markup_type: Markup = Markup.MARKDOWN


class ReleaseFileInput(Input):
    """Create or replace a file of a release."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from release and name where absent")
    os_id: int = Field(ge=1, le=2**63 - 1)
    release_id: int = Field(ge=1, le=2**63 - 1)
    description: Annotated[Text, StringConstraints(max_length=10_000)] = ""
    is_source: bool = False
    url: Annotated[PythonOrgURL, StringConstraints(min_length=1)]
    gpg_signature_file: PythonOrgURL = ""
    sigstore_signature_file: PythonOrgURL = ""
    sigstore_cert_file: PythonOrgURL = ""
    sigstore_bundle_file: PythonOrgURL = ""
    sbom_spdx2_file: PythonOrgURL = ""
    md5_sum: HexDigest = ""
    sha256_sum: HexDigest = ""
    filesize: int = Field(default=0, ge=0, le=2**63 - 1, description="Bytes; 0 where unknown")
    download_button: bool = False


# --- bulk import ---


class FileImport(Input):
    """One file of a release in a bulk import: `ReleaseFileInput` with the system named."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from release and name where absent")
    os: Slug = Field(description="Slug of the operating system", examples=["windows"])
    description: Annotated[Text, StringConstraints(max_length=10_000)] = ""
    is_source: bool = False
    url: Annotated[PythonOrgURL, StringConstraints(min_length=1)]
    gpg_signature_file: PythonOrgURL = ""
    sigstore_signature_file: PythonOrgURL = ""
    sigstore_cert_file: PythonOrgURL = ""
    sigstore_bundle_file: PythonOrgURL = ""
    sbom_spdx2_file: PythonOrgURL = ""
    md5_sum: HexDigest = ""
    sha256_sum: HexDigest = ""
    filesize: int = Field(default=0, ge=0, le=2**63 - 1, description="Bytes; 0 where unknown")
    download_button: bool = False


class ReleaseImport(ReleaseInput):
    """One release of a bulk import, with all of its files.

    A release that exists (by slug) is replaced, field by field, and so are its files: one that is
    not in `files` is deleted. `files` absent leaves the files alone.
    """

    files: Annotated[list[FileImport], Field(max_length=500)] | None = None


class BulkImport(Input):
    """The body of a bulk import, and the shape of a file for it."""

    releases: Annotated[list[ReleaseImport], Field(min_length=1, max_length=5000)]


class ImportReport(DTO):
    """What a bulk import did, or would do. Numbers count releases; files are in their release."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    files: int = Field(description="Files in the import")
    slugs: list[str] = Field(description="Slugs of the created and updated releases, in order")
