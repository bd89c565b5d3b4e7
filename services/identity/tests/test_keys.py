"""Keys of the APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows


def asked(**fields: Any) -> dict[str, Any]:
    return {"kind": "bearer", "name": "laptop", "scopes": [], **fields}


async def test_keys_of_one_account_have_names_of_their_own(
    api: Api, ada: int, make_user: MakeUser
) -> None:
    await api.post(f"/users/{ada}/keys", asked(), status=201)
    told = await api.post(f"/users/{ada}/keys", asked(), status=409)
    assert told["errors"][0]["loc"] == ["body", "name"]
    await api.post(f"/users/{await make_user('Bob')}/keys", asked(), status=201)


async def test_a_key_is_shown_once_and_kept_as_a_hash(api: Api, rows: Rows, ada: int) -> None:
    made = await api.post(f"/users/{ada}/keys", asked(), status=201)
    secret = made.pop("secret")
    assert secret.startswith("pydotorg_")
    assert (await rows.one("SELECT sha256 FROM api_key")).hex() == api.sha(secret)
    assert await api.get(f"/users/{ada}/keys") == [made]
    kept = await rows.all(
        "SELECT api_key::text AS t FROM api_key UNION ALL SELECT audit::text FROM audit"
    )
    assert not any(secret in row["t"] for row in kept)
    assert await rows.actions(ada) == ["key_created"]


async def test_use(api: Api, rows: Rows, make_user: MakeUser) -> None:
    bob = await make_user("bob", permissions=["downloads.change_release", "downloads.view_release"])
    made = await api.post(f"/users/{bob}/keys", asked(), status=201)
    path = f"/keys/bearer/{api.sha(made['secret'])}"
    state = await api.get(path)
    assert state["user"]["permissions"] == ["downloads.change_release", "downloads.view_release"]
    first = await rows.one("SELECT last_used FROM api_key")
    assert first is not None
    await api.get(path)
    assert await rows.one("SELECT last_used FROM api_key") == first
    await rows.do("UPDATE api_key SET last_used = last_used - interval '2 minutes'")
    await api.get(path)
    assert await rows.one("SELECT last_used FROM api_key") > first
    # Another kind of header does not open the same door.
    await api.get(path.replace("bearer", "token"), status=404)
    await api.get(path.replace("bearer", "magic"), status=400)
    await api.get(f"/keys/bearer/{api.sha('x')}", status=404)
    await rows.do("UPDATE account SET is_active = false")
    await api.get(path, status=404)


async def test_scopes_take_away_and_never_give(api: Api, make_user: MakeUser) -> None:
    bob = await make_user("bob", permissions=["downloads.change_release", "downloads.view_release"])
    sent = asked(scopes=["downloads.view_release", "downloads.delete_release"])
    made = await api.post(f"/users/{bob}/keys", sent, status=201)
    state = await api.get(f"/keys/bearer/{api.sha(made['secret'])}")
    assert state["user"]["permissions"] == ["downloads.view_release"]
    refused = await api.post(f"/users/{bob}/keys", asked(scopes=["a.b"]), status=400)
    assert refused["errors"][0]["loc"] == ["body", "scopes", 0]


async def test_an_apikey_comes_with_its_user_name(api: Api, ada: int, make_user: MakeUser) -> None:
    await make_user("bob")
    made = await api.post(f"/users/{ada}/keys", asked(kind="apikey"), status=201)
    path = f"/keys/apikey/{api.sha(made['secret'])}"
    await api.get(f"{path}?username=ada")
    await api.get(f"{path}?username=bob", status=404)
    answer = await api.get(path, status=400)
    assert answer["errors"][0]["loc"] == ["query", "username"]


async def test_revoked_at_once(api: Api, rows: Rows, ada: int, make_user: MakeUser) -> None:
    bob = await make_user("bob")
    made = await api.post(f"/users/{ada}/keys", asked(kind="token"), status=201)
    state = f"/keys/token/{api.sha(made['secret'])}"
    await api.delete(f"/users/{bob}/keys/{made['id']}", status=404)
    await api.get(state)
    await api.delete(f"/users/{ada}/keys/{made['id']}")
    await api.delete(f"/users/{ada}/keys/{made['id']}", status=404)
    await api.get(state, status=404)
    # Their owner is told of both, with the name of the key and not with the key.
    mails = await rows.mails()
    assert [mail["kind"] for mail in mails] == ["key-made", "key-revoked"]
    assert all("laptop" in mail["text"] and made["secret"] not in mail["text"] for mail in mails)
    assert await rows.data("key.revoked") == [
        {"id": made["id"], "user_id": ada, "kind": "token", "sha256": api.sha(made["secret"])}
    ]


async def test_keys_end(api: Api, rows: Rows, ada: int) -> None:
    path = f"/users/{ada}/keys"
    past = await api.post(path, asked(expires="2020-01-01T00:00:00Z"), status=400)
    assert past["errors"][0]["loc"] == ["body", "expires"]
    made = await api.post(path, asked(expires="2999-01-01T00:00:00Z"), status=201)
    await api.get(f"/keys/bearer/{api.sha(made['secret'])}")
    await rows.do("UPDATE api_key SET expires = now() - interval '1 second'")
    await api.get(f"/keys/bearer/{api.sha(made['secret'])}", status=404)
    # They go with the account, and whoever has a copy hears of it.
    staff: dict[str, Any] = {"as_": api.GRANTABLE, "subject": "user:900"}
    await api.delete(f"/users/{ada}", **staff)
    assert len(await rows.data("key.revoked")) == 1


@pytest.mark.parametrize("path", ["/users/999/keys"])
async def test_nobody_has_no_keys(api: Api, rows: Rows, path: str) -> None:
    await api.get(path, status=404)
    await api.post(path, asked(), status=404)
    assert await rows.one("SELECT count(*) FROM api_key") == 0


async def test_nobody_needs_a_hundred_keys(api: Api, rows: Rows, ada: int) -> None:
    for number in range(20):
        await api.post(f"/users/{ada}/keys", asked(name=f"robot {number}"), status=201)
    told = await api.post(f"/users/{ada}/keys", asked(name="one more"), status=409)
    assert told["errors"] == []
    assert await rows.one("SELECT count(*) FROM api_key") == 20
