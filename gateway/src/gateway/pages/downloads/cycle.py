"""Active releases: which branches are shown, what is said of them, and their timeline."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.downloads.dto import CycleBranch, CycleStatus, ReleaseCycle, ReleaseSummary
from gateway.pages.downloads.models import (
    ActiveRelease,
    ActiveReleases,
    Phase,
    PhaseKey,
    Timeline,
    TimelineRow,
    YearTick,
)
from gateway.pages.downloads.versions import is_final, newest_first, series_key
from gateway.pages.links import Link, release_path

#: Before its first final release a branch is "pre-release" to visitors, whatever it is to us.
_AHEAD = frozenset({CycleStatus.PLANNED, CycleStatus.FEATURE, CycleStatus.PRERELEASE})

_STATUS: dict[CycleStatus, tuple[str, PhaseKey]] = {
    CycleStatus.PLANNED: ("pre-release", "prerelease"),
    CycleStatus.FEATURE: ("pre-release", "prerelease"),
    CycleStatus.PRERELEASE: ("pre-release", "prerelease"),
    CycleStatus.BUGFIX: ("bugfix", "bugfix"),
    CycleStatus.SECURITY: ("security", "security"),
    CycleStatus.END_OF_LIFE: ("end of life", "end-of-life"),
}

_WORDS: dict[PhaseKey, str] = {
    "feature": "new features",
    "prerelease": "pre-releases",
    "bugfix": "bug fixes",
    "security": "security fixes only",
    "end-of-life": "end of life",
}


def day(text: str, *, end: bool = False) -> date | None:
    """Return the day of a date that may lack its day; None where the text is no date.

    Without its day it is the first of the month, or with `end` the last.
    """
    try:
        parts = [int(part) for part in text.split("-")]
        match parts:
            case [year, month]:
                last = calendar.monthrange(year, month)[1] if end else 1
                return date(year, month, last)
            case [year, month, number]:
                return date(year, month, number)
    except ValueError:
        return None
    return None


def is_end_of_life(branch: CycleBranch | None, series: str, cycle: ReleaseCycle | None) -> bool:
    """Say whether a series is out of support.

    Python 2 and older are, even where the source does not list them (as at python.org). Nothing is
    said without the cycle, or of a series that it does not know.
    """
    if cycle is None or not series:
        return False
    if branch is None:
        return series_key(series) < (3,)
    return branch.status is CycleStatus.END_OF_LIFE


def branch_of(cycle: ReleaseCycle | None, series: str) -> CycleBranch | None:
    """Return the branch of a series."""
    if cycle is None:
        return None
    return next((branch for branch in cycle.branches if branch.series == series), None)


def build(
    cycle: ReleaseCycle, releases: Sequence[ReleaseSummary], today: date
) -> ActiveReleases | None:
    """Return the block of active releases, None where no branch is to be shown.

    Args:
        cycle: The release cycle.
        releases: All published releases.
        today: Where the line of the timeline stands.
    """
    shown = _shown(cycle, releases)
    if not shown:
        return None
    return ActiveReleases(
        rows=tuple(_row(branch, own) for branch, own in shown),
        timeline=_timeline([branch for branch, _ in shown], today, _WIDE),
        timeline_narrow=_timeline([branch for branch, _ in shown], today, _NARROW),
        as_of=cycle.as_of,
    )


def _shown(
    cycle: ReleaseCycle, releases: Sequence[ReleaseSummary]
) -> list[tuple[CycleBranch, list[ReleaseSummary]]]:
    """Return the branches to show with their releases, newest first.

    A branch that has no release yet is left out, and of those that ended only the newest is kept
    (as at python.org). Where the first final release is out already and the cycle does not say so
    yet, the branch counts as maintained: the release is the better witness.
    """
    shown: list[tuple[CycleBranch, list[ReleaseSummary]]] = []
    for branch in sorted(cycle.branches, key=lambda b: series_key(b.series), reverse=True):
        own = newest_first(r for r in releases if r.series == branch.series)
        if branch.status in _AHEAD:
            if not own:
                continue
            finals = [release for release in own if is_final(release)]
            if finals:
                first = min(release.release_date for release in finals)
                branch = branch.model_copy(  # noqa: PLW2901 - the same branch, corrected
                    update={
                        "status": CycleStatus.BUGFIX,
                        "first_release": first.date().isoformat(),
                    }
                )
        shown.append((branch, own))
        if branch.status is CycleStatus.END_OF_LIFE:
            break
    return shown


def _row(branch: CycleBranch, own: Sequence[ReleaseSummary]) -> ActiveRelease:
    status, key = _STATUS[branch.status]
    ended = branch.status is CycleStatus.END_OF_LIFE
    last = next((release for release in own if is_final(release)), None)
    planned = " (planned)" if branch.status in _AHEAD else ""
    return ActiveRelease(
        series=branch.series,
        status=status,
        status_key=key,
        download=Link(
            label=f"Download Python {branch.series}",
            href=f"/downloads/latest/python{branch.series}/",
        ),
        first_release=branch.first_release + planned,
        end_of_bugfix=branch.end_of_bugfix,
        end_of_support=branch.end_of_life,
        pep=Link(
            label=f"PEP {branch.pep}",
            href=f"https://peps.python.org/pep-{branch.pep:04d}/",
            external=True,
        )
        if branch.pep
        else None,
        last_release=Link(label=last.number or last.name, href=release_path(last))
        if ended and last
        else None,
    )


# --- the timeline ---


@dataclass(frozen=True, slots=True)
class _Shape:
    """Proportions of a timeline, in units of its view box."""

    width: float
    label: float
    row: float
    bar: float
    top: float
    bottom: float
    margin: float
    label_every: int


_WIDE = _Shape(720, 56, 30, 18, 26, 24, 8, 1)
_NARROW = _Shape(340, 40, 28, 16, 24, 22, 6, 3)


def phases(branch: CycleBranch, until: date) -> list[tuple[PhaseKey, date, date]]:
    """Return the phases of a branch as (key, from, to), those without both dates left out.

    The end of life of a branch that ended is drawn up to `until`.
    """
    begin = day(branch.start_of_development)
    freeze = day(branch.feature_freeze)
    first = day(branch.first_release)
    fixes = day(branch.end_of_bugfix, end=True)
    end = day(branch.end_of_life, end=True)
    steps: list[tuple[PhaseKey, date | None, date | None]] = [
        ("feature", begin, freeze or first),
        ("prerelease", freeze, first),
        ("bugfix", first, fixes or end),
        ("security", fixes, end),
    ]
    if branch.status is CycleStatus.END_OF_LIFE:
        steps.append(("end-of-life", end, until))
    return [(key, a, b) for key, a, b in steps if a and b and a < b]


def _timeline(branches: Sequence[CycleBranch], today: date, shape: _Shape) -> Timeline:
    spans = [phases(branch, date.min) for branch in branches]
    days = [a for rows in spans for _, a, _ in rows] + [b for rows in spans for _, _, b in rows]
    first = date(min([*days, today]).year, 1, 1)
    last = date(max([*days, today]).year + 1, 1, 1)
    scale = (shape.width - shape.label - shape.margin) / (last - first).days

    def x(at: date) -> float:
        return round(shape.label + (at - first).days * scale, 1)

    rows: list[TimelineRow] = []
    used: set[PhaseKey] = set()
    for index, branch in enumerate(branches):
        bars = phases(branch, last)
        used.update(key for key, _, _ in bars)
        top = shape.top + index * shape.row + (shape.row - shape.bar) / 2
        rows.append(
            TimelineRow(
                series=branch.series,
                status=_STATUS[branch.status][0],
                y=top,
                text_y=top + shape.bar / 2,
                phases=tuple(
                    Phase(
                        key=key,
                        x=x(a),
                        width=round(max(x(b) - x(a), 1), 1),
                        title=_title(branch.series, key, a, b),
                    )
                    for key, a, b in bars
                ),
            )
        )
    bottom = shape.top + len(branches) * shape.row
    return Timeline(
        width=shape.width,
        height=bottom + shape.bottom,
        plot_x=shape.label,
        plot_y=shape.top,
        plot_bottom=bottom,
        axis_y=bottom + shape.bottom * 0.7,
        bar_height=shape.bar,
        label_x=0,
        rows=tuple(rows),
        years=tuple(
            YearTick(
                x=x(date(year, 1, 1)),
                # The label stands right of its line, so the last line has none.
                label=str(year)
                if (year - first.year) % shape.label_every == 0 and year < last.year
                else "",
            )
            for year in range(first.year, last.year + 1)
        ),
        today_x=x(today),
        today=today,
        today_label="today",
        summary=_summary(branches, first, last),
        legend=tuple((key, words) for key, words in _WORDS.items() if key in used),
    )


def _title(series: str, key: PhaseKey, begin: date, end: date) -> str:
    if key == "end-of-life":
        return f"Python {series}: {_WORDS[key]} since {begin.isoformat()}"
    return f"Python {series}: {_WORDS[key]}, {begin.isoformat()} to {end.isoformat()}"


def _summary(branches: Sequence[CycleBranch], first: date, last: date) -> str:
    told = ", ".join(f"{branch.series} {_STATUS[branch.status][0]}" for branch in branches)
    return f"Release cycle of Python from {first.year} to {last.year - 1}: {told}"
