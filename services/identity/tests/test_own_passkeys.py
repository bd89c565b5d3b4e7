"""Passkeys of an account: whose they are, how many, what goes with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from authenticator import encoded

from .devices import add, ask, device, enter

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

WAYS = ("second-factor", "reauthentication")


async def test_a_passkey_belongs_to_one_account(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    phone, bob = device(), await make_user("bob")
    await add(api, ada, phone)
    known = (await ask(api, f"/users/{ada}"))["excludeCredentials"]
    assert [one["id"] for one in known] == [encoded(phone.credential_id)]
    same = phone.credential_id
    options = await ask(api, f"/users/{bob}")
    phone.create(options)
    copy = json.loads(phone.create(options))
    await rows.do("UPDATE passkey SET credential_id = :id", id=phone.credential_id)
    sent = {"name": "x", "credential": json.dumps(copy)}
    answer = await api.post(f"/users/{bob}/passkeys", sent, status=409)
    assert answer["errors"][0]["code"] == "unique"
    assert same


async def test_at_most_so_many(api: Api, rows: Rows, ada: int) -> None:
    await add(api, ada, device())
    await rows.do(
        "INSERT INTO passkey (user_id, credential_id, public_key, user_handle, name)"
        " SELECT :id, n::text::bytea, '', '', 'x' FROM generate_series(1, 19) n",
        id=ada,
    )
    sent = {"name": "x", "credential": device().create(await ask(api, f"/users/{ada}"))}
    await api.post(f"/users/{ada}/passkeys", sent, status=409)


async def test_listed_renamed_and_removed_by_their_owner(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    bob = await make_user("bob")
    one = (await add(api, ada, device(), name="phone"))["passkey"]["id"]
    two = await add(api, ada, device(), name="key")
    assert two["recovery_codes"] == [], "those of the first still work"
    theirs = (await add(api, bob, device()))["passkey"]["id"]
    path = f"/users/{ada}/passkeys"
    for foreign in (theirs, 999):
        await api.put(f"{path}/{foreign}", {"name": "mine"}, status=404)
        await api.delete(f"{path}/{foreign}", status=404)
    assert (await api.put(f"{path}/{one}", {"name": "old phone"}))["name"] == "old phone"
    found = await api.get(f"/users/{ada}/second-factors")
    assert [each["name"] for each in found["passkeys"]] == ["old phone", "key"]
    assert found["passkeys"][0]["last_used"] is None
    await api.delete(f"{path}/{one}")
    assert await rows.one("SELECT count(*) FROM recovery_code WHERE user_id = :id", id=ada) == 10
    await api.delete(f"{path}/{two['passkey']['id']}")
    # Nothing is left that a recovery code could stand in for.
    assert await rows.one("SELECT count(*) FROM recovery_code WHERE user_id = :id", id=ada) == 0
    assert not (await api.sign_in("ada"))["user"]["needs_second_factor"]
    assert (await rows.actions(ada))[:5] == [
        *("passkey_added", "passkey_added", "passkey_renamed"),
        *("passkey_removed", "passkey_removed"),
    ]


async def test_staff_keep_one(api: Api, rows: Rows, make_user: MakeUser) -> None:
    bob = await make_user("bob", is_staff=True, permissions=["downloads.change_release"])
    made = await api.sign_in("bob")
    assert made["user"]["must_add_second_factor"]
    session = api.sha(made["secret"])
    phone = device()
    one = (await add(api, bob, phone, session))["passkey"]["id"]
    user = (await api.get(f"/sessions/{session}"))["user"]
    assert (user["permissions"], user["is_staff"]) == (["downloads.change_release"], True)
    answer = await api.delete(f"/users/{bob}/passkeys/{one}", status=409)
    assert "add another one first" in answer["detail"]
    assert await rows.one("SELECT count(*) FROM passkey") == 1
    await add(api, bob, device())
    await api.delete(f"/users/{bob}/passkeys/{one}")
    await enter(api, phone, status=401)


async def test_the_last_way_in_stays(api: Api, rows: Rows, ada: int) -> None:
    one = (await add(api, ada, device()))["passkey"]["id"]
    await rows.do("UPDATE account SET password = ''")
    await api.delete(f"/users/{ada}/passkeys/{one}", status=409)
    await api.delete(f"/users/{ada}/second-factors", status=409)
    assert await rows.one("SELECT count(*) FROM passkey") == 1
    assert await rows.one("SELECT count(*) FROM recovery_code") == 10
    await rows.do(
        "INSERT INTO social_account (user_id, provider, subject) VALUES (:id, 'gone', '1')", id=ada
    )
    # A provider that is no longer declared signs nobody in, so the passkey is the last way.
    await api.delete(f"/users/{ada}/passkeys/{one}", status=409)


async def test_lost_ones_are_taken_away_by_staff(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    boss = await make_user("boss", is_superuser=True)
    phone = device()
    await add(api, ada, phone)
    await add(api, boss, device())
    staff: dict[str, Any] = {"as_": ("identity.change_user",), "subject": "user:900"}
    await api.post(f"/users/{boss}/second-factor-resets", status=403, **staff)
    await api.post(f"/users/{ada}/second-factor-resets", status=204, **staff)
    assert [row["user_id"] for row in await rows.all("SELECT user_id FROM passkey")] == [boss]
    await enter(api, phone, status=401)


async def test_closed_and_unconfirmed_accounts_stay_closed(api: Api, rows: Rows, ada: int) -> None:
    phone = device()
    await add(api, ada, phone)
    await rows.do("UPDATE email_address SET verified = false")
    assert (await enter(api, phone, status=403))["type"] == "unconfirmed"
    assert (await rows.mails())[-1]["kind"] == "confirm-email"
    await rows.do("UPDATE account SET is_active = false")
    assert (await enter(api, phone, status=403))["type"] == "inactive"
    assert await rows.one("SELECT count(*) FROM session") == 0
    # The use of a passkey that was refused for another reason counts all the same.
    assert await rows.one("SELECT count(*) FROM passkey_challenge") == 0


async def test_export_and_deletion_know_them(api: Api, rows: Rows, ada: int) -> None:
    phone = device()
    await add(api, ada, phone, name="Ada's phone")
    found = await api.get(f"/users/{ada}/export")
    assert [each["name"] for each in found["second_factors"]["passkeys"]] == ["Ada's phone"]
    assert encoded(phone.credential_id) not in str(found)
    await ask(api, f"/users/{ada}")
    await api.post("/sessions/" + "0" * 64 + "/second-factor", {"code": "000000"}, status=404)
    await api.delete(f"/users/{ada}/account")
    for table in ("passkey", "passkey_challenge", "recovery_code", "second_factor_tries"):
        assert await rows.one(f"SELECT count(*) FROM {table}") == 0
    assert "phone" not in str(await rows.all("SELECT audit::text FROM audit"))


async def test_nobody_has_none(api: Api, ada: int) -> None:
    made = await api.sign_in("ada")
    for session, status in ((api.sha(made["secret"]), 409), ("0" * 64, 404)):
        for way in WAYS:
            path = f"/sessions/{session}"
            await api.post(f"{path}/passkey-challenges", {"purpose": way}, status=status)
        sent = {"credential": "{}"}
        await api.post(f"/sessions/{session}/second-factor/passkey", sent, status=status)
    await api.post("/users/999/passkey-challenges", status=404)
    sent = {"name": "x", "credential": "{}"}
    await api.post("/users/999/passkeys", sent, status=404)
    await enter(api, device(credential_id=b"unknown"), status=401)
    assert ada
