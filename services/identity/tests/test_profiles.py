"""Profiles, what is obeyed of their settings, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows


async def test_own_profile(api: Api, rows: Rows, ada: int) -> None:
    path = f"/users/{ada}/profile"
    found = await api.get(path)
    sent = {key: value for key, value in found.items() if key not in {"id", "version"}}
    assert (await api.put(path, sent)) == found
    assert await rows.told() == []
    changed = {**sent, "username": "Lovelace", "bio": "Writes *programs*.", "email_privacy": 1}
    await api.put(path, changed, match=None, status=428)
    await api.put(path, changed, match=9, status=412)
    made = await api.put(path, changed, match=found["version"])
    assert made == {**changed, "id": ada, "version": found["version"] + 1}
    event = (await rows.data("user.updated"))[0]
    assert (event["username"], event["previous_usernames"]) == ("Lovelace", ["Ada"])
    assert await rows.actions(ada) == ["profile_updated"]
    await api.get("/users/999/profile", status=404)


@pytest.mark.parametrize(
    ("fields", "status", "loc"),
    [
        ({"username": "BOB"}, 409, "username"),
        ({"username": "edit"}, 400, "username"),
        ({"username": "a b"}, 400, "username"),
        ({"email_privacy": 7}, 400, "email_privacy"),
        ({"first_name": "x" * 151}, 400, "first_name"),
        ({"is_superuser": True}, 400, "is_superuser"),
    ],
)
async def test_what_cannot_be_set(
    api: Api,
    rows: Rows,
    ada: int,
    make_user: MakeUser,
    fields: dict[str, Any],
    status: int,
    loc: str,
) -> None:
    await make_user("bob")
    answer = await api.put(f"/users/{ada}/profile", {"username": "Ada", **fields}, status=status)
    assert answer["errors"][0]["loc"] == ["body", loc]
    assert await rows.one("SELECT version FROM account WHERE id = :id", id=ada) == 1


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({}, True),
        ({"public_profile": False}, False),
        ({"search_visibility": 0}, False),
        ({"is_active": False}, False),
    ],
)
async def test_who_is_found(
    api: Api, ada: int, make_user: MakeUser, columns: dict[str, Any], *, shown: bool
) -> None:
    bob = await make_user("Bob", first_name="Robert", **columns)
    for query in ("", f"?viewer={ada}"):
        found = await api.get(f"/profiles/bOB{query}", status=200 if shown else 404)
        if shown:
            assert (found["username"], found["name"]) == ("Bob", "Robert")
            assert "bio" not in found
    active = columns.get("is_active", True)
    await api.get(f"/profiles/bob?viewer={bob}", status=200 if active else 404)
    await api.get("/profiles/nobody", status=404)


@pytest.mark.parametrize(
    ("privacy", "anybody", "signed_in"), [(0, True, True), (1, False, True), (2, False, False)]
)
async def test_who_sees_the_address(
    api: Api, ada: int, make_user: MakeUser, privacy: int, *, anybody: bool, signed_in: bool
) -> None:
    bob = await make_user("bob", email_privacy=privacy)
    for query, shown in (("", anybody), (f"?viewer={ada}", signed_in), (f"?viewer={bob}", True)):
        found = await api.get(f"/profiles/bob{query}")
        assert found["email"] == ("bob@example.org" if shown else None), query


async def test_export_has_everything_but_what_opens_something(
    api: Api, rows: Rows, ada: int
) -> None:
    session = await api.sign_in("ada")
    sent = {"kind": "bearer", "name": "laptop", "scopes": []}
    key = await api.post(f"/users/{ada}/keys", sent, status=201)
    found = await api.get(f"/users/{ada}/export")
    assert found["account"]["username"] == "Ada"
    assert [each["email"] for each in found["addresses"]] == ["ada@example.org"]
    assert [each["name"] for each in found["keys"]] == ["laptop"]
    assert len(found["sessions"]) == 1
    assert [each["action"] for each in found["security_log"]] == ["key_created", "signed_in"]
    password = await rows.one("SELECT password FROM account")
    for secret in (session["secret"], key["secret"], password):
        assert secret not in str(found)
        assert api.sha(secret) not in str(found)
    await api.get("/users/999/export", status=404)


async def test_leaving(api: Api, rows: Rows, ada: int) -> None:
    session = await api.sign_in("ada")
    await api.post(f"/users/{ada}/addresses", {"email": "a@new.example"}, status=201)
    await api.delete(f"/users/{ada}/account")
    await api.delete(f"/users/{ada}/account", status=404)
    await api.get(f"/sessions/{api.sha(session['secret'])}", status=404)
    await api.sign_in("ada", status=401)
    for table in ("account", "email_address", "session", "api_key", "mailed_key"):
        assert await rows.one(f"SELECT count(*) FROM {table}") == 0
    assert [kind for kind, _, _ in await rows.told()] == ["session.ended", "user.deleted"]
    # What happened stays in the trail, without what it said of the person.
    entries = await rows.all(
        "SELECT actor, action, audit::text AS t FROM audit WHERE entity_id <> '0' ORDER BY id"
    )
    assert [entry["action"] for entry in entries] == ["signed_in", "email_added", "deleted"]
    assert {entry["actor"] for entry in entries} == {f"user:{ada}"}
    assert not any("@" in entry["t"] for entry in entries)
    assert (await rows.mails())[-1]["kind"] == "account-deleted"


async def test_own_security_log(api: Api, ada: int, make_user: MakeUser) -> None:
    await make_user("bob")
    headers = {"Client-Address": "192.0.2.1", "Client-Agent": "Firefox\x07"}
    for login, password, status in (
        ("ada", api.PASSWORD, 201),
        ("ada", "not the password", 401),
        ("bob", api.PASSWORD, 201),
    ):
        sent = {"login": login, "password": password}
        await api.post("/logins", sent, status=status, headers=headers)
    found = await api.get(f"/users/{ada}/security-log?limit=1")
    assert (found["total"], len(found["items"])) == (2, 1)
    assert found["items"][0]["action"] == "sign_in_failed"
    assert found["items"][0]["details"] == {"agent": "Firefox"}
    assert found["items"][0]["actor"] == f"user:{ada}"


async def test_of_an_address_only_a_keyed_hash_is_kept(api: Api, rows: Rows, ada: int) -> None:
    kept = []
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        sent = {"login": "ada", "password": api.PASSWORD}
        await api.post("/logins", sent, status=201, headers={"Client-Address": address})
        kept.append((await rows.all("SELECT address FROM session ORDER BY id"))[-1]["address"])
    assert kept[0] == kept[1] != kept[2]
    assert api.sha("192.0.2.1")[:32] != kept[0]
    log = await rows.all("SELECT after ->> 'address' AS a FROM audit ORDER BY id")
    assert [row["a"] for row in log] == kept
    assert ada
