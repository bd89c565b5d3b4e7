"""What a list may be narrowed and ordered by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, case, cast, collate, literal, not_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from contracts.downloads.architecture import ARCHITECTURES, Architecture
from downloads.models import OperatingSystem, Release, ReleaseFile

type Column = InstrumentedAttribute[Any]


def bytewise(column: Column) -> ColumnElement[Any]:
    """Compare text by code point whatever the database's collation is, as python.org does."""
    return collate(column, "C")


RELEASE_ORDERS: Final[Mapping[str, ColumnElement[Any] | Column]] = {
    "release_date": Release.release_date,
    "name": bytewise(Release.name),
    "version": Release.version_key,
    "id": Release.id,
}
SYSTEM_ORDERS: Final[Mapping[str, ColumnElement[Any] | Column]] = {
    "name": bytewise(OperatingSystem.name),
    "slug": bytewise(OperatingSystem.slug),
    "id": OperatingSystem.id,
}
FILE_ORDERS: Final[Mapping[str, ColumnElement[Any] | Column]] = {
    "name": bytewise(ReleaseFile.name),
    "release_date": Release.release_date,
    "id": ReleaseFile.id,
}
#: Files as python.org lists them: of published releases first, then by release, system and name.
FILE_DEFAULT_ORDER: Final = (
    Release.is_published.desc(),
    bytewise(Release.name),
    bytewise(OperatingSystem.name),
    bytewise(ReleaseFile.name),
    ReleaseFile.id,
)


@dataclass(frozen=True, kw_only=True)
class ReleaseFilter:
    """Which releases; None lets everything pass. Texts are compared exactly, `q` is contained.

    `latest_of_series` is about the highest version of a series: of final releases among final ones,
    of pre-releases among those.
    """

    id_in: Sequence[int] | None = None
    id_gt: int | None = None
    name: str | None = None
    slug: str | None = None
    major: int | None = None
    major_startswith: str | None = None
    series: str | None = None
    is_published: bool | None = None
    is_latest: bool | None = None
    pre_release: bool | None = None
    show_on_download_page: bool | None = None
    release_date: datetime | None = None
    release_date_gte: datetime | None = None
    release_date_lt: datetime | None = None
    latest_of_series: bool | None = None
    os: str | None = None
    q: str | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """Yield one condition for each field that is set."""
        for column in (
            *(Release.name, Release.slug, Release.major, Release.series, Release.is_published),
            *(Release.is_latest, Release.pre_release, Release.show_on_download_page),
            Release.release_date,
        ):
            value = getattr(self, column.key)
            if value is not None:
                yield column == value
        yield from self._ranges()
        if self.latest_of_series is not None:
            yield is_latest_of_series() if self.latest_of_series else not_(is_latest_of_series())
        if self.major_startswith is not None:
            yield cast(Release.major, String).startswith(self.major_startswith, autoescape=True)
        if self.os is not None:
            yield has_files_for(self.os)
        if self.q:
            yield Release.name.icontains(self.q, autoescape=True)

    def _ranges(self) -> Iterable[ColumnElement[bool]]:
        if self.id_in is not None:
            yield Release.id.in_(self.id_in)
        if self.id_gt is not None:
            yield Release.id > self.id_gt
        if self.release_date_gte is not None:
            yield Release.release_date >= self.release_date_gte
        if self.release_date_lt is not None:
            yield Release.release_date < self.release_date_lt


@dataclass(frozen=True, kw_only=True)
class FileFilter:
    """Which files; None lets everything pass. `release` narrows by what the file belongs to."""

    id_in: Sequence[int] | None = None
    id_gt: int | None = None
    name: str | None = None
    slug: str | None = None
    url: str | None = None
    os_id: int | None = None
    os_in: Sequence[int] | None = None
    os_name: str | None = None
    os_slug: str | None = None
    release_id: int | None = None
    release_in: Sequence[int] | None = None
    release: ReleaseFilter = ReleaseFilter()
    description_contains: str | None = None
    is_source: bool | None = None
    download_button: bool | None = None
    architecture: Architecture | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """Yield one condition for each field that is set."""
        for column, value in (
            (ReleaseFile.name, self.name),
            (ReleaseFile.slug, self.slug),
            (ReleaseFile.url, self.url),
            (ReleaseFile.os_id, self.os_id),
            (OperatingSystem.name, self.os_name),
            (OperatingSystem.slug, self.os_slug),
            (ReleaseFile.release_id, self.release_id),
            (ReleaseFile.is_source, self.is_source),
            (ReleaseFile.download_button, self.download_button),
        ):
            if value is not None:
                yield column == value
        for column, values in (
            (ReleaseFile.id, self.id_in),
            (ReleaseFile.os_id, self.os_in),
            (ReleaseFile.release_id, self.release_in),
        ):
            if values is not None:
                yield column.in_(values)
        if self.id_gt is not None:
            yield ReleaseFile.id > self.id_gt
        if self.architecture is not None:
            yield architecture() == self.architecture.value
        if self.description_contains:
            yield ReleaseFile.description.contains(self.description_contains, autoescape=True)
        yield from self.release.conditions()


def is_latest_of_series() -> ColumnElement[bool]:
    """Tell the published releases that no other of their series and kind comes after."""
    other = aliased(Release)
    later = (
        select(literal(1))
        .where(
            other.is_published,
            other.series == Release.series,
            other.major == Release.major,
            other.pre_release == Release.pre_release,
            other.version_key > Release.version_key,
        )
        .correlate(Release)
        .exists()
    )
    return and_(Release.is_published, Release.series != "", not_(later))


def architecture() -> ColumnElement[str]:
    """Return what processors a file is for, as its address says."""
    return case(
        *(
            (ReleaseFile.url.regexp_match(pattern), name.value)
            for name, pattern in ARCHITECTURES.items()
        ),
        else_="",
    )


def has_files_for(os_slug: str) -> ColumnElement[bool]:
    """Tell the releases that have a file for a system."""
    return (
        select(literal(1))
        .select_from(ReleaseFile)
        .join(OperatingSystem, ReleaseFile.os_id == OperatingSystem.id)
        .where(ReleaseFile.release_id == Release.id, OperatingSystem.slug == os_slug)
        .correlate(Release)
        .exists()
    )
