"""Compare releases by the numbers in their names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from contracts.downloads.dto import ReleaseSummary

_NONE = Version("0")


@lru_cache(maxsize=4096)
def parse(number: str) -> Version:
    """Return the version, or 0 where the text is none, so that such releases sort last."""
    try:
        return Version(number)
    except InvalidVersion:
        return _NONE


def version_of(release: ReleaseSummary) -> Version:
    """Return the version of a release as it sorts: 3.15.0b1 before 3.15.0."""
    return parse(release.number)


def newest_first[T: ReleaseSummary](releases: Iterable[T]) -> list[T]:
    """Sort by version, newest first; those without a number last, by date."""
    return sorted(releases, key=lambda r: (version_of(r), r.release_date, r.id), reverse=True)


def series_key(series: str) -> tuple[int, ...]:
    """Return what a series sorts by: 3.9 before 3.10."""
    return parse(series).release


def is_final(release: ReleaseSummary) -> bool:
    """Say whether the release is for everybody: neither flagged nor numbered as a pre-release."""
    return not release.pre_release and not version_of(release).is_prerelease
