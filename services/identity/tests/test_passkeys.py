"""Passkeys: used in every way they can be, and wrongly in every way we know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from authenticator import decoded, encoded

from .devices import ORIGIN, add, ask, device, enter, prove

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from identity.settings import Settings
    from servicekit.service import TaskContext

WAYS = ("second-factor", "reauthentication")


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
