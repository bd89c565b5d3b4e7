"""Pairing what an import sends with what is stored, under lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from contracts.downloads.dto import BulkImport, FileImport, ReleaseImport
from downloads import versions
from downloads.imports.checks import refuse, wrong
from downloads.models import OperatingSystem, Release, ReleaseFile
from downloads.services import releases
from downloads.services.common import lock_releases, one_of
from servicekit import slugs
from servicekit.database import WriteSession
from servicekit.problems import FieldError


@dataclass(eq=False)
class Pair:
    """A file that was sent, the stored one it replaces (a new one else), and the system's id."""

    sent: FileImport
    file: ReleaseFile
    new: bool
    slug: str
    os_id: int


@dataclass(eq=False)
class Row:
    """One release of the import: what was sent, what is there, and what becomes of it."""

    number: int
    sent: ReleaseImport
    slug: str
    release: Release
    new: bool
    stored: list[ReleaseFile] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    before: dict[str, Any] | None = None
    was_published: bool = False
    changed: bool = False

    @property
    def gone(self) -> list[ReleaseFile]:
        """Stored files that the import does not have; none where it says nothing of files."""
        if self.sent.files is None:
            return []
        kept = {id(pair.file) for pair in self.pairs}
        return [file for file in self.stored if id(file) not in kept]


async def match(session: WriteSession, sent: BulkImport) -> list[Row]:
    """Lock systems and releases, and pair files by address, else by slug.

    Raises Invalid for a system that does not exist, and for a name that gives no slug or that of
    another version: "Python 3.81.1" and "Python 3.8.11" both give `python-3811`.
    """
    systems = await _lock_systems(session)
    found = [each.slug or slugs.slugify(each.name) for each in sent.releases]
    errors = list(_nameless(sent, found, systems))
    if errors:
        raise refuse(errors)
    ids = await session.scalars(select(Release.id).where(one_of(Release.slug, found)))
    locked = await lock_releases(session, ids.all(), with_latest=True)
    existing = {release.slug: release for release in locked.values()}
    errors = list(_mistaken(sent, found, existing))
    if errors:
        raise refuse(errors)
    stored: dict[int, list[ReleaseFile]] = defaultdict(list)
    for file in await session.scalars(
        select(ReleaseFile)
        .where(ReleaseFile.release_id.in_(list(locked)))
        .order_by(ReleaseFile.id)
        .execution_options(populate_existing=True)
    ):
        stored[file.release_id].append(file)
    rows = []
    for number, (each, slug) in enumerate(zip(sent.releases, found, strict=True)):
        release = existing.get(slug)
        row = Row(number, each, slug, release or Release(), new=release is None)
        if release is not None:
            row.sent = releases.completed(each, release)
            row.stored = stored[release.id]
            row.was_published = release.is_published
        row.pairs = list(_pair(row, systems))
        rows.append(row)
    return rows


async def _lock_systems(session: WriteSession) -> dict[str, int]:
    """Keep every system from being deleted meanwhile; returns ids by slug."""
    found = await session.scalars(
        select(OperatingSystem)
        .order_by(OperatingSystem.id)
        .with_for_update(read=True, key_share=True)
    )
    return {row.slug: row.id for row in found}


def _nameless(
    sent: BulkImport, found: Sequence[str], systems: dict[str, int]
) -> Iterator[FieldError]:
    for number, (each, slug) in enumerate(zip(sent.releases, found, strict=True)):
        if not slug:
            yield wrong([number, "slug"], "The name gives no slug; send one.", "slug_required")
        for at, file in enumerate(each.files or ()):
            if file.os not in systems:
                message = f"There is no operating system {file.os}."
                yield wrong([number, "files", at, "os"], message, "not_found")


def _mistaken(
    sent: BulkImport, found: Sequence[str], existing: Mapping[str, Release]
) -> Iterator[FieldError]:
    """Find names whose slug, made and not sent, is that of a release of another version."""
    for number, (each, slug) in enumerate(zip(sent.releases, found, strict=True)):
        other = existing.get(slug)
        if each.slug or other is None or versions.parse(each.name).key == other.version_key:
            continue
        message = f"The name gives {slug}, which is the slug of {other.name}; send one."
        yield wrong([number, "slug"], message, "slug_of_another")


def _pair(row: Row, systems: dict[str, int]) -> Iterator[Pair]:
    left = {file.url: file for file in row.stored}
    by_slug = {file.slug: file for file in row.stored}
    for sent in row.sent.files or ():
        slug = sent.slug or versions.file_slug(row.sent.name, row.slug, sent.name)
        file = left.pop(sent.url, None)
        if file is not None:
            slug = sent.slug or file.slug
        elif slug in by_slug:
            file = left.pop(by_slug[slug].url, None)
        yield Pair(sent, file or ReleaseFile(), file is None, slug, systems[sent.os])
