"""What the page of a release says beyond its files, and the notices on the systems' pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from contracts.downloads.dto import (
    CycleBranch,
    CycleStatus,
    LatestReleases,
    Major,
    Release,
    ReleaseCycle,
)
from gateway.pages.boxes import supernav_box
from gateway.pages.downloads.release import end_of_life, model
from gateway.pages.downloads.systems import _notices

type MakeRelease = Callable[..., Release]
type MakeBranch = Callable[..., CycleBranch]


@pytest.fixture
def cycle(branch: MakeBranch) -> ReleaseCycle:
    return ReleaseCycle(
        as_of=date(2026, 11, 1),
        fetched=None,
        branches=[
            branch("3.14", CycleStatus.BUGFIX),
            branch("3.10", CycleStatus.END_OF_LIFE, end_of_life="2026-10"),
            branch("3.8", CycleStatus.END_OF_LIFE, end_of_life="2024-10-07"),
        ],
    )


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("Python 3.14.0", ""),
        ("Python 3.10.1", "Python 3.10 reached the end of its life in 2026-10."),
        ("Python 3.8.0", "Python 3.8 reached the end of its life on 2024-10-07."),
        ("Python 2.6.9", "Python 2.6 reached the end of its life."),
        ("Strange name", ""),
    ],
)
def test_the_banner_of_a_series_out_of_support(
    name: str, begin: str, release: MakeRelease, cycle: ReleaseCycle
) -> None:
    text = end_of_life(release(name), cycle)
    assert text.startswith(begin)
    assert bool(text) is bool(begin)


def test_no_banner_without_the_cycle_nor_for_the_install_manager(
    release: MakeRelease, cycle: ReleaseCycle
) -> None:
    manager = release("Python install manager 2.0", major=Major.PYMANAGER, series="2.0")
    assert end_of_life(release("Python 3.8.0"), None) == ""
    assert end_of_life(manager, cycle) == ""


def test_the_page_names_what_superseded_it(release: MakeRelease) -> None:
    shown = model(release("Python 3.14.1"), None, None, release("Python 3.14.2"))
    assert shown.superseded_by is not None
    assert shown.superseded_by.label == "Python 3.14.2"
    assert shown.superseded_by.href == "/downloads/release/python-3142/"
    assert model(release("Python 3.14.2"), None, None, None).superseded_by is None


@pytest.mark.parametrize(
    ("name", "has_manager", "words"),
    [
        ("Python 3.15.0b1", True, ["py install 3.15.0b1"]),
        ("Python 3.15.0", False, []),
        ("Python 3.13.0", True, []),
        ("Strange", True, []),
    ],
)
def test_windows_users_are_told_what_the_install_manager_can_install(
    name: str,
    has_manager: bool,  # noqa: FBT001 - a parameter of the test
    words: list[str],
    release: MakeRelease,
) -> None:
    notices = _notices(release(name), has_manager=has_manager)
    assert len(notices) == len(words)
    assert all(word in notice for word, notice in zip(words, notices, strict=True))


def test_the_menu_cell_leaves_out_systems_without_a_file(full: Release) -> None:
    box = supernav_box(LatestReleases(python3=full, python2=None, pymanager=None, prerelease=None))
    assert [block.id for block in box.systems] == [
        "download-os-android",
        "download-os-macos",
        "download-os-source",
        "download-os-windows",
        "download-unknown",
    ]
    assert box.systems[3].alternative is None
