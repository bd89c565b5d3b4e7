"""Which release is the latest: of a major version, of a series, before the next final one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.downloads.dto import LatestReleases, ReleaseSummary
from servicekit.sqltrace import count_queries

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from servicekit.database import Database


def day(number: int) -> str:
    return f"2026-01-{number:02}T12:00:00Z"


async def which(api: Api, name: str) -> str | None:
    answer = await api.get(f"/releases/latest/{name}")
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200
    return ReleaseSummary.model_validate_json(answer.content).name


@pytest.fixture
async def releases(api: Api) -> dict[str, Any]:
    """Eight releases: seven public ones and a draft."""
    rows: list[dict[str, Any]] = [
        {"name": "Python 2.7.18", "major": 2, "is_latest": True, "release_date": day(1)},
        {"name": "Python 3.9.10", "release_date": day(2)},
        {"name": "Python 3.10.2", "is_latest": True, "release_date": day(3)},
        {"name": "Python 3.10.3rc1", "pre_release": True, "release_date": day(4)},
        {"name": "Python 3.9.9", "release_date": day(5)},
        {"name": "Python 3.11.0a4", "pre_release": True, "release_date": day(6)},
        {"name": "Python 3.1.1", "show_on_download_page": False, "release_date": day(7)},
        {"name": "Python 3.12.0", "is_published": False, "release_date": day(8)},
    ]
    return {row["name"]: await api.release(row.pop("name"), **row) for row in rows}


@pytest.mark.usefixtures("releases")
async def test_latest(api: Api) -> None:
    expected = {
        "python3": "Python 3.10.2",
        "python2": "Python 2.7.18",
        "pymanager": None,
        "prerelease": "Python 3.11.0a4",
        "python3.9": "Python 3.9.9",  # the newest by date
        "python3.10": "Python 3.10.3rc1",  # a pre-release counts
        "python3.1": "Python 3.1.1",  # and not 3.10 or 3.11
        "python3.12": None,  # a draft
        "python3.99": None,
        "python3.01": None,
        "python3.": None,
        "python2.7": None,
        "python4": None,
        "java": None,
        "%00": None,
        "python3.9%0A": None,
    }
    assert {name: await which(api, name) for name in expected} == expected


async def test_nothing_is_the_latest_of_nothing(api: Api) -> None:
    for name in ("python3", "python2", "pymanager", "prerelease", "python3.9"):
        assert await which(api, name) is None
    assert await api.read("/releases/latest") == {
        "python3": None,
        "python2": None,
        "pymanager": None,
        "prerelease": None,
    }


async def test_all_in_one_call(
    api: Api, releases: dict[str, Any], systems: dict[str, int], database: Database
) -> None:
    await api.file(
        releases["Python 3.10.2"]["id"], systems["windows"], "py.exe", download_button=True
    )
    await api.release("Python install manager 25.0", major=100, is_latest=True)
    with count_queries(database.engine) as statements:
        answer = await api.get("/releases/latest")
    assert len(statements) == 3
    found = LatestReleases.model_validate_json(answer.content)
    assert found.python3 is not None
    assert found.python2 is not None
    assert found.pymanager is not None
    assert found.prerelease is not None
    assert found.python3.name == "Python 3.10.2"
    button = found.python3.download_file_for_os("windows")
    assert button is not None
    assert button.name == "py.exe"
    assert found.python3.download_file_for_os("macos") is None
    assert found.python2.name == "Python 2.7.18"
    assert found.pymanager.name == "Python install manager 25.0"
    assert found.prerelease.name == "Python 3.11.0a4"
    # The same bytes that the DTO would make.
    assert answer.json() == found.model_dump(mode="json")


async def test_the_flag_moves(api: Api, rows: Rows, releases: dict[str, Any]) -> None:
    old = releases["Python 3.10.2"]
    before = await rows.last()
    new = await api.release("Python 3.10.4", is_latest=True)
    flagged = await rows.all("SELECT name FROM release WHERE is_latest ORDER BY id")
    assert [row["name"] for row in flagged] == ["Python 2.7.18", "Python 3.10.4"]
    assert await rows.told(before) == [
        ("release.updated", str(old["id"]), old["version"] + 1),
        ("release.created", str(new["id"]), 1),
        ("release.published", str(new["id"]), 2),
    ]
    assert (await rows.events(before))[0]["data"]["release"]["is_latest"] is False
    entries = await rows.all("SELECT * FROM audit WHERE entity_id = :id", id=str(old["id"]))
    assert entries[-1]["after"] == {"is_latest": False}
    assert await which(api, "python3") == "Python 3.10.4"


async def test_the_flag_moves_by_update_and_publication_too(
    api: Api, rows: Rows, releases: dict[str, Any]
) -> None:
    made = releases["Python 3.9.10"]
    sent = {"name": made["name"], "is_published": True, "is_latest": True}
    assert (await api.put(f"/releases/{made['id']}", sent)).status_code == 200
    assert await which(api, "python3") == "Python 3.9.10"
    draft = releases["Python 3.12.0"]
    sent = {"name": draft["name"], "is_latest": True}
    assert (await api.put(f"/releases/{draft['id']}", sent)).status_code == 200
    # The draft says what it will be; until then visitors keep what they have.
    assert await which(api, "python3") == "Python 3.9.10"
    await api.post(f"/releases/{draft['id']}/publish")
    assert await which(api, "python3") == "Python 3.12.0"
    assert (
        await rows.one("SELECT count(*) FROM release WHERE is_latest AND is_published AND major=3")
        == 1
    )


async def test_undoing_a_publication_leaves_no_gap(api: Api) -> None:
    await api.release("Python 3.9.20", release_date=day(20))
    await api.release("Python 3.10.1", is_latest=True)
    await api.release("Python 3.11.0rc1", pre_release=True)
    await api.release("Python 3.13.0", show_on_download_page=False)
    new = await api.release("Python 3.12.0", is_latest=True)
    assert await which(api, "python3") == "Python 3.12.0"
    await api.post(f"/releases/{new['id']}/unpublish")
    # Nothing is flagged now: the highest final release that the download page shows.
    assert await which(api, "python3") == "Python 3.10.1"
    await api.delete(f"/releases/{new['id']}")
    assert await which(api, "python3") == "Python 3.10.1"


async def test_install_managers_are_apart(api: Api) -> None:
    await api.release("Python 3.14.0", is_latest=True)
    first = await api.release("Python install manager 25.0", major=100, is_latest=True)
    assert await which(api, "pymanager") == "Python install manager 25.0"
    assert await which(api, "python3") == "Python 3.14.0"
    await api.release("Python install manager 25.1", major=100, is_latest=True)
    assert await which(api, "pymanager") == "Python install manager 25.1"
    assert not (await api.read(f"/releases/{first['id']}"))["is_latest"]
    assert (first["number"], first["series"]) == ("", "")
    for page in (await api.read("/releases?major=100"))["items"]:
        await api.delete(f"/releases/{page['id']}")
    assert await which(api, "pymanager") is None


async def test_superseded(api: Api, releases: dict[str, Any]) -> None:
    expected = {
        "Python 3.9.10": "python-399",
        "Python 3.9.9": "",
        "Python 3.10.2": "python-3103rc1",
        "Python 3.10.3rc1": "",
        "Python 2.7.18": "",
    }
    for name, slug in expected.items():
        found = await api.read(f"/releases/{releases[name]['id']}")
        assert found["superseded_by"] == slug, name
    draft = await api.read(f"/releases/{releases['Python 3.12.0']['id']}", as_=api.ALL)
    assert draft["superseded_by"] == ""
