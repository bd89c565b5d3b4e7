"""Compare releases by the numbers in their names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from contracts.downloads.dto import ReleaseSummary

#: What a version sorts by: its numbers, then 0 for a final release or -1, letter and number of a
#: pre-release. Plain tuples, because a list of all releases is sorted for each page that has one.
type Order = tuple[tuple[int, ...], tuple[int, str, int]]

_NONE: Order = ((), (0, "", 0))


@lru_cache(maxsize=4096)
def order(number: str) -> Order:
    """Return what a version sorts by. Text that is no version comes before everything."""
    try:
        version = Version(number)
    except InvalidVersion:
        return _NONE
    release = (*version.release, 0, 0, 0)[:3]
    return release, (-1, *version.pre) if version.pre else (0, "", 0)


def order_of(release: ReleaseSummary) -> Order:
    """Return what a release sorts by: 3.15.0b1 before 3.15.0."""
    return order(release.number)


def newest_first[T: ReleaseSummary](releases: Iterable[T]) -> list[T]:
    """Sort by version, newest first; those without a number last, by date."""
    return sorted(releases, key=lambda r: (order(r.number), r.release_date, r.id), reverse=True)


def series_key(series: str) -> tuple[int, ...]:
    """Return what a series sorts by: 3.9 before 3.10."""
    return order(series)[0]


def is_final(release: ReleaseSummary) -> bool:
    """Say whether the release is for everybody: neither flagged nor numbered as a pre-release."""
    return not release.pre_release and order(release.number)[1][0] == 0
