"""Lists of releases, and the filter above the list of the landing page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.downloads.dto import OperatingSystem, ReleaseSummary
from gateway.pages.downloads.files import system_name
from gateway.pages.downloads.models import Option, ReleaseFilter, ReleaseList, ReleaseRow
from gateway.pages.downloads.versions import is_final, newest_first, series_key
from gateway.pages.links import Link, release_path
from gateway.web.pages import BadInput

#: So many rows stand in the first view; the rest is behind "older releases".
FIRST_ROWS = 12

_SERIES = re.compile(r"[0-9]{1,2}\.[0-9]{1,3}")


def row(release: ReleaseSummary) -> ReleaseRow:
    """Return a release as a row."""
    return ReleaseRow(
        name=release.name,
        href=release_path(release),
        number=release.number,
        released=release.release_date.date(),
        pre_release=not is_final(release),
        notes=Link(
            label=f"Release notes of {release.name}",
            href=release.release_notes_url,
            external=True,
        )
        if release.release_notes_url
        else None,
    )


def on_download_page(release: ReleaseSummary) -> bool:
    """Say whether the release belongs to the list: final, and not hidden by staff."""
    return release.show_on_download_page and is_final(release)


def wanted_series(series: str, version: str) -> str:
    """Return the series asked for by `series`, or by `version`, its other name; may be empty.

    Raises BadInput naming the parameter where it is not written X.Y, or where the two differ.
    """
    for field, value in (("series", series), ("version", version)):
        if value and not _SERIES.fullmatch(value):
            raise BadInput(field, "must be written as two numbers with a dot, e.g. 3.12")
    if series and version and series != version:
        raise BadInput("version", "must be the same as series, or left out")
    return series or version


def known_series(releases: Sequence[ReleaseSummary]) -> list[str]:
    """Return every series of the list, newest first."""
    found = {r.series for r in releases if r.series and on_download_page(r)}
    return sorted(found, key=series_key, reverse=True)


def build(
    releases: Sequence[ReleaseSummary],
    *,
    all_series: Sequence[str],
    systems: Sequence[OperatingSystem],
    series: str = "",
    system: OperatingSystem | None = None,
) -> ReleaseList:
    """Return the list, filtered by series; `releases` are those of `system` already.

    Args:
        releases: Published releases in any order.
        all_series: What the filter offers.
        systems: What the filter offers; empty where it cannot be had.
        series: The series to list, empty for all.
        system: The system whose releases these are, None for all.
    """
    listed = newest_first(
        r for r in releases if on_download_page(r) and (not series or r.series == series)
    )
    rows = [row(release) for release in listed]
    filtered = bool(series or system)
    cut = len(rows) if filtered else FIRST_ROWS
    return ReleaseList(
        filter=ReleaseFilter(
            action="/downloads/#releases",
            series=(
                Option(value="", label="All versions", selected=not series),
                *(Option(value=s, label=f"Python {s}", selected=s == series) for s in all_series),
            ),
            systems=(
                Option(value="", label="All systems", selected=system is None),
                *(
                    Option(value=s.slug, label=system_name(s.slug, s.name), selected=s == system)
                    for s in systems
                ),
            ),
            active=filtered,
            clear_href="/downloads/#releases",
        ),
        summary=_summary(len(rows), series, system),
        rows=tuple(rows[:cut]),
        older_rows=tuple(rows[cut:]),
    )


def _summary(count: int, series: str, system: OperatingSystem | None) -> str:
    number = {0: "No release", 1: "1 release"}.get(count, f"{count} releases")
    of = f" of Python {series}" if series else ""
    files = f" with files for {system_name(system.slug, system.name)}" if system else ""
    return f"{number}{of}{files}"
