"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import DBAPIError

from downloads.rules import SIDECARS, URL_FIELDS

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Rows

RELEASE = "INSERT INTO release (id, name, slug) VALUES (1, 'Python 3.14.0', 'a')"
FILE = (
    "INSERT INTO release_file (name, slug, os_id, release_id, url, download_button) "
    "VALUES ('f', :slug, :os, 1, :url, :button)"
)


async def refused(rows: Rows, statement: str, **values: Any) -> str:
    """Return the name of the constraint that refuses a statement."""
    with pytest.raises(DBAPIError) as caught:
        await rows.do(statement, **values)
    driver: Any = caught.value.driver_exception
    return str(driver.constraint_name)


@pytest.fixture
async def file(rows: Rows, systems: dict[str, int]) -> None:
    assert systems
    await rows.do(RELEASE)
    await rows.do(FILE, slug="f", os=1, url="https://www.python.org/f", button=True)


@pytest.mark.usefixtures("file")
async def test_addresses_are_on_python_org(rows: Rows) -> None:
    for field in URL_FIELDS:
        suffix = SIDECARS.get(field, "")
        statement = f"UPDATE release_file SET {field} = :url"
        for good in ("https://www.python.org/f", "http://www.python.org/f"):
            await rows.do(statement, url=good + suffix)
        for bad in (
            "https://example.org/f",
            "ftp://www.python.org/f",
            "https://www.python.org.example/f",
            " https://www.python.org/f",
            "x\nhttps://www.python.org/f",
        ):
            name = await refused(rows, statement, url=bad)
            assert name == f"ck_release_file_{field}_python_org"
        if field == "url":
            assert await refused(rows, statement, url="") == "ck_release_file_url_python_org"
        else:
            await rows.do(statement, url="")


@pytest.mark.usefixtures("file")
async def test_files(rows: Rows) -> None:
    other = {"slug": "g", "os": 2, "url": "https://www.python.org/g", "button": False}
    for change, name in (
        ({"slug": "f"}, "uq_release_file_slug"),
        ({"url": "https://www.python.org/f"}, "uq_release_file_url"),
        ({"os": 1, "button": True}, "uq_release_file_download_button"),
        ({"os": 99}, "fk_release_file_os_id"),
        ({"slug": "a b"}, "ck_release_file_slug"),
    ):
        assert await refused(rows, FILE, **{**other, **change}) == name
    await rows.do(FILE, **{**other, "os": 1})
    assert (
        await refused(rows, "UPDATE release_file SET filesize = -1") == "ck_release_file_filesize"
    )
    assert (
        await refused(rows, "DELETE FROM operating_system WHERE id = 1") == "fk_release_file_os_id"
    )
    await rows.do("DELETE FROM release")
    assert await rows.one("SELECT count(*) FROM release_file") == 0


async def test_releases(rows: Rows) -> None:
    insert = (
        "INSERT INTO release (name, slug, major, is_latest, is_published) "
        "VALUES ('n', :slug, :major, :latest, :published)"
    )
    first = {"slug": "a", "major": 3, "latest": True, "published": True}
    await rows.do(insert, **first)
    changes: tuple[tuple[dict[str, Any], str], ...] = (
        ({"latest": False}, "uq_release_slug"),
        ({"slug": "b"}, "uq_release_latest_of_major"),
        ({"slug": "b", "major": 5}, "ck_release_major"),
        ({"slug": "b/c", "latest": False}, "ck_release_slug"),
    )
    for change, name in changes:
        assert await refused(rows, insert, **{**first, **change}) == name
    for other in ({"published": False}, {"latest": False}, {"major": 2}):
        await rows.do(insert, **{**first, "slug": next(iter(other)), **other})


async def test_there_is_one_release_cycle(rows: Rows) -> None:
    await rows.do("INSERT INTO release_cycle (as_of) VALUES ('2026-01-01')")
    insert = "INSERT INTO release_cycle (id, as_of) VALUES (:id, '2026-01-01')"
    assert await refused(rows, insert, id=1) == "pk_release_cycle"
    assert await refused(rows, insert, id=2) == "ck_release_cycle_single"
