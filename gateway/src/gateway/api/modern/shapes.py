"""What the modern API tells of releases, files, systems and the release cycle."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from contracts.downloads import dto
from contracts.downloads.architecture import Architecture, architecture_of


class Release(BaseModel):
    """A release of Python, or of the install manager."""

    id: int
    name: str = Field(examples=["Python 3.15.0"])
    slug: str = Field(examples=["python-3150"])
    version: str = Field(description="Empty where the name is none", examples=["3.15.0"])
    series: str = Field(description="First two numbers of the version", examples=["3.15"])
    major: int = Field(description="1, 2, 3; 100 is the install manager", examples=[3])
    is_stable: bool = Field(description="It is no pre-release")
    is_latest: bool = Field(description="Download buttons of its major version lead to it")
    is_published: bool
    is_listed: bool = Field(description="It is shown on the downloads page")
    released_at: datetime
    notes_url: str
    page: str = Field(description="Path on the site", examples=["/downloads/release/python-3150/"])
    revision: int = Field(description="Grows with each change; for If-Match")
    updated_at: datetime


class File(BaseModel):
    """A file of a release. Texts are empty where there is nothing to tell."""

    id: int
    name: str = Field(examples=["Windows installer (64-bit)"])
    slug: str
    release: str = Field(description="Slug", examples=["python-3150"])
    system: str = Field(description="Slug", examples=["windows"])
    architecture: Architecture | None = Field(
        description="As its address tells; null: for any, or it does not tell"
    )
    description: str
    is_source: bool
    is_button: bool = Field(description="The download button for its system leads to it")
    url: str
    size: int = Field(description="Bytes; 0: not known")
    sha256: str
    md5: str
    gpg_signature_url: str
    sigstore_bundle_url: str
    sigstore_signature_url: str
    sigstore_certificate_url: str
    sbom_url: str
    revision: int = Field(description="Grows with each change; for If-Match")
    updated_at: datetime


class WholeRelease(Release):
    """A release with its text and its files."""

    content_html: str = Field(description="Safe to be put into a page")
    superseded_by: str = Field(description="Slug of the newest release of the series, if another")
    files: list[File]


class System(BaseModel):
    """A system that files are made for."""

    id: int
    name: str = Field(examples=["Windows"])
    slug: str = Field(examples=["windows"])
    page: str = Field(description="Path on the site", examples=["/downloads/windows/"])


class Branch(BaseModel):
    """A branch of the release cycle. Days are as exact as their source: YYYY-MM or YYYY-MM-DD."""

    series: str = Field(examples=["3.15"])
    status: dto.CycleStatus
    pep: int | None
    first_release: str
    feature_freeze: str
    end_of_bugfix: str
    end_of_life: str
    release_manager: str


class Cycle(BaseModel):
    """The release cycle, newest branch first."""

    as_of: date
    branches: list[Branch]


def release_of(found: dto.ReleaseSummary) -> Release:
    """Return a release as this API tells it."""
    return Release(**_release(found))


def _release(found: dto.ReleaseSummary) -> dict[str, Any]:
    return {
        **{name: getattr(found, name) for name in ("id", "name", "slug", "series", "is_latest")},
        "version": found.number,
        "major": int(found.major),
        "is_stable": not found.pre_release,
        "is_published": found.is_published,
        "is_listed": found.show_on_download_page,
        "released_at": found.release_date,
        "notes_url": found.release_notes_url,
        "page": found.release_page or f"/downloads/release/{found.slug}/",
        "revision": found.version,
        "updated_at": found.updated,
    }


def whole_release_of(found: dto.Release) -> WholeRelease:
    """Return a release with text and files."""
    return WholeRelease(
        **_release(found),
        content_html=found.content_html,
        superseded_by=found.superseded_by,
        files=[file_of(file) for file in found.files],
    )


def file_of(found: dto.ReleaseFile) -> File:
    """Return a file as this API tells it."""
    return File(
        id=found.id,
        name=found.name,
        slug=found.slug,
        release=found.release_slug,
        system=found.os_slug,
        architecture=architecture_of(found.url),
        description=found.description,
        is_source=found.is_source,
        is_button=found.download_button,
        url=found.url,
        size=found.filesize,
        sha256=found.sha256_sum,
        md5=found.md5_sum,
        gpg_signature_url=found.gpg_signature_file,
        sigstore_bundle_url=found.sigstore_bundle_file,
        sigstore_signature_url=found.sigstore_signature_file,
        sigstore_certificate_url=found.sigstore_cert_file,
        sbom_url=found.sbom_spdx2_file,
        revision=found.version,
        updated_at=found.updated,
    )


def system_of(found: dto.OperatingSystem) -> System:
    """Return a system as this API tells it."""
    return System(id=found.id, name=found.name, slug=found.slug, page=f"/downloads/{found.slug}/")


def cycle_of(found: dto.ReleaseCycle) -> Cycle:
    """Return the release cycle as this API tells it."""
    branches = [
        Branch.model_validate(branch.model_dump(include=set(Branch.model_fields)))
        for branch in found.branches
    ]
    return Cycle(as_of=found.as_of, branches=branches)
