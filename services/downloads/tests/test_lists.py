"""Lists: filters, order, windows, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from contracts.base import Page
from contracts.downloads.dto import Release, ReleaseFile, ReleaseSummary
from servicekit.sqltrace import count_queries

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from servicekit.database import Database

NAMES = ["Python 2.7.18", "Python 3.2.0", "Python 3.10.0", "Python 3.10.0rc1", "Python 3.9.1"]


@pytest.fixture
async def releases(api: Api, systems: dict[str, int]) -> dict[str, Any]:
    made = {}
    for number, name in enumerate(NAMES, start=1):
        made[name] = await api.release(
            name,
            major=int(name[7]),
            is_latest=name in {"Python 2.7.18", "Python 3.10.0"},
            pre_release="rc" in name,
            show_on_download_page=name != "Python 3.2.0",
            release_date=f"2026-02-{number:02}T12:00:00Z",
        )
    first, second = made["Python 3.10.0"]["id"], made["Python 3.9.1"]["id"]
    await api.file(first, systems["windows"], "a.exe", description="Windows 10 and later")
    await api.file(first, systems["source"], "a.tgz", is_source=True, download_button=True)
    await api.file(second, systems["windows"], "b.exe", description="100% Windows")
    await api.file(second, systems["macos"], "b.pkg", description="for macOS")
    return made


RELEASES: list[tuple[str, list[str]]] = [
    ("order=version", [NAMES[0], NAMES[1], NAMES[4], NAMES[3], NAMES[2]]),
    ("order=-version", [NAMES[2], NAMES[3], NAMES[4], NAMES[1], NAMES[0]]),
    ("order=name", [NAMES[0], NAMES[2], NAMES[3], NAMES[1], NAMES[4]]),
    ("order=release_date", NAMES),
    ("", NAMES[::-1]),
    ("order=-id", NAMES[::-1]),
    ("order=id&limit=2&offset=1", NAMES[1:3]),
    ("order=id&offset=99", []),
    ("name=Python%203.10.0", [NAMES[2]]),
    ("name=Python+3.10.0", [NAMES[2]]),
    ("name=Python%203.10", []),
    ("slug=python-391", [NAMES[4]]),
    ("slug=PYTHON-391", []),
    ("major=2", [NAMES[0]]),
    ("major=100", []),
    ("major__startswith=3&order=id", NAMES[1:]),
    ("major__startswith=1", []),
    ("series=3.10&order=id", NAMES[2:4]),
    ("is_latest=true&order=id", [NAMES[0], NAMES[2]]),
    ("is_latest=1&major=3", [NAMES[2]]),
    ("pre_release=true", [NAMES[3]]),
    ("pre_release=false&major=3&order=id", [NAMES[1], NAMES[2], NAMES[4]]),
    ("show_on_download_page=false", [NAMES[1]]),
    ("is_published=false", []),
    ("is_published=true&limit=1", [NAMES[4]]),
    ("release_date=2026-02-03T12:00:00Z", [NAMES[2]]),
    ("release_date=2026-02-03T12:00:00", [NAMES[2]]),
    ("os=windows&order=id", [NAMES[2], NAMES[4]]),
    ("os=macos", [NAMES[4]]),
    ("os=amiga", []),
    ("q=3.10&order=id", NAMES[2:4]),
    ("q=PYTHON%203.9", [NAMES[4]]),
    ("q=%25", []),
    ("q=_", []),
]


@pytest.mark.usefixtures("releases")
async def test_releases(api: Api) -> None:
    found = {query: await api.names(f"/releases?{query}") for query, _ in RELEASES}
    assert found == dict(RELEASES)


FILES: list[tuple[str, list[str]]] = [
    ("", ["a.tgz", "a.exe", "b.exe", "b.pkg"]),
    ("order=name", ["a.exe", "a.tgz", "b.exe", "b.pkg"]),
    ("order=-id", ["b.pkg", "b.exe", "a.tgz", "a.exe"]),
    ("name=a.exe", ["a.exe"]),
    ("slug=b-pkg", ["b.pkg"]),
    ("os=1", ["a.exe", "b.exe"]),
    ("os=999", []),
    ("os__slug=source", ["a.tgz"]),
    ("os__name=macOS", ["b.pkg"]),
    ("release=5", ["b.exe", "b.pkg"]),
    ("release=5&os=1", ["b.exe"]),
    ("release__slug=python-3100", ["a.tgz", "a.exe"]),
    ("release__name=Python%203.9.1&os=2", ["b.pkg"]),
    ("release__major=3&order=id&limit=1", ["a.exe"]),
    ("release__major__startswith=2", []),
    ("release__series=3.9", ["b.exe", "b.pkg"]),
    ("release__is_published=false", []),
    ("release__is_latest=true", ["a.tgz", "a.exe"]),
    ("release__pre_release=true", []),
    ("description__contains=Windows", ["a.exe", "b.exe"]),
    ("description__contains=windows", []),
    ("description__contains=%25", ["b.exe"]),
    ("is_source=true", ["a.tgz"]),
    ("download_button=true", ["a.tgz"]),
    ("limit=1&offset=2", ["b.exe"]),
]


@pytest.mark.usefixtures("releases")
async def test_files(api: Api) -> None:
    found = {query: await api.names(f"/release-files?{query}") for query, _ in FILES}
    assert found == dict(FILES)


async def test_total_counts_beyond_the_window(api: Api, releases: dict[str, Any]) -> None:
    page = await api.read("/releases?major=3&limit=2&offset=1")
    assert (page["total"], page["limit"], page["offset"]) == (4, 2, 1)
    assert len(page["items"]) == 2
    page = await api.read(f"/release-files?release={releases['Python 3.9.1']['id']}&limit=1")
    assert (page["total"], len(page["items"])) == (2, 1)
    assert (await api.read("/releases?limit=0"))["limit"] == 100


@pytest.mark.usefixtures("releases")
@pytest.mark.parametrize(
    ("path", "kind"), [("/releases", ReleaseSummary), ("/release-files", ReleaseFile)]
)
async def test_rows_are_what_the_contract_says(api: Api, path: str, kind: Any) -> None:
    answer = await api.get(path)
    adapter: TypeAdapter[Any] = TypeAdapter(Page[kind])
    page = adapter.validate_json(answer.content)
    assert answer.content == adapter.dump_json(page)


async def test_details_are_what_the_contract_says(api: Api, releases: dict[str, Any]) -> None:
    made = releases["Python 3.10.0"]
    answer = await api.get(f"/releases/{made['id']}")
    assert answer.json() == Release.model_validate_json(answer.content).model_dump(mode="json")
    by_slug = await api.get(f"/releases/by-slug/{made['slug']}")
    assert by_slug.content == answer.content
    assert by_slug.headers["ETag"] == answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    assert [file["name"] for file in answer.json()["files"]] == ["a.tgz", "a.exe"]


COSTS = {
    # A list that fits its window tells how long it is; one that does not is counted.
    "/releases": 1,
    "/releases?limit=1": 2,
    "/releases?q=3&os=windows&order=-version": 1,
    "/release-files": 1,
    "/release-files?release__slug=python-3100": 1,
    "/release-files?limit=1&offset=1": 2,
    "/operating-systems": 1,
    "/releases/3": 2,
    "/releases/by-slug/python-3100": 2,
    "/releases/latest": 3,
    "/releases/latest/python3": 1,
    "/releases/latest/python3.10": 1,
    "/downloads/by-system/windows": 3,
    "/release-files/1": 1,
    "/operating-systems/1": 1,
}


@pytest.mark.usefixtures("releases")
async def test_a_read_costs_few_statements(api: Api, database: Database) -> None:
    found = {}
    for path in COSTS:
        with count_queries(database.engine) as seen:
            assert (await api.get(path)).status_code == 200
        found[path] = len(seen)
    assert found == COSTS


async def test_order_by_version_is_done_by_the_database(api: Api, rows: Rows) -> None:
    """Also where the numbers have as many digits as they may."""
    names = ["Python 3.999999999.0", "Python 3.2.0", "Python 3.10.0", "Oddity", "Python 3"]
    for name in names:
        await api.release(name)
    assert await api.names("/releases?order=version") == [
        "Oddity",
        "Python 3",
        "Python 3.2.0",
        "Python 3.10.0",
        "Python 3.999999999.0",
    ]
    plan = await rows.all("SELECT version_key FROM release WHERE name = 'Oddity'")
    assert plan[0]["version_key"] == []
