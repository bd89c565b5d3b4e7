"""Which branches are active, what is said of them, and where their bars stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from contracts.downloads.dto import CycleBranch, CycleStatus, Release, ReleaseCycle
from gateway.pages.downloads import cycle

type MakeRelease = Callable[..., Release]
type MakeBranch = Callable[..., CycleBranch]

TODAY = date(2026, 11, 23)


def of(*branches: CycleBranch) -> ReleaseCycle:
    return ReleaseCycle(as_of=date(2026, 11, 1), fetched=None, branches=list(branches))


def test_newest_first_and_of_those_that_ended_only_the_newest(
    branch: MakeBranch, release: MakeRelease
) -> None:
    block = cycle.build(
        of(
            branch("3.9", CycleStatus.END_OF_LIFE),
            branch("3.14", CycleStatus.BUGFIX),
            branch("3.10", CycleStatus.END_OF_LIFE),
            branch("3.12", CycleStatus.SECURITY),
        ),
        [release("Python 3.10.2"), release("Python 3.10.11"), release("Python 3.9.9")],
        TODAY,
    )
    assert block is not None
    assert [(row.series, row.status_key) for row in block.rows] == [
        ("3.14", "bugfix"),
        ("3.12", "security"),
        ("3.10", "end-of-life"),
    ]
    last = block.rows[-1].last_release
    assert last is not None
    assert (last.label, last.href) == ("3.10.11", "/downloads/release/python-31011/")
    assert block.rows[0].last_release is None
    assert block.rows[0].download.href == "/downloads/latest/python3.14/"
    assert block.rows[0].pep is not None
    assert block.rows[0].pep.href == "https://peps.python.org/pep-0700/"


@pytest.mark.parametrize(
    "status", [CycleStatus.PLANNED, CycleStatus.FEATURE, CycleStatus.PRERELEASE]
)
def test_a_branch_ahead_is_shown_once_it_has_a_release(
    status: CycleStatus, branch: MakeBranch, release: MakeRelease
) -> None:
    branches = of(branch("3.15", CycleStatus.BUGFIX), branch("3.16", status))
    hidden = cycle.build(branches, [], TODAY)
    shown = cycle.build(branches, [release("Python 3.16.0a1")], TODAY)
    assert hidden is not None
    assert shown is not None
    assert [row.series for row in hidden.rows] == ["3.15"]
    assert (shown.rows[0].series, shown.rows[0].status) == ("3.16", "pre-release")
    assert shown.rows[0].first_release == "2025-10-07 (planned)"


def test_a_final_release_is_believed_before_the_cycle_is(
    branch: MakeBranch, release: MakeRelease
) -> None:
    out = release("Python 3.15.0", release_date=datetime(2026, 10, 9, tzinfo=UTC))
    block = cycle.build(
        of(branch("3.15", CycleStatus.PRERELEASE, first_release="2026-10-01")),
        [out, release("Python 3.15.0rc3")],
        TODAY,
    )
    assert block is not None
    assert (block.rows[0].status, block.rows[0].first_release) == ("bugfix", "2026-10-09")


def test_nothing_to_show_is_no_block(branch: MakeBranch) -> None:
    assert cycle.build(of(), [], TODAY) is None
    assert cycle.build(of(branch("3.17", CycleStatus.PLANNED)), [], TODAY) is None


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("2026-02", False, date(2026, 2, 1)),
        ("2028-02", True, date(2028, 2, 29)),
        ("2026-10-09", True, date(2026, 10, 9)),
        ("", False, None),
        ("soon", False, None),
        ("2026-13", True, None),
        ("2026-02-30", False, None),
        ("2026", False, None),
    ],
)
def test_dates_are_read_as_precisely_as_they_are_given(
    text: str,
    end: bool,  # noqa: FBT001 - a parameter of the test
    expected: date | None,
) -> None:
    assert cycle.day(text, end=end) == expected


def test_phases_follow_one_another(branch: MakeBranch) -> None:
    found = cycle.phases(branch("3.14", CycleStatus.BUGFIX), TODAY)
    assert [key for key, _, _ in found] == ["feature", "prerelease", "bugfix", "security"]
    assert all(a[2] == b[1] for a, b in pairwise(found))
    assert found[-1][2] == date(2030, 10, 31)


def test_a_phase_without_its_dates_is_left_out(branch: MakeBranch) -> None:
    bare = branch(
        "3.14",
        CycleStatus.BUGFIX,
        start_of_development="",
        feature_freeze="",
        end_of_bugfix="",
    )
    assert [key for key, _, _ in cycle.phases(bare, TODAY)] == ["bugfix"]


@pytest.mark.parametrize("narrow", [False, True])
def test_the_timeline_stays_in_its_box_and_keeps_order(
    narrow: bool,  # noqa: FBT001 - a parameter of the test
    branch: MakeBranch,
) -> None:
    block = cycle.build(
        of(
            branch("3.14", CycleStatus.BUGFIX),
            branch("3.10", CycleStatus.END_OF_LIFE, end_of_life="2026-10"),
        ),
        [],
        TODAY,
    )
    assert block is not None
    line = block.timeline_narrow if narrow else block.timeline
    assert line.plot_x < line.today_x < line.width
    for row in line.rows:
        assert line.plot_y <= row.y < row.y + line.bar_height <= line.plot_bottom
        for bar in row.phases:
            assert line.plot_x <= bar.x < bar.x + bar.width <= line.width
    assert [year.x for year in line.years] == sorted(year.x for year in line.years)
    assert line.years[0].x == line.plot_x
    assert line.years[0].label == "2024"
    assert line.years[-1].label == ""
    assert line.axis_y < line.height
    ended = line.rows[1].phases[-1]
    assert (ended.key, ended.title) == ("end-of-life", "Python 3.10: end of life since 2026-10-31")
    today = (TODAY - date(2024, 1, 1)).days / (date(2031, 1, 1) - date(2024, 1, 1)).days
    assert line.today_x == pytest.approx(
        line.plot_x + today * (line.years[-1].x - line.plot_x), abs=0.1
    )


def test_the_end_of_support_is_told_where_it_is_known(branch: MakeBranch) -> None:
    known = of(branch("3.8", CycleStatus.END_OF_LIFE), branch("3.14", CycleStatus.BUGFIX))

    def ended(series: str, source: ReleaseCycle | None) -> bool:
        return cycle.is_end_of_life(cycle.branch_of(source, series), series, source)

    assert ended("3.8", known)
    assert not ended("3.14", known)
    assert ended("2.7", known)
    assert ended("1.5", known)
    assert not ended("3.99", known)
    assert not ended("", known)
    assert not ended("2.7", None)
