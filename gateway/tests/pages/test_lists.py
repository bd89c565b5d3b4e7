"""Lists of releases, their filters, documentation by version, and the feed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contracts.downloads.dto import Major, OperatingSystem, Release
from gateway.pages import docs, sitemaps
from gateway.pages.downloads import feed, lists
from gateway.pages.downloads.versions import is_final, newest_first
from gateway.web.pages import BadInput

type MakeRelease = Callable[..., Release]
type MakeSystem = Callable[[str, str], OperatingSystem]


def test_releases_sort_by_version_and_not_by_text(release: MakeRelease) -> None:
    names = ["Python 3.9.1", "Python 3.10.0", "Python 3.10.0rc2", "Python 3.10.0b4", "Odd one"]
    rows = newest_first(release(name) for name in names)
    assert [row.name for row in rows] == [
        "Python 3.10.0",
        "Python 3.10.0rc2",
        "Python 3.10.0b4",
        "Python 3.9.1",
        "Odd one",
    ]


def test_a_prerelease_is_known_by_its_flag_and_by_its_number(release: MakeRelease) -> None:
    assert is_final(release("Python 3.15.0"))
    assert not is_final(release("Python 3.15.0rc1", pre_release=False))
    assert not is_final(release("Python 3.15.0", pre_release=True))


def test_the_list_has_finals_that_staff_did_not_hide(
    release: MakeRelease, system: MakeSystem
) -> None:
    releases = [
        release("Python 3.14.1"),
        release("Python 3.14.0"),
        release("Python 3.15.0b1"),
        release("Python 3.13.0", show_on_download_page=False),
    ]
    shown = lists.build(
        releases,
        all_series=lists.known_series(releases),
        systems=[system("Windows", "windows")],
    )
    assert [row.name for row in shown.rows] == ["Python 3.14.1", "Python 3.14.0"]
    assert shown.summary == "2 releases"
    assert [option.value for option in shown.filter.series] == ["", "3.14"]
    assert [option.value for option in shown.filter.systems] == ["", "windows"]
    assert not shown.filter.active


def test_a_filter_is_remembered_and_told(release: MakeRelease, system: MakeSystem) -> None:
    windows = system("Windows", "windows")
    shown = lists.build(
        [release("Python 3.14.1"), release("Python 3.13.0")],
        all_series=["3.14", "3.13"],
        systems=[system("macOS", "macos"), windows],
        series="3.13",
        system=windows,
    )
    assert shown.summary == "1 release of Python 3.13 with files for Windows"
    source = lists.build([], all_series=[], systems=[], system=system("Source release", "source"))
    assert source.summary == "No release with files for Source code"
    assert [o.value for o in shown.filter.series if o.selected] == ["3.13"]
    assert [o.value for o in shown.filter.systems if o.selected] == ["windows"]
    assert shown.filter.active


def test_only_the_first_rows_stand_open(release: MakeRelease) -> None:
    releases = [release(f"Python 3.14.{patch}") for patch in range(20)]
    whole = lists.build(releases, all_series=[], systems=[])
    one = lists.build(releases, all_series=["3.14"], systems=[], series="3.14")
    assert (len(whole.rows), len(whole.older_rows)) == (lists.FIRST_ROWS, 8)
    assert whole.rows[0].name == "Python 3.14.19"
    assert (len(one.rows), len(one.older_rows)) == (20, 0)


@pytest.mark.parametrize(
    ("series", "version", "field"),
    [
        ("3", "", "series"),
        ("3.x", "", "series"),
        ("٣.١", "", "series"),  # noqa: RUF001 - digits that are not ASCII, on purpose
        ("", "3.12.1", "version"),
        ("3.12", "3.13", "version"),
    ],
)
def test_a_series_that_is_none_is_refused_by_name(series: str, version: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        lists.wanted_series(series, version)
    assert refused.value.field == field


def test_version_is_another_name_of_series() -> None:
    assert lists.wanted_series("", "3.12") == lists.wanted_series("3.12", "3.12") == "3.12"
    assert lists.wanted_series("", "") == ""


def test_documentation_is_grouped_by_series(release: MakeRelease) -> None:
    groups = docs.groups(
        [
            release("Python 3.14.1"),
            release("Python 3.14.0"),
            release("Python 3.2.0"),
            release("Python 3.9.0"),
            release("Python 2.7.0"),
            release("Python 2.5.6"),
            release("Python 3.15.0rc1"),
            release("Python install manager 26.0", major=Major.PYMANAGER, number="26.0"),
        ]
    )
    found = {group.series: [version.label for version in group.versions] for group in groups}
    assert list(found)[:4] == ["3.14", "3.9", "3.2", "2.7"]
    assert found["3.14"] == ["3.14.1", "3.14.0"]
    assert found["3.9"] == ["3.9.0"]
    assert found["3.2"] == ["3.2"]
    assert found["2.7"] == ["2.7"]
    assert "2.5" not in found
    assert "26.0" not in found
    assert found["2.2"] == ["2.2.3", "2.2.2", "2.2.1", "2.2p1", "2.2"]
    assert list(found)[-1] == "1.4"
    assert found["1.5"] == ["1.5.2p2", "1.5.2p1", "1.5.2", "1.5.1p1", "1.5.1", "1.5"]
    assert groups[0].versions[0].href == "https://docs.python.org/release/3.14.1/"


def test_the_feed_has_the_shape_that_readers_know(release: MakeRelease) -> None:
    when = datetime(2026, 11, 19, 21, 37, 10, tzinfo=UTC)
    body = feed.rss("https://www.python.org", [release("Python 3.15.1", release_date=when)])
    channel = ET.fromstring(body).find("channel")
    assert channel is not None
    item = channel.find("item")
    assert item is not None
    told = {child.tag: child.text for child in item}
    assert channel.findtext("title") == "Python Releases"
    assert channel.findtext("link") == "https://www.python.org/downloads/"
    assert told == {
        "title": "Python 3.15.1",
        "link": "https://www.python.org/downloads/release/python-3151/",
        "guid": "https://www.python.org/downloads/release/python-3151/",
        "description": "Release date: 2026-11-19 21:37:10+00:00",
        "pubDate": "Thu, 19 Nov 2026 21:37:10 +0000",
    }


def test_the_sitemap_is_escaped() -> None:
    body = sitemaps.urlset(
        "https://x", [("/a&b/", None), ("/c/", datetime(2026, 1, 2, tzinfo=UTC))]
    )
    urls = ET.fromstring(body.encode())
    assert [[child.text for child in url] for url in urls] == [
        ["https://x/a&b/"],
        ["https://x/c/", "2026-01-02"],
    ]
