"""Every visitor gets the right button, with and without an install manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from contracts.downloads.dto import LatestReleases, Major, Release, ReleaseFile
from gateway.pages.downloads import hero
from gateway.pages.downloads.models import System

type MakeFile = Callable[..., ReleaseFile]
type MakeRelease = Callable[..., Release]


def latest(
    python3: Release | None = None,
    pymanager: Release | None = None,
    prerelease: Release | None = None,
) -> LatestReleases:
    return LatestReleases(python3=python3, python2=None, pymanager=pymanager, prerelease=prerelease)


@pytest.fixture
def manager(file: MakeFile, release: MakeRelease) -> Release:
    return release(
        "Python install manager 26.0",
        file("Installer (MSI)", "windows"),
        file("Installer (MSIX)", "windows", download_button=True),
        major=Major.PYMANAGER,
    )


def test_windows_without_an_install_manager_gets_the_64_bit_installer(full: Release) -> None:
    shown = hero.build("windows", latest(full))
    assert shown.primary is not None
    assert shown.primary.label == "Download Python 3.15.0"
    assert shown.primary.file_name == "windows-installer-64-bit-"
    assert shown.primary.detail == "Windows installer (64-bit), 28.6 MB"
    assert shown.also_text == "For other processors:"
    assert [link.label for link in shown.also] == ["ARM64", "32-bit"]


def test_windows_with_an_install_manager_gets_it_and_the_installers_beside_it(
    full: Release, manager: Release
) -> None:
    shown = hero.build("windows", latest(full, manager))
    assert shown.primary is not None
    assert shown.primary.label == "Download Python install manager"
    assert shown.primary.file_name == "installer-msix-"
    assert shown.also_text == "Or get the standalone installer for Python 3.15.0:"
    assert [link.label for link in shown.also] == ["64-bit", "ARM64", "32-bit"]


def test_an_install_manager_without_files_is_led_to_by_its_page(
    full: Release, release: MakeRelease
) -> None:
    bare = release("Python install manager 26.0", major=Major.PYMANAGER)
    shown = hero.build("windows", latest(full, bare))
    assert shown.primary is not None
    assert shown.primary.href == "/downloads/release/python-install-manager-260/"


@pytest.mark.parametrize(
    ("system", "label", "file_name"),
    [
        ("macos", "Download Python 3.15.0", "macos-installer"),
        ("source", "Download Python 3.15.0 source", "xz-compressed-source-tarball"),
        ("android", "Download Python 3.15.0", "android-embeddable-package-aarch64-"),
    ],
)
def test_other_systems_get_their_file(
    full: Release, system: System, label: str, file_name: str
) -> None:
    shown = hero.build(system, latest(full))
    assert shown.primary is not None
    assert (shown.primary.label, shown.primary.file_name) == (label, file_name)


def test_a_system_that_the_release_was_not_made_for_is_led_to_its_page(full: Release) -> None:
    shown = hero.build("ios", latest(full))
    assert shown.primary is not None
    assert (shown.primary.href, shown.primary.file_name) == ("/downloads/ios/", "")


def test_a_release_without_an_installer_leads_to_the_releases_for_windows(
    file: MakeFile, release: MakeRelease
) -> None:
    source_only = release("Python 3.12.9", file("Gzipped source tarball", "source"))
    shown = hero.build("windows", latest(source_only))
    assert shown.primary is not None
    assert shown.primary.href == "/downloads/windows/"


def test_an_unknown_system_may_choose(full: Release) -> None:
    shown = hero.build("unknown", latest(full))
    assert shown.primary is None
    assert [choice.key for choice in shown.choices] == [
        "windows", "macos", "source", "android", "ios", "other",
    ]  # fmt: skip
    assert all(choice.download for choice in shown.choices[:-1])


@pytest.mark.parametrize("system", get_args(System))
@pytest.mark.parametrize("answer", [None, latest()])
def test_without_a_release_the_systems_can_still_be_chosen(
    system: System, answer: LatestReleases | None
) -> None:
    shown = hero.build(system, answer)
    assert shown.primary is None
    assert shown.note
    assert all(choice.href.startswith("/downloads/") for choice in shown.choices)


def test_a_prerelease_is_named_only_where_it_is_ahead(full: Release, release: MakeRelease) -> None:
    ahead = hero.build("macos", latest(full, prerelease=release("Python 3.16.0a2"))).prerelease
    behind = hero.build("macos", latest(full, prerelease=release("Python 3.15.0rc3"))).prerelease
    assert ahead is not None
    assert (ahead.label, ahead.href) == ("Python 3.16.0a2", "/downloads/release/python-3160a2/")
    assert behind is not None
    assert (behind.label, behind.href) == ("Pre-releases", "/downloads/macos/?kind=pre-release")
