"""Release files: rules, buttons, what changes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from downloads.rules import SIDECARS, URL_FIELDS

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

FTP = "https://www.python.org/ftp/python/"
OLD = "http://www.python.org/ftp/python/"


def body(file: dict[str, Any], **changes: Any) -> dict[str, Any]:
    fields = (
        *("name", "slug", "os_id", "release_id", "description", "is_source", *URL_FIELDS),
        *("md5_sum", "sha256_sum", "filesize", "download_button"),
    )
    return {field: file[field] for field in fields} | changes


@pytest.fixture
async def release(api: Api, systems: dict[str, int]) -> Any:
    assert systems
    return await api.release("Python 3.14.0")


async def test_a_file_changes_its_release(api: Api, rows: Rows, release: Any) -> None:
    before = await rows.last()
    made = await api.file(
        *(release["id"], 1, "python-3.14.0-amd64.exe"),
        filesize=29_000_000,
        download_button=True,
        description="Recommended",
        sha256_sum="ab" * 32,
    )
    assert made["os_slug"] == "windows"
    assert made["release_slug"] == "python-3140"
    assert await rows.told(before) == [("release_file.created", str(release["id"]), 3)]
    event = (await rows.events(before))[0]
    assert event["aggregate_type"] == "release"
    assert event["data"]["file"] == made
    assert event["data"]["release"]["version"] == 3
    assert event["data"]["release"]["files"] == [made]
    found = await api.read(f"/releases/{release['id']}")
    assert found["version"] == 3
    assert found["files"] == [made]
    assert await api.read(f"/release-files/{made['id']}") == made


async def test_the_slug_is_made_from_release_and_name(api: Api, release: Any) -> None:
    sent = api.file_body(release["id"], 1, "Windows installer (64-bit)", url=f"{FTP}a.exe")
    del sent["slug"]
    assert (await api.made("/release-files", sent))["slug"] == "3140-Windows-installer-64-bit"


async def test_update(api: Api, rows: Rows, release: Any) -> None:
    made = await api.file(release["id"], 1, "a.exe")
    path, before = f"/release-files/{made['id']}", await rows.last()
    assert (await api.put(path, body(made), match=None)).status_code == 428
    assert (await api.put(path, body(made), match=9)).status_code == 412
    answer = await api.put(path, body(made, description="New"), match=made["version"])
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert await rows.told(before) == [("release_file.updated", str(release["id"]), 4)]
    assert (await api.put(path, body(answer.json()), match=2)).json()["version"] == 2
    assert len(await rows.told(before)) == 1


async def test_a_file_moves_to_another_release(api: Api, rows: Rows, release: Any) -> None:
    other = await api.release("Python 3.14.1")
    made = await api.file(release["id"], 1, "a.exe")
    before = await rows.last()
    moved = body(made, release_id=other["id"], os_id=2)
    answer = await api.put(f"/release-files/{made['id']}", moved)
    assert (answer.json()["release_slug"], answer.json()["os_slug"]) == ("python-3141", "macos")
    assert await rows.told(before) == [
        ("release.updated", str(release["id"]), 4),
        ("release_file.updated", str(other["id"]), 3),
    ]
    lost = (await rows.events(before))[0]
    assert lost["data"]["release"]["files"] == []


async def test_delete(api: Api, rows: Rows, release: Any) -> None:
    made = await api.file(release["id"], 1, "a.exe")
    before = await rows.last()
    assert (await api.delete(f"/release-files/{made['id']}", match=5)).status_code == 412
    assert (await api.delete(f"/release-files/{made['id']}")).status_code == 204
    assert await rows.told(before) == [("release_file.deleted", str(release["id"]), 4)]
    event = (await rows.events(before))[0]
    assert event["data"]["file"] is None
    assert event["data"]["file_id"] == made["id"]
    assert event["data"]["release"]["files"] == []
    assert (await api.get(f"/release-files/{made['id']}")).status_code == 404
    assert (await api.delete(f"/release-files/{made['id']}")).status_code == 404
    assert (await api.read(f"/releases/{release['id']}"))["version"] == 4


async def test_delete_all_of_a_release(api: Api, rows: Rows, release: Any) -> None:
    other = await api.release("Python 3.14.1")
    for name in ("a", "b", "c"):
        await api.file(release["id"], 1, name)
    kept = await api.file(other["id"], 1, "d")
    before = await rows.last()
    path = f"/release-files?release={release['id']}"
    assert (await api.delete(path)).status_code == 204
    number = str(release["id"])
    assert await rows.told(before) == [
        ("release_file.deleted", number, version) for version in (6, 7, 8)
    ]
    assert (await api.read(f"/releases/{release['id']}"))["version"] == 8
    assert [row["id"] for row in await rows.all("SELECT id FROM release_file")] == [kept["id"]]
    assert (await api.delete(path)).status_code == 204
    assert len(await rows.told(before)) == 3
    assert [entry["label"] for entry in (await rows.audit())[-3:]] == ["a", "b", "c"]
    assert (await api.delete("/release-files?release=999")).status_code == 204
    for bad in ("", "?release=", "?release=x", "?release=0", f"?release={10**30}"):
        answer = await api.delete(f"/release-files{bad}")
        assert answer.status_code == 400, bad
        assert answer.json()["errors"][0]["loc"] == ["query", "release"]


async def test_files_of_a_draft_are_told_without_content(
    api: Api, rows: Rows, systems: dict[str, int]
) -> None:
    draft = await api.release("Python 3.15.0", is_published=False)
    made = await api.file(draft["id"], systems["windows"], "secret.exe")
    await api.put(f"/release-files/{made['id']}", body(made, description="secret"))
    await api.delete(f"/release-files/{made['id']}")
    told = await rows.events()
    assert [event["subject"].rpartition(".")[2] for event in told] == [
        "created",
        "created",
        "updated",
        "deleted",
    ]
    assert not [event for event in told if "secret" in str(event["event"])]


# --- addresses ---


@pytest.mark.parametrize("field", URL_FIELDS)
async def test_addresses_must_be_https_on_python_org(
    api: Api, rows: Rows, release: Any, field: str
) -> None:
    suffix = SIDECARS.get(field, "")
    for bad in (
        f"{OLD}a.exe{suffix}",
        f"https://www.python.org.evil.example/a.exe{suffix}",
        f"https://python.org/a.exe{suffix}",
        f"HTTPS://www.python.org/a.exe{suffix}",
        f"https://www.python.org/a b{suffix}",
        f"https://www.python.org/ü{suffix}",
        f"//www.python.org/a.exe{suffix}",
        "javascript:alert(1)",
    ):
        sent = api.file_body(release["id"], 1, "a.exe", **{field: bad})
        answer = await api.post("/release-files", sent)
        assert answer.status_code == 400, bad
        assert ["body", field] in [error["loc"] for error in answer.json()["errors"]]
    assert await rows.one("SELECT count(*) FROM release_file") == 0


@pytest.mark.parametrize("field", URL_FIELDS)
async def test_old_addresses_stay_until_somebody_changes_them(
    api: Api, rows: Rows, release: Any, field: str
) -> None:
    made = await api.file(release["id"], 1, "a.exe")
    old = {"url": f"{OLD}a.exe"}
    if field != "url":
        old[field] = f"{OLD}a.exe{SIDECARS[field]}"
    sets = ", ".join(f"{column} = :{column}" for column in old)
    await rows.do(f"UPDATE release_file SET {sets}", **old)
    made = await api.read(f"/release-files/{made['id']}")
    path = f"/release-files/{made['id']}"
    answer = await api.put(path, body(made, description="touched"))
    assert answer.status_code == 200, answer.text
    changed = {field: f"{OLD}b.exe{SIDECARS.get(field, '')}"}
    answer = await api.put(path, body(made, **changed))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["loc"] == ["body", field]
    assert answer.json()["errors"][0]["code"] == "https_required"
    secure = {key: value.replace("http://", "https://") for key, value in old.items()}
    assert (await api.put(path, body(made, **secure))).status_code == 200


@pytest.mark.parametrize(("field", "suffix"), list(SIDECARS.items()))
async def test_sidecars_are_named_after_their_file(
    api: Api, rows: Rows, release: Any, field: str, suffix: str
) -> None:
    for bad in (
        f"{FTP}other.exe{suffix}",
        f"{FTP}a.exe",
        f"{FTP}a.exe{suffix}x",
        f"{FTP}a{suffix}",
    ):
        sent = api.file_body(release["id"], 1, "a.exe", **{field: bad})
        answer = await api.post("/release-files", sent)
        assert answer.status_code == 400
        assert answer.json()["errors"] == [
            {
                "loc": ["body", field],
                "msg": f"must be the address of the file followed by {suffix}",
                "code": "sidecar_mismatch",
            }
        ]
    made = await api.file(release["id"], 1, "a.exe", **{field: f"{FTP}a.exe{suffix}"})
    # An old row against the rule cannot be saved again, even where nobody touches that field.
    await rows.do(f"UPDATE release_file SET {field} = :url", url=f"{FTP}other.exe{suffix}")
    stored = await api.read(f"/release-files/{made['id']}")
    answer = await api.put(f"/release-files/{made['id']}", body(stored, description="x"))
    assert answer.status_code == 400


async def test_all_broken_addresses_are_told_at_once(api: Api, release: Any) -> None:
    wrong = {field: f"{FTP}z{suffix}" for field, suffix in SIDECARS.items()}
    answer = await api.post("/release-files", api.file_body(release["id"], 1, "a.exe", **wrong))
    assert {error["loc"][1] for error in answer.json()["errors"]} == set(SIDECARS)


# --- buttons and other constraints ---


async def test_one_button_for_each_system_and_release(api: Api, rows: Rows, release: Any) -> None:
    first = await api.file(release["id"], 1, "a.exe", download_button=True)
    # More files may follow, before and after, as long as they want no button.
    second = await api.file(release["id"], 1, "b.exe")
    await api.file(release["id"], 2, "c.pkg", download_button=True)
    sent = api.file_body(release["id"], 1, "d.exe", download_button=True)
    answer = await api.post("/release-files", sent)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["loc"] == ["body", "download_button"]
    path = f"/release-files/{second['id']}"
    assert (await api.put(path, body(second, download_button=True))).status_code == 409
    other = await api.file(release["id"], 3, "e.tgz", download_button=True)
    moved = body(other, os_id=1)
    assert (await api.put(f"/release-files/{other['id']}", moved)).status_code == 409
    assert await rows.one("SELECT count(*) FROM release_file WHERE download_button") == 3
    await api.put(f"/release-files/{first['id']}", body(first, download_button=False))
    assert (await api.put(path, body(second, download_button=True))).status_code == 200


@pytest.mark.parametrize("field", ["slug", "url"])
async def test_slug_and_address_are_taken_once(
    api: Api, rows: Rows, release: Any, field: str
) -> None:
    made = await api.file(release["id"], 1, "a.exe")
    sent = api.file_body(release["id"], 2, "b.exe", **{field: made[field]})
    answer = await api.post("/release-files", sent)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["loc"] == ["body", field]
    assert await rows.one("SELECT count(*) FROM release_file") == 1
    assert (await api.read(f"/releases/{release['id']}"))["version"] == 3


BAD: list[tuple[str, Any]] = [
    ("os_id", 99),
    ("release_id", 99),
    ("os_id", 0),
    ("os_id", 2**63),
    ("release_id", "x"),
    ("filesize", -1),
    ("filesize", 2**63),
    ("md5_sum", "xyz"),
    ("md5_sum", "abc"),
    ("sha256_sum", "a" * 63),
    ("sha256_sum", "a" * 201),
    ("name", ""),
    ("url", ""),
    ("url", None),
    ("description", "x" * 10_001),
    ("download_button", "perhaps"),
    ("surplus", 1),
]


async def test_a_checksum_of_another_length_stays_until_it_is_changed(
    api: Api, rows: Rows, release: Any
) -> None:
    made = await api.file(release["id"], 1, "a.exe")
    path = f"/release-files/{made['id']}"
    await rows.do("UPDATE release_file SET md5_sum = 'abc'")
    same = await api.put(path, body(made, md5_sum="abc", description="New"))
    assert same.status_code == 200, same.text
    other = await api.put(path, body(made, md5_sum="abcd"))
    assert other.status_code == 400
    assert other.json()["errors"][0]["msg"].startswith("must have 32 hexadecimal digits")


async def test_bad_fields_are_named(api: Api, rows: Rows, release: Any) -> None:
    for field, value in BAD:
        answer = await api.post(
            "/release-files", api.file_body(release["id"], 1, "a.exe", **{field: value})
        )
        assert answer.status_code == 400, (field, value)
        assert answer.json()["errors"][0]["loc"][:2] == ["body", field], (field, value)
    assert await rows.one("SELECT count(*) FROM release_file") == 0


async def test_every_write_leaves_one_entry(api: Api, rows: Rows, release: Any) -> None:
    made = await api.file(release["id"], 1, "a.exe")
    await api.put(f"/release-files/{made['id']}", body(made, filesize=5))
    await api.delete(f"/release-files/{made['id']}")
    entries = [entry for entry in await rows.audit() if entry["entity"] == "release_file"]
    assert [entry["action"] for entry in entries] == ["created", "updated", "deleted"]
    assert (entries[1]["before"], entries[1]["after"]) == ({"filesize": 0}, {"filesize": 5})


async def test_a_key_makes_creating_safe_to_repeat(api: Api, rows: Rows, release: Any) -> None:
    sent, headers = api.file_body(release["id"], 1, "a.exe"), {"Idempotency-Key": "k"}
    first = await api.post("/release-files", sent, headers=headers)
    second = await api.post("/release-files", sent, headers=headers)
    assert first.json() == second.json()
    assert await rows.one("SELECT count(*) FROM release_file") == 1
