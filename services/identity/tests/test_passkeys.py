"""Passkeys: added, used in every way they can be, and used wrongly in every way we know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from authenticator import Authenticator, decoded, encoded

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from identity.settings import Settings
    from servicekit.service import TaskContext

ORIGIN = "https://site.example"
WAYS = ("second-factor", "reauthentication")


def device(**traits: Any) -> Authenticator:
    return Authenticator(origin=ORIGIN, **traits)


async def ask(api: Api, path: str, body: Any = None) -> Any:
    return (await api.post(f"{path}/passkey-challenges", body, status=201))["options"]


async def add(
    api: Api, user_id: int, made: Authenticator, session: str | None = None, name: str = "phone"
) -> Any:
    options = await ask(api, f"/users/{user_id}")
    sent = {"name": name, "credential": made.create(options), "session": session}
    return await api.post(f"/users/{user_id}/passkeys", sent, status=201)


async def enter(api: Api, made: Authenticator, *, status: int = 201, **lies: Any) -> Any:
    """Sign in with a passkey alone."""
    options = await ask(api, "")
    sent = {"credential": made.get(options, **lies), "remember": True}
    return await api.post("/passkey-logins", sent, status=status)


async def prove(
    api: Api, secret: str, made: Authenticator, way: str, *, status: int = 200, **lies: Any
) -> Any:
    """Answer what a session is asked for."""
    session = f"/sessions/{api.sha(secret)}"
    options = await ask(api, session, {"purpose": way})
    sent = {"credential": made.get(options, **lies)}
    return await api.post(f"{session}/{way}/passkey", sent, status=status)


async def test_from_added_to_signed_in(api: Api, rows: Rows, ada: int) -> None:
    first, other = await api.sign_in("ada"), await api.sign_in("ada")
    options = await ask(api, f"/users/{ada}")
    assert options["rp"] == {"id": "site.example", "name": "site.example"}
    assert options["user"]["name"] == "Ada"
    assert str(ada).encode() not in decoded(options["user"]["id"])
    phone = device(backs_up=True)
    mine = api.sha(first["secret"])
    sent = {"name": "phone", "credential": phone.create(options), "session": mine}
    made = await api.post(f"/users/{ada}/passkeys", sent, status=201)
    assert len(set(made["recovery_codes"])) == 10
    assert (made["passkey"]["name"], made["passkey"]["backed_up"]) == ("phone", True)
    row = (await rows.all("SELECT * FROM passkey"))[0]
    assert (row["credential_id"], row["transports"]) == (
        phone.credential_id,
        ["hybrid", "internal"],
    )
    # The session that added it goes on, others owe one.
    assert not (await api.get(f"/sessions/{mine}"))["user"]["needs_second_factor"]
    assert (await api.get(f"/sessions/{api.sha(other['secret'])}"))["user"]["needs_second_factor"]
    # As second factor.
    options = await ask(api, f"/sessions/{api.sha(other['secret'])}", {"purpose": "second-factor"})
    assert [one["id"] for one in options["allowCredentials"]] == [encoded(phone.credential_id)]
    assert options["userVerification"] == "preferred"
    done = await prove(api, other["secret"], phone, "second-factor")
    assert not done["user"]["needs_second_factor"]
    assert done["secret"] != other["secret"]
    await api.get(f"/sessions/{api.sha(other['secret'])}", status=404)
    # Alone: nothing is known of whoever comes.
    options = await ask(api, "")
    assert (options["allowCredentials"], options["userVerification"]) == ([], "required")
    alone = await enter(api, phone)
    assert (alone["user"]["username"], alone["session"]["remembered"]) == ("Ada", True)
    assert not alone["user"]["needs_second_factor"]
    row = (await rows.all("SELECT * FROM passkey"))[0]
    assert (row["sign_count"], row["last_used"] is not None) == (phone.counter, True)
    assert await rows.one("SELECT last_login IS NOT NULL FROM account")
    assert (await rows.actions(ada))[-1] == "signed_in_with_passkey"
    assert (await rows.mails())[-1]["kind"] == "second-factor-changed"
    assert [kind for kind, _, _ in await rows.told()] == ["user.updated", "session.ended"]


async def test_what_was_given_of_the_password_is_not_younger_afterwards(
    api: Api, rows: Rows, ada: int
) -> None:
    phone = device()
    await add(api, ada, phone)
    made = await api.sign_in("ada")
    await rows.do("UPDATE session SET reauthenticated_at = '2020-01-01'")
    done = await prove(api, made["secret"], phone, "second-factor")
    assert done["session"]["reauthenticated_at"].startswith("2020-01-01")


async def test_who_one_is_proved_again(api: Api, rows: Rows, ada: int) -> None:
    await rows.do("UPDATE account SET password = ''")
    phone = device()
    await add(api, ada, phone)
    assert not (await api.get(f"/users/{ada}/second-factors"))["password"]
    made = await enter(api, phone)
    await rows.do("UPDATE session SET reauthenticated_at = '2020-01-01'")
    found = await prove(api, made["secret"], phone, "reauthentication")
    assert not found["session"]["reauthenticated_at"].startswith("2020")
    # It stands in for the password, so the device has to know its user.
    phone.verifies = False
    await prove(api, made["secret"], phone, "reauthentication", status=401)
    assert (await rows.actions(ada))[-2:] == ["reauthenticated_with_passkey", "passkey_refused"]


async def test_a_device_that_does_not_know_its_user_is_no_way_in(
    api: Api, rows: Rows, ada: int
) -> None:
    key = device(verifies=False)
    await add(api, ada, key)
    await enter(api, key, status=401)
    made = await api.sign_in("ada")
    await prove(api, made["secret"], key, "second-factor")
    assert await rows.one("SELECT count(*) FROM session") == 1


LIES: dict[str, dict[str, Any]] = {
    "another site": {"origin": "https://site.example.evil.example"},
    "another port": {"origin": "https://site.example:8443"},
    "without encryption": {"origin": "http://site.example"},
    "another name": {"rp": "evil.example"},
    "a challenge of its own": {"challenge": encoded(b"c" * 32)},
    "no challenge": {"challenge": "!"},
    "another account": {"handle": b"somebody else"},
}


@pytest.mark.parametrize("why", LIES)
async def test_lies_are_refused_and_counted(api: Api, rows: Rows, ada: int, why: str) -> None:
    phone = device()
    await add(api, ada, phone)
    made = await api.sign_in("ada")
    for way in WAYS:
        answer = await prove(api, made["secret"], phone, way, status=401, **LIES[why])
        assert answer["type"] == "wrong-passkey"
    assert (await rows.all("SELECT failures FROM second_factor_tries"))[0]["failures"] == 2
    answer = await enter(api, phone, status=401, **LIES[why])
    assert answer["type"] == "wrong-passkey"
    assert await rows.one("SELECT count(*) FROM session") == 1
    assert await rows.one("SELECT sign_count FROM passkey") == 0


async def test_a_key_of_somebody_else_signs_nothing(api: Api, rows: Rows, ada: int) -> None:
    phone, thief = device(), device()
    await add(api, ada, phone)
    thief.credential_id, thief.handle = phone.credential_id, phone.handle
    made = await api.sign_in("ada")
    for way in WAYS:
        await prove(api, made["secret"], thief, way, status=401)
    await enter(api, thief, status=401)
    assert await rows.one("SELECT sign_count FROM passkey") == 0


async def test_nothing_works_twice(api: Api, rows: Rows, ada: int) -> None:
    phone = device(counts=False)
    options = await ask(api, f"/users/{ada}")
    sent = {"name": "phone", "credential": phone.create(options)}
    await api.post(f"/users/{ada}/passkeys", sent, status=201)
    await api.post(f"/users/{ada}/passkeys", sent, status=400)
    sent = {"credential": phone.get(await ask(api, ""))}
    made = await api.post("/passkey-logins", sent, status=201)
    await api.post("/passkey-logins", sent, status=401)
    session = f"/sessions/{api.sha(made['secret'])}"
    options = await ask(api, session, {"purpose": "reauthentication"})
    sent = {"credential": phone.get(options)}
    await api.post(f"{session}/reauthentication/passkey", sent)
    await api.post(f"{session}/reauthentication/passkey", sent, status=401)
    assert await rows.one("SELECT count(*) FROM passkey_challenge") == 0
    # Nor after an answer that was wrong.
    options = await ask(api, "")
    for origin in ("https://evil.example", ORIGIN):
        sent = {"credential": phone.get(options, origin=origin)}
        await api.post("/passkey-logins", sent, status=401)


async def test_an_answer_belongs_to_its_question(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    phone, tablet = device(), device()
    bob = await make_user("bob")
    await add(api, ada, phone)
    await add(api, bob, tablet)
    one, two = await api.sign_in("ada"), await api.sign_in("ada")
    of = {who: f"/sessions/{api.sha(made['secret'])}" for who, made in (("1", one), ("2", two))}
    # Another purpose, another session, another account, and one to sign in with.
    questions = (
        await ask(api, of["1"], {"purpose": "reauthentication"}),
        await ask(api, of["2"], {"purpose": "second-factor"}),
        await ask(api, ""),
    )
    for options in questions:
        sent = {"credential": phone.get(options)}
        await api.post(f"{of['1']}/second-factor/passkey", sent, status=401)
    sent = {"credential": phone.get(questions[0])}
    await api.post("/passkey-logins", sent, status=401)
    # Somebody else's passkey, which holds for its owner.
    await prove(api, one["secret"], tablet, "second-factor", status=401)
    new = device().create(await ask(api, f"/users/{bob}"))
    await api.post(f"/users/{ada}/passkeys", {"name": "x", "credential": new}, status=400)
    assert await rows.one("SELECT count(*) FROM passkey WHERE user_id = :id", id=ada) == 1
    # What was asked of others can still be answered by them.
    sent = {"credential": phone.get(questions[1])}
    await api.post(f"{of['2']}/second-factor/passkey", sent)


async def test_an_answer_that_comes_late(
    api: Api, rows: Rows, ada: int, context: TaskContext
) -> None:
    from identity.tasks import prune_accounts

    phone = device()
    await add(api, ada, phone)
    options = await ask(api, "")
    new = await ask(api, f"/users/{ada}")
    await rows.do("UPDATE passkey_challenge SET expires = now()")
    await api.post("/passkey-logins", {"credential": phone.get(options)}, status=401)
    sent = {"name": "x", "credential": device().create(new)}
    await api.post(f"/users/{ada}/passkeys", sent, status=400)
    await ask(api, "")
    assert "2 challenges" in await prune_accounts(context)
    assert await rows.one("SELECT count(*) FROM passkey_challenge") == 1


async def test_a_counter_that_goes_back_is_refused_and_told(api: Api, rows: Rows, ada: int) -> None:
    phone = device(counter=7)
    await add(api, ada, phone)
    await enter(api, phone)
    await enter(api, phone, status=401, counter=8)
    assert (await rows.actions(ada))[-1] == "passkey_counter_back"
    made = await api.sign_in("ada")
    for way in WAYS:
        for counter in (8, 3, 0):
            await prove(api, made["secret"], phone, way, status=401, counter=counter)
            await rows.do("DELETE FROM second_factor_tries")
            assert (await rows.actions(ada))[-1] == "passkey_counter_back"
    assert await rows.one("SELECT sign_count FROM passkey") == 8
    await prove(api, made["secret"], phone, "second-factor")


async def test_tries_are_limited_together_with_codes(api: Api, rows: Rows, ada: int) -> None:
    phone = device()
    codes = (await add(api, ada, phone))["recovery_codes"]
    made = await api.sign_in("ada")
    session = f"/sessions/{api.sha(made['secret'])}"
    for number in range(5):
        if number % 2:
            await api.post(f"{session}/second-factor", {"code": "000000"}, status=401)
        else:
            await prove(api, made["secret"], phone, "second-factor", status=401, rp="x")
    for path, sent in (
        ("second-factor", {"code": codes[0]}),
        ("second-factor/passkey", {"credential": "{}"}),
        ("reauthentication/passkey", {"credential": "{}"}),
    ):
        answer = await api.call("POST", f"{session}/{path}", json=sent)
        assert (answer.status_code, answer.json()["type"]) == (429, "too-many-codes")
        assert 0 < int(answer.headers["Retry-After"]) <= 901
    await rows.do("UPDATE second_factor_tries SET blocked_until = now()")
    # A recovery code stands in for a passkey, too.
    await api.post(f"{session}/second-factor", {"code": codes[0]})
    assert await rows.all("SELECT * FROM second_factor_tries") == []


GARBAGE = (
    "{}",
    "[]",
    "nothing",
    "[" * 5000,
    json.dumps({"id": "", "rawId": "", "type": "public-key", "response": {}}),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": encoded(b"\xff\xfe"),
                "authenticatorData": "AA",
                "signature": "AA",
                "attestationObject": encoded(b"\xa1"),
            },
        }
    ),
)


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_is_refused(api: Api, ada: int, sent: str) -> None:
    phone = device()
    await add(api, ada, phone)
    made = await api.sign_in("ada")
    session = f"/sessions/{api.sha(made['secret'])}"
    body = {"credential": sent}
    await api.post("/passkey-logins", body, status=401)
    for way in WAYS:
        await api.post(f"{session}/{way}/passkey", body, status=401)
    answer = await api.post(f"/users/{ada}/passkeys", {"name": "x", **body}, status=400)
    assert answer["errors"][0]["loc"] == ["body", "credential"]


async def test_what_is_made_elsewhere_is_not_added(api: Api, rows: Rows, ada: int) -> None:
    path = f"/users/{ada}/passkeys"
    for lies in ({"origin": "https://evil.example"}, {"challenge": encoded(b"x" * 32)}):
        options = await ask(api, f"/users/{ada}")
        sent = {"name": "x", "credential": device().create(options, **lies)}
        await api.post(path, sent, status=400)
    options = await ask(api, f"/users/{ada}")
    options["rp"]["id"] = "evil.example"
    await api.post(path, {"name": "x", "credential": device().create(options)}, status=400)
    assert await rows.one("SELECT count(*) FROM passkey") == 0
    assert await rows.one("SELECT count(*) FROM recovery_code") == 0


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


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://www.python.org", "https://www.python.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://localhost:8000"),
        ("http://[::1]", "http://localhost"),
        ("http://192.0.2.7:8000", None),
    ],
)
def test_a_passkey_belongs_to_a_name(settings: Settings, url: str, origin: str | None) -> None:
    assert settings.model_copy(update={"public_url": url}).passkey_origin == origin
