"""Releases with their files in the staff admin: read, saved at once, refused field by field."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

FTP = "https://www.python.org/ftp/python"
MANAGER = [
    "downloads.can_publish_releases",
    *(
        f"downloads.{verb}_{what}"
        for verb in ("add", "change", "delete", "view")
        for what in ("release", "releasefile")
    ),
]


def new_file(name: str, os: int, **fields: Any) -> dict[str, Any]:
    return {"name": name, "slug": None, "os_id": os, "url": f"{FTP}/{name}", **fields}


async def made(api: Api, body: dict[str, Any]) -> str:
    answer = await api.call("POST", "/admin-api/release", as_=MANAGER, json=body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    assert answer.headers["location"] == f"/admin-api/release/{found}"
    return found


async def record(api: Api, key: str) -> Any:
    return await api.read(f"/admin-api/release/{key}", as_=MANAGER)


async def sent_back(api: Api, key: str, body: dict[str, Any], version: int) -> Any:
    return await api.call("PUT", f"/admin-api/release/{key}", as_=MANAGER, json=body, match=version)


def form_of(found: Any) -> dict[str, Any]:
    """Return what a form sends back that nobody touched."""
    files = [
        {"id": child["id"], "version": child["version"], **child["values"]}
        for child in found["inlines"]["files"]
    ]
    return {**found["values"], "files": files}


@pytest.fixture
async def release(api: Api, systems: dict[str, int]) -> str:
    return await made(
        api,
        {
            "name": "Python 3.15.0",
            "files": [
                new_file("a.exe", systems["windows"], download_button=True),
                new_file("b.pkg", systems["macos"]),
                new_file("c.tgz", systems["source"], is_source=True),
            ],
        },
    )


async def test_a_release_with_files_is_one_write(api: Api, rows: Rows, release: str) -> None:
    assert [name for name, _, _ in await rows.told()] == [
        *("release.created", *["release_file.created"] * 3)
    ]
    stored = await rows.all("SELECT name, slug, release_id FROM release_file ORDER BY id")
    # Those that take a download button come after those that do not.
    assert [row["slug"] for row in stored] == ["3150-bpkg", "3150-ctgz", "3150-aexe"]
    assert {str(row["release_id"]) for row in stored} == {release}
    assert {row["actor"] for row in await rows.audit()} == {"user:7"}
    found = await record(api, release)
    assert found["title"] == "Python 3.15.0"
    assert found["values"]["slug"] == "python-3150"
    assert found["can"] == {"change": True, "delete": True, "actions": ["publish", "delete"]}
    assert {child["title"] for child in found["inlines"]["files"]} == {"a.exe", "b.pkg", "c.tgz"}


async def test_what_a_form_repeats_is_no_change(api: Api, rows: Rows, release: str) -> None:
    found, before = await record(api, release), await rows.last()
    answer = await sent_back(api, release, form_of(found), found["version"])
    assert answer.status_code == 200, answer.text
    assert await rows.last() == before
    assert await record(api, release) == found


async def test_children_are_changed_added_and_deleted_and_keep_their_ids(
    api: Api, rows: Rows, release: str, systems: dict[str, int]
) -> None:
    found = await record(api, release)
    body = form_of(found)
    by_name = {file["name"]: file for file in body["files"]}
    by_name["b.pkg"]["name"] = "renamed"
    by_name["c.tgz"]["delete"] = True
    body["files"].append(new_file("d.zip", systems["windows"]))
    answer = await sent_back(api, release, body, found["version"])
    assert answer.status_code == 200, answer.text
    ids = {
        row["name"]: str(row["id"]) for row in await rows.all("SELECT id, name FROM release_file")
    }
    assert ids["a.exe"] == by_name["a.exe"]["id"]
    assert ids["renamed"] == by_name["b.pkg"]["id"]
    assert ids.keys() == {"a.exe", "renamed", "d.zip"}
    done = [(row["action"], row["entity"], row["label"]) for row in (await rows.audit())[-3:]]
    assert done == [
        ("deleted", "release_file", "c.tgz"),
        ("updated", "release_file", "renamed"),
        ("created", "release_file", "d.zip"),
    ]


async def test_the_download_button_moves_whatever_the_order(
    api: Api, release: str, systems: dict[str, int]
) -> None:
    found = await record(api, release)
    body = form_of(found)
    holder = next(file for file in body["files"] if file["download_button"])
    holder["download_button"] = False
    taker = new_file("e.exe", systems["windows"], download_button=True)
    body["files"] = [taker, *body["files"]]
    answer = await sent_back(api, release, body, found["version"])
    assert answer.status_code == 200, answer.text
    files = (await record(api, release))["inlines"]["files"]
    assert [f["title"] for f in files if f["values"]["download_button"]] == ["e.exe"]


async def test_one_wrong_row_keeps_everything_from_being_saved(
    api: Api, rows: Rows, release: str, systems: dict[str, int]
) -> None:
    found, before = await record(api, release), await rows.last()
    body = {**form_of(found), "name": "Python 3.15.1"}
    wrong = [
        new_file("x", systems["windows"], url="https://example.org/x"),
        new_file("y", systems["windows"], url=body["files"][0]["url"]),
        new_file("z", systems["windows"], download_button=True),
        new_file("", 99),
    ]
    codes = []
    for one in wrong:
        sent = {**body, "files": [*body["files"], one]}
        answer = await sent_back(api, release, sent, found["version"])
        assert answer.status_code in {400, 409}, answer.text
        [error, *_] = answer.json()["errors"]
        codes.append((error["loc"], error["code"]))
        assert await rows.last() == before
    assert codes == [
        (["body", "files", 3, "url"], "string_pattern_mismatch"),
        (["body", "files", 3, "url"], "unique"),
        (["body", "files", 3, "download_button"], "one_button_per_system"),
        (["body", "files", 3, "name"], "string_too_short"),
    ]
    assert await record(api, release) == found


async def test_every_wrong_field_is_told_at_once(api: Api, rows: Rows) -> None:
    before = await rows.last()
    body = {"name": "", "major": 7, "files": [{"name": "a"}, new_file("b", 1, filesize=-1)]}
    answer = await api.call("POST", "/admin-api/release", as_=MANAGER, json=body)
    assert answer.status_code == 400
    assert [error["loc"] for error in answer.json()["errors"]] == [
        ["body", "name"],
        ["body", "major"],
        ["body", "files", 0, "os_id"],
        ["body", "files", 0, "url"],
        ["body", "files", 1, "filesize"],
    ]
    assert await rows.last() == before


async def test_a_colleague_is_not_overwritten(api: Api, release: str) -> None:
    found = await record(api, release)
    body = form_of(found)
    file = body["files"][0]
    await api.put(
        f"/release-files/{file['id']}",
        {k: v for k, v in file.items() if k not in {"id", "version"}}
        | {"release_id": int(release), "description": "by a colleague"},
    )
    assert (await sent_back(api, release, body, found["version"])).status_code == 412
    now = await record(api, release)
    # Even with the new version of the release, the old version of the file is refused.
    answer = await sent_back(api, release, body, now["version"])
    assert answer.status_code == 412
    assert answer.json()["errors"][0]["loc"] == ["body", "files", 0]
    missing = await api.call("PUT", f"/admin-api/release/{release}", as_=MANAGER, json=body)
    assert missing.status_code == 428
    assert await record(api, release) == now


async def test_children_of_others_and_unknown_ones_are_refused(
    api: Api, rows: Rows, release: str, systems: dict[str, int]
) -> None:
    other = await api.release("Python 3.14.0")
    foreign = await api.file(other["id"], systems["windows"], "foreign")
    found, before = await record(api, release), await rows.last()
    body = form_of(found)
    for key in (str(foreign["id"]), "999", "x", body["files"][0]["id"]):
        files = [*body["files"], {**new_file("f", 1), "id": key, "version": 1, "delete": True}]
        answer = await sent_back(api, release, {**body, "files": files}, found["version"])
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["loc"] == ["body", "files", 3, "id"]
    sent: Any
    for sent in ("x", {"a": 1}, ["x"], [[]]):
        answer = await sent_back(api, release, {**body, "files": sent}, found["version"])
        assert answer.status_code == 400, answer.text
    moved = {**body, "files": [{**body["files"][0], "release_id": other["id"], "name": "mine"}]}
    answer = await sent_back(api, release, moved, found["version"])
    assert answer.status_code == 200
    assert await rows.one("SELECT release_id FROM release_file WHERE name = 'mine'") == int(release)
    assert await rows.last() > before


async def test_children_need_their_own_permissions(
    api: Api, rows: Rows, release: str, systems: dict[str, int]
) -> None:
    found, before = await record(api, release), await rows.last()
    body = form_of(found)
    changed = [{**body["files"][0], "description": "new"}]
    gone = [{**body["files"][0], "delete": True}]
    for files, verb in ((changed, "change"), (gone, "delete"), ([new_file("n", 1)], "add")):
        held = [name for name in MANAGER if name != f"downloads.{verb}_releasefile"]
        answer = await api.call(
            *("PUT", f"/admin-api/release/{release}"),
            as_=held,
            json={**body, "files": files},
            match=found["version"],
        )
        assert answer.status_code == 403, verb
        assert f"{verb}_releasefile" in answer.json()["detail"]
    assert await rows.last() == before
    # What is only repeated is no change, and what may not be seen is not told.
    held = ["downloads.view_release", "downloads.change_release"]
    answer = await api.call(
        "PUT", f"/admin-api/release/{release}", as_=held, json=body, match=found["version"]
    )
    assert answer.status_code == 200, answer.text
    assert (await api.read(f"/admin-api/release/{release}", as_=held))["inlines"] == {}
    assert systems


async def test_a_list_is_searched_filtered_ordered_and_walked_by_date(api: Api) -> None:
    for name, day, fields in (
        ("Python 3.15.0", "2026-10-09", {"is_latest": True}),
        ("Python 3.9.1", "2020-12-07", {}),
        ("Python 3.16.0a1", "2026-10-20", {"pre_release": True, "is_published": False}),
        ("Python install manager 26.0", "2026-01-31", {"major": 100}),
    ):
        await api.release(name, release_date=f"{day}T23:30:00Z", **fields)

    async def names(query: str) -> list[str]:
        found = await api.read(f"/admin-api/release{query}", as_=MANAGER)
        return [row["title"].removeprefix("Python ") for row in found["items"]]

    assert await names("") == ["3.16.0a1", "3.15.0", "install manager 26.0", "3.9.1"]
    assert await names("?order=name") == ["install manager 26.0", "3.9.1", "3.15.0", "3.16.0a1"]
    assert await names("?q=3.1 python") == ["3.16.0a1", "3.15.0"]
    assert await names("?q=%25") == []
    assert await names("?major=100") == ["install manager 26.0"]
    assert await names("?is_published=false") == ["3.16.0a1"]
    assert await names("?released__from=2026-10-09&released__to=2026-10-09") == ["3.15.0"]
    assert await names("?date=2026-10-20") == ["3.16.0a1"]
    assert await names("?limit=1&offset=1") == ["3.15.0"]
    found = await api.read("/admin-api/release?limit=1", as_=MANAGER)
    assert found["total"] == 4
    assert found["dates"] == [{"value": "2026", "count": 3}, {"value": "2020", "count": 1}]
    found = await api.read("/admin-api/release?date=2026", as_=MANAGER)
    assert found["dates"] == [{"value": "2026-10", "count": 2}, {"value": "2026-01", "count": 1}]
    found = await api.read("/admin-api/release?date=2026-10", as_=MANAGER)
    assert [step["value"] for step in found["dates"]] == ["2026-10-20", "2026-10-09"]


@pytest.mark.parametrize(
    "query",
    [
        *("order=content", "order=--name", "colour=red", "major=4", "is_published=yes"),
        *("date=2026-13", "date=x", "date=0000", "released__from=2026", "released__to=9999-12-31"),
        *("q=a b c d e f g h i", "q=%00", "limit=-1", "offset=x"),
    ],
)
async def test_bad_queries_name_the_parameter(api: Api, query: str) -> None:
    for address in ("/admin-api/release", "/admin-api/release/export.csv"):
        if address.endswith("csv") and query.startswith(("limit", "offset")):
            continue
        answer = await api.get(f"{address}?{query}", as_=MANAGER)
        assert answer.status_code == 400, query
        assert answer.json()["errors"][0]["loc"] == ["query", query.partition("=")[0]]


async def test_references_are_chosen_from_names(api: Api, release: str) -> None:
    held = ["downloads.add_releasefile"]
    systems = await api.read("/admin-api/operating-system/options", as_=held)
    assert [one["label"] for one in systems["items"]] == ["Source release", "Windows", "macOS"]
    found = await api.read("/admin-api/release/options?q=3.15", as_=MANAGER)
    assert found == {"items": [{"value": release, "label": "Python 3.15.0"}], "more": False}
    one = await api.read(f"/admin-api/release/options?id={release}", as_=MANAGER)
    assert one["items"] == found["items"]
    files = await api.read(f"/admin-api/release-file?release={release}&os=1", as_=MANAGER)
    assert [row["values"]["release"] for row in files["items"]] == ["Python 3.15.0"]


async def test_an_export_has_every_row_and_runs_no_formula(api: Api) -> None:
    await api.release("=HYPERLINK(1)")
    await api.release("Python 3.15.0")
    answer = await api.get("/admin-api/release/export.csv?order=-name", as_=MANAGER)
    assert answer.headers["content-type"].startswith("text/csv")
    table = list(csv.reader(io.StringIO(answer.text)))
    assert table[0][:3] == ["id", "Name", "Release date"]
    assert [row[1] for row in table[1:]] == ["Python 3.15.0", "'=HYPERLINK(1)"]


async def test_actions_do_all_or_nothing(api: Api, rows: Rows) -> None:
    drafts = [
        (await api.release(f"Python 3.15.{number}", is_published=False))["id"]
        for number in range(3)
    ]
    before = await rows.last()
    address = "/admin-api/release/actions/publish"
    lost = await api.call("POST", address, as_=MANAGER, json={"ids": [*drafts, 999]})
    assert lost.status_code == 400
    wrong: Any
    for wrong in ([], ["x"], "1", [0], list(range(1, 502)), None, [True]):
        answer = await api.call("POST", address, as_=MANAGER, json={"ids": wrong})
        assert answer.status_code == 400, wrong
    assert await rows.last() == before
    done = await api.call("POST", address, as_=MANAGER, json={"ids": [str(one) for one in drafts]})
    assert done.json() == {"message": "3 releases published"}
    assert await rows.one("SELECT count(*) FROM release WHERE is_published") == 3
    one = await api.release("Python 3.15.3", is_published=False)
    mixed = {"ids": [*drafts, one["id"]]}
    done = await api.call("POST", address, as_=MANAGER, json=mixed)
    assert done.json() == {"message": "1 release published; 3 were published already"}
    gone = {"ids": drafts[:1]}
    done = await api.call("POST", "/admin-api/release/actions/delete", as_=MANAGER, json=gone)
    assert done.json() == {"message": "1 release deleted"}
    assert await rows.one("SELECT count(*) FROM release") == 3


async def test_history_tells_what_was_done_by_whom(api: Api, release: str) -> None:
    await api.call(
        "POST", "/admin-api/release/actions/publish", as_=MANAGER, json={"ids": [release]}
    )
    address = f"/admin-api/release/{release}/history"
    found = await api.read(address, as_=MANAGER)
    own = [entry for entry in found["items"] if entry["entity"] == "release"]
    assert [(entry["action"], entry["actor"]) for entry in own] == [
        ("published", "user:7"),
        ("created", "user:7"),
    ]
    assert own[0]["after"] == {"is_published": True}
    # Its files are part of it, also those that are gone, for whoever may see files.
    sent = form_of(await record(api, release))
    gone = sent["files"][0] | {"delete": True}
    await sent_back(api, release, sent | {"files": [gone]}, (await record(api, release))["version"])
    found = await api.read(address, as_=MANAGER)
    told = [(entry["action"], entry["label"]) for entry in found["items"]]
    assert told[0] == ("deleted", gone["name"])
    assert ("created", gone["name"]) in told
    found = await api.read(address, as_=["downloads.view_release", "downloads.view_draft"])
    assert {entry["entity"] for entry in found["items"]} == {"release"}
    await api.read("/admin-api/release/999/history", as_=MANAGER, status=404)


@pytest.mark.parametrize(
    ("name", "slug", "notes"),
    [
        ("Python 3.15.1", "python-3151", "release/3.15.1/whatsnew/changelog.html"),
        ("Python 3.16.0a1", "python-3160a1", "3.16/whatsnew/3.16.html"),
        ("Python install manager 26.0", "python-install-manager-260", ""),
        ("", "", ""),
    ],
)
async def test_slug_and_notes_are_suggested(api: Api, name: str, slug: str, notes: str) -> None:
    found = await api.read(f"/admin-api/release/suggestions?name={name}", as_=MANAGER)
    address = f"https://docs.python.org/{notes}" if notes else ""
    assert found["values"] == {"slug": slug, "release_notes_url": address}


async def test_a_form_sent_twice_makes_one_release(api: Api, rows: Rows) -> None:
    for _ in range(2):
        answer = await api.call(
            *("POST", "/admin-api/release"),
            as_=MANAGER,
            json={"name": "Python 3.15.0"},
            headers={"Idempotency-Key": "form-1"},
        )
        assert answer.status_code == 201
    assert await rows.one("SELECT count(*) FROM release") == 1


async def test_a_system_is_deleted_with_its_version_checked(
    api: Api, rows: Rows, systems: dict[str, int]
) -> None:
    held = ["downloads.view_os", "downloads.delete_os"]
    address = f"/admin-api/operating-system/{systems['macos']}"
    assert (await api.call("DELETE", address, as_=held, match=7)).status_code == 412
    assert (await api.call("DELETE", address, as_=held, match=1)).status_code == 204
    assert (await api.call("DELETE", address, as_=held)).status_code == 404
    assert await rows.one("SELECT count(*) FROM operating_system") == 2
