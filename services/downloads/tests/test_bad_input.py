"""Bad input of every kind: 4xx that says what is wrong, never 5xx."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

WRITES = (
    ("POST", "/releases"),
    ("PUT", "/releases/1"),
    ("POST", "/release-files"),
    ("PUT", "/release-files/1"),
    ("POST", "/operating-systems"),
    ("PUT", "/operating-systems/1"),
    ("POST", "/imports/releases"),
)
BODIES = {
    "nothing": b"",
    "no JSON": b"{not json",
    "half": b'{"name": "Python 3.14.0"',
    "null": b"null",
    "number": b"1",
    "huge number": b"1" * 5000,
    "text": b'"name"',
    "list": b"[]",
    "list of lists": b"[" * 20_000 + b"]" * 20_000,
    "deep": b'{"name":' * 20_000 + b"1" + b"}" * 20_000,
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "NUL": b'{"name": "a\\u0000b"}',
    "NaN": b'{"name": NaN}',
    "null name": b'{"name": null}',
    "object as name": b'{"name": {"$gt": ""}}',
    "prototype": b'{"__proto__": {"name": "x"}}',
    "empty object": b"{}",
    "huge integer": b'{"name": "x", "filesize": 1' + b"0" * 400 + b"}",
    "float integer": b'{"name": "x", "major": 3.5}',
}


@pytest.mark.usefixtures("systems")
async def test_broken_bodies(api: Api, rows: Rows) -> None:
    for (method, path), what in itertools.product(WRITES, BODIES):
        answer = await api.call(
            method,
            path,
            as_=api.ALL,
            match="*",
            content=BODIES[what],
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 400, (method, path, what, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["trace_id"] == answer.headers["X-Trace-Id"]
        if what == "nothing":
            told = answer.json()["errors"][0]
            assert (told["loc"], told["msg"]) == (["body"], "The request needs a JSON body.")
    assert await rows.last() == 0


async def test_patterns_are_told_in_words(api: Api) -> None:
    broken = {"slug": "ä", "url": "ftp://x", "md5_sum": "zz", "gpg_signature_file": "x"}
    answer = await api.post("/release-files", {**api.file_body(1, 1, "a"), **broken})
    told = {error["loc"][1]: error["msg"] for error in answer.json()["errors"]}
    assert told.keys() == broken.keys()
    assert not any("pattern" in msg or "^" in msg for msg in told.values())
    assert "https://www.python.org/" in told["url"]
    assert "hexadecimal digits" in told["md5_sum"]
    row = {"name": "Python 3.14.0", "files": [{**broken, "name": "a", "os": "windows"}]}
    imported = await api.post("/imports/releases", {"releases": [row]})
    assert imported.json()["errors"][0]["msg"] == told["slug"]


KINDS = [
    "text/plain",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "application/msgpack",
    "nonsense",
    "application/json; charset=utf-16",
]


async def test_wrong_content_types(api: Api, rows: Rows) -> None:
    for (method, path), kind in itertools.product(WRITES, KINDS):
        answer = await api.call(
            *(method, path),
            as_=api.ALL,
            match="*",
            content=b"\x81\xa4name\xa1x",
            headers={"Content-Type": kind},
        )
        assert 400 <= answer.status_code < 500, (method, path, kind, answer.text)
    assert await rows.last() == 0


FILTERS = [
    ("/releases?limit=x", "limit"),
    ("/releases?limit=-1", "limit"),
    ("/releases?limit=1001", "limit"),
    ("/releases?limit=", "limit"),
    (f"/releases?offset={10**30}", "offset"),
    ("/releases?offset=1.5", "offset"),
    ("/releases?order=name;drop", "order"),
    ("/releases?order=", "order"),
    ("/releases?major=4", "major"),
    ("/releases?major=three", "major"),
    (f"/releases?major={10**30}", "major"),
    ("/releases?major__startswith=%25", "major__startswith"),
    ("/releases?is_published=perhaps", "is_published"),
    ("/releases?is_latest=", "is_latest"),
    ("/releases?release_date=today", "release_date"),
    ("/releases?release_date=2026", "release_date"),
    ("/releases?release_date=1.5e9", "release_date"),
    ("/releases?release_date=9999-99-99T00:00:00Z", "release_date"),
    ("/releases?name=" + "x" * 201, "name"),
    ("/releases?name=%00", "name"),
    ("/releases?name=%ff", "name"),
    ("/releases?q=a%00b", "q"),
    ("/release-files?os=windows", "os"),
    ("/release-files?os=0", "os"),
    (f"/release-files?release={2**63}", "release"),
    ("/release-files?release__major=9", "release__major"),
    ("/release-files?release__major__startswith=x", "release__major__startswith"),
    ("/release-files?download_button=2", "download_button"),
    ("/release-files?order=size", "order"),
    ("/operating-systems?order=version", "order"),
    ("/releases?serie=3.14", "serie"),
    ("/releases/latest?limit=1", "limit"),
    ("/release-files?release_slug=x", "release_slug"),
]


async def test_bad_choices_are_told_the_good_ones(api: Api) -> None:
    for path, words in (
        ("/releases?order=foo", "must be one of release_date, -release_date, name"),
        ("/release-files?order=size", "must be one of name, -name"),
        ("/releases?pre_release=maybe", "must be true or false"),
        ("/releases?major=4", "must be one of 3, 2, 1, 100"),
        ("/releases?limit=1001", "<= 1000"),
    ):
        assert words in (await api.get(path)).json()["errors"][0]["msg"], path


async def test_bad_filters_are_named(api: Api) -> None:
    for path, field in FILTERS:
        answer = await api.get(path)
        assert answer.status_code == 400, path
        assert answer.json()["errors"][0]["loc"] == ["query", field], path


ADDRESSES = [
    "/releases/0",
    "/releases/-1",
    f"/releases/{2**63}",
    f"/releases/{10**100}",
    "/releases/x",
    "/releases/1/2/3",
    "/releases/by-slug/" + "x" * 5000,
    "/releases/by-slug/%00",
    "/releases/by-slug/%ff",
    "/releases/by-slug/..%2f..%2fetc",
    "/releases/latest/" + "python3." + "9" * 500,
    "/downloads/by-system/%F0%9F%90%8D",
    "/release-files/1.0",
    "/" + "a/" * 3000,
    "/nothing",
]


async def test_odd_addresses(api: Api) -> None:
    for path in ADDRESSES:
        answer = await api.get(path)
        assert answer.status_code in {400, 404}, (path, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"


async def test_repeated_and_unknown_parameters(api: Api) -> None:
    for query in (
        "limit=1&limit=2",
        "name=a&name=b",
        "is_latest=1&is_latest=0",
        "a=1&b[]=2",
        "&&=",
    ):
        assert (await api.get(f"/releases?{query}")).status_code in {200, 400}


async def test_a_misspelt_dry_run_imports_nothing(api: Api, rows: Rows) -> None:
    sent = {"releases": [{"name": "Python 3.14.0"}]}
    answer = await api.post("/imports/releases?dryrun=true", sent)
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["loc"] == ["query", "dryrun"]
    assert "dry_run" in error["msg"]
    assert await rows.last() == 0


async def test_odd_headers(api: Api) -> None:
    made = await api.release("Python 3.14.0")
    for value in ("", '"', "W/", "x" * 2000, '"1', '"1" "2"', "\xff"):
        answer = await api.call(
            "PUT",
            f"/releases/{made['id']}",
            as_=api.ALL,
            json={"name": "x"},
            headers={"If-Match": value.encode("latin-1")},  # type: ignore[dict-item]
        )
        assert answer.status_code in {400, 412}, value
    for value in ("", "x" * 256, "\x7f"):
        headers = {"Idempotency-Key": value}
        answer = await api.post("/releases", {"name": "Python 3.14.1"}, headers=headers)
        assert answer.status_code == 400, value


async def test_bodies_have_a_limit(api: Api) -> None:
    big = b'{"name": "' + b"x" * (3 * 1024 * 1024) + b'"}'
    headers = {"Content-Type": "application/json"}
    answer = await api.call("POST", "/releases", as_=api.ALL, content=big, headers=headers)
    assert answer.status_code == 413
    assert f"{2 * 1024 * 1024} bytes" in answer.json()["detail"]


async def test_methods_that_are_not_there(api: Api) -> None:
    assert (await api.call("PATCH", "/releases/1", as_=api.ALL, json={})).status_code == 405
    assert (await api.call("POST", "/releases/latest", as_=api.ALL, json={})).status_code == 405
