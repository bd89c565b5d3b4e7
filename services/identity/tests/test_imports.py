"""Accounts of another installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from identity import imports, tasks
from servicekit.problems import Invalid

if TYPE_CHECKING:
    from pathlib import Path

    from services.identity.tests.conftest import Api, Rows

    from servicekit.service import TaskContext

#: make_password("lètmein") of Django 5.2.
HASH = "pbkdf2_sha256$1000000$seasaltseasalt$hYyRXkyVMRjRu/6Aj+LefsRoSAWNjs/BWyOAYxlb07k="
RAW = "0123456789abcdef0123456789abcdef01234567"
USER: dict[str, Any] = {
    "id": 41,
    "username": "gu\u00efdo",
    "password": HASH,
    "date_joined": "2014-01-02T03:04:05Z",
    "groups": ["Job Board Admin"],
    "permissions": ["downloads.change_release", "pages.change_page"],
    "addresses": [{"email": "G@example.org", "verified": True, "primary": True}],
    "keys": [{"kind": "apikey", "key": RAW}],
    "social_accounts": [
        {
            "provider": "github",
            "uid": "583231",
            "username": "octocat",
            "email": "",
            "date_joined": "2015-01-02T03:04:05Z",
        }
    ],
}
GROUPS = [{"name": "Job Board Admin", "permissions": ["downloads.view_release"]}]


def write(path: Path, *users: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"groups": GROUPS, "users": users}), encoding="utf-8")
    return path


async def test_people_sign_in_as_before(
    api: Api, rows: Rows, context: TaskContext, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "a.json",
        USER,
        {
            **USER,
            "id": 7,
            "username": "new",
            "password": "",
            "addresses": [],
            "keys": [],
            "social_accounts": [],
        },
    )
    assert (await imports.import_accounts(context, file)).startswith("2 accounts added")
    # Nobody asked them to confirm anything, so nothing takes them away.
    assert (await tasks.prune_accounts(context)).startswith("deleted 0 accounts")
    made = await api.sign_in("g@EXAMPLE.org", "lètmein")
    assert made["user"]["id"] == 41
    assert made["user"]["groups"] == ["Job Board Admin"]
    # What no service asks for gives nothing.
    assert made["user"]["permissions"] == [
        *("downloads.can_publish_releases", "downloads.change_release", "downloads.view_release")
    ]
    state = await api.get(f"/keys/apikey/{api.sha(RAW)}?username=gu%C3%AFdo")
    assert state["user"]["id"] == 41
    kept = await rows.all("SELECT api_key::text AS t FROM api_key")
    assert not any(RAW in row["t"] for row in kept)
    assert await rows.one("SELECT created FROM account WHERE id = 41") is not None
    linked = (await api.get("/users/41/ways-in"))["social"][0]
    assert (linked["provider"]["id"], linked["username"]) == ("github", "octocat")
    assert (linked["created"][:4], linked["last_used"]) == ("2015", None)
    assert await rows.one("SELECT subject FROM social_account") == "583231"
    # Who signs up next does not get a number that is taken.
    await api.sign_up("newcomer")
    assert await rows.user("newcomer") == 42
    again = await imports.import_accounts(context, file)
    assert again == "0 accounts added, 2 were there already"
    assert [kind for kind, _, _ in await rows.told()].count("user.created") == 3


@pytest.mark.parametrize(
    ("changes", "loc"),
    [
        ({"username": "a\nb"}, ["users", 1, "username"]),
        ({"addresses": [{"email": "no"}]}, ["users", 1, "addresses", 0, "email"]),
        ({"groups": ["nobody knows it"]}, ["users", 42, "groups"]),
        ({"misspelt": 1}, ["users", 1, "misspelt"]),
        (
            {"social_accounts": [{"provider": "GitHub", "uid": "1"}]},
            ["users", 1, "social_accounts", 0, "provider"],
        ),
    ],
)
async def test_all_or_nothing(
    rows: Rows, context: TaskContext, tmp_path: Path, changes: dict[str, Any], loc: list[Any]
) -> None:
    bad = {**USER, "id": 42, "username": "x", "addresses": [], "keys": [], **changes}
    with pytest.raises(Invalid) as refusal:
        await imports.import_accounts(context, write(tmp_path / "a.json", USER, bad))
    assert refusal.value.errors[0].loc == loc
    assert await rows.one("SELECT count(*) FROM account") == 0
    assert RAW not in str(refusal.value.errors)
