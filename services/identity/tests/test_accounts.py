"""Signing up, confirming, signing in, and what nobody learns from it."""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from identity import passwords

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows


async def test_from_sign_up_to_signed_in(api: Api, rows: Rows) -> None:
    await api.sign_up("Grace.Hopper", "Grace@Example.org", first_name="Grace")
    refused = await api.sign_in("grace.hopper", status=403)
    assert refused["type"] == "unconfirmed"
    secret = await rows.mailed_key()
    shown = await api.get(f"/email-confirmations/{api.sha(secret)}")
    assert shown == {"username": "Grace.Hopper", "email": "grace@example.org"}
    assert not await rows.one("SELECT verified FROM email_address")
    await api.post(f"/email-confirmations/{api.sha(secret)}")
    assert await rows.one("SELECT verified FROM email_address")
    await api.post(f"/email-confirmations/{api.sha(secret)}", status=404)
    for login in ("grace.hopper", "GRACE@example.ORG"):
        made = await api.sign_in(login)
        assert made["user"]["username"] == "Grace.Hopper"
        assert made["user"]["email"] == "grace@example.org"
        assert made["user"]["permissions"] == []
    number = await rows.user("Grace.Hopper")
    assert await rows.one("SELECT last_login FROM account") is not None
    assert await rows.actions(number) == [
        "signed_up",
        "email_confirmed",
        "signed_in",
        "signed_in",
    ]
    told = [("user.created", str(number), 1), ("user.updated", str(number), 2)]
    assert await rows.told() == told
    assert (await rows.data("user.updated"))[0]["user"] == {
        "id": number,
        "username": "Grace.Hopper",
        "name": "Grace",
        "is_active": True,
    }


async def test_a_secret_is_in_no_row_but_the_mail(api: Api, rows: Rows) -> None:
    await api.sign_up("grace")
    secret = await rows.mailed_key()
    assert (await rows.one("SELECT sha256 FROM mailed_key")).hex() == api.sha(secret)
    kept = await rows.all(
        "SELECT account::text AS t FROM account UNION ALL SELECT event::text FROM outbox "
        "UNION ALL SELECT audit::text FROM audit"
    )
    assert not any(secret in row["t"] or api.PASSWORD in row["t"] for row in kept)


async def test_an_expired_key_does_nothing(api: Api, rows: Rows) -> None:
    await api.sign_up("grace")
    path = f"/email-confirmations/{api.sha(await rows.mailed_key())}"
    await rows.do("UPDATE mailed_key SET expires = now() - interval '1 second'")
    await api.get(path, status=404)
    await api.post(path, status=404)
    assert not await rows.one("SELECT verified FROM email_address")


async def test_a_key_for_one_thing_does_not_do_another(api: Api, rows: Rows, ada: int) -> None:
    await api.sign_up("grace")
    confirm = api.sha(await rows.mailed_key())
    body = {"password": "another stone in it"}
    await api.post(f"/password-resets/{confirm}", body, status=404)
    await api.post("/password-resets", {"email": "ada@example.org"}, status=202)
    reset = api.sha(await rows.mailed_key())
    await api.post(f"/email-confirmations/{reset}", status=404)
    assert await rows.one("SELECT count(*) FROM mailed_key") == 2
    assert await rows.actions(ada) == ["password_reset_asked"]


async def test_the_same_sign_up_comes_twice(api: Api, rows: Rows, ada: int) -> None:
    """The first answer was lost: whoever sends the form again is not told that they were first."""
    for email in ("grace@example.org", "ada@example.org"):
        name = f"of-{email.partition('@')[0]}"
        sent = {"username": name, "email": email, "password": api.PASSWORD}
        await api.post("/signups", sent, status=202)
        told = len(await rows.mails())
        again = {**sent, "username": name.upper(), "email": email.upper()}
        await api.post("/signups", again, status=202)
        for other in ({"password": f"{api.PASSWORD}!"}, {"email": "other@example.org"}):
            await api.post("/signups", {**sent, **other}, status=409)
        assert len(await rows.mails()) == told
        await rows.do("UPDATE account SET created = now() - interval '11 minutes'")
        await api.post("/signups", sent, status=409)
    assert ada
    assert await rows.one("SELECT count(*) FROM account WHERE username LIKE 'of-%'") == 2


async def test_a_known_address_is_not_told(api: Api, rows: Rows, ada: int) -> None:
    answers = []
    for username, email in (("eve", "ADA@example.org"), ("bob", "bob@example.org")):
        sent = {"username": username, "email": email, "password": api.PASSWORD}
        answer = await api.call("POST", "/signups", json=sent)
        answers.append((answer.status_code, answer.content))
    assert answers[0] == answers[1] == (202, b"null")
    mails = await rows.mails()
    assert [mail["kind"] for mail in mails] == ["account-exists", "confirm-email"]
    assert "/confirm-email/" not in mails[0]["text"]
    # What can be tried out afterwards is the same for both, too.
    for username in ("eve", "bob"):
        sent = {"username": username, "email": "x@example.org", "password": api.PASSWORD}
        assert (await api.post("/signups", sent, status=409))["errors"][0]["loc"] == [
            "body",
            "username",
        ]
        assert (await api.sign_in(username, status=403))["type"] == "unconfirmed"
    # Its owner signs in as before, and nobody else by it.
    assert (await api.sign_in("ada@example.org"))["user"]["id"] == ada
    counts = await rows.all(
        "SELECT a.username, count(*) FROM mailed_key k JOIN account a ON a.id = k.user_id "
        "GROUP BY 1 ORDER BY 1"
    )
    assert [dict(row) for row in counts] == [
        {"username": "bob", "count": 1},
        {"username": "eve", "count": 1},
    ]


async def test_an_address_is_whose_who_confirms_it_first(api: Api, rows: Rows) -> None:
    keys = []
    for username in ("mallory", "victim"):
        await api.sign_up(username, "victim@example.org")
        keys.append(api.sha(await rows.mailed_key()))
    await api.post(f"/email-confirmations/{keys[1]}")
    refused = await api.post(f"/email-confirmations/{keys[0]}", status=409)
    assert refused["errors"][0]["loc"] == ["body", "email"]
    made = await api.sign_in("victim@example.org")
    assert made["user"]["username"] == "victim"


async def test_a_user_name_that_looks_like_an_address_keeps_nobody_out(
    api: Api, ada: int, make_user: MakeUser
) -> None:
    await make_user(
        "ada@example.org", email_privacy=2, password=await passwords.hashed("other words")
    )
    assert (await api.sign_in("ADA@example.org"))["user"]["id"] == ada


async def test_asking_again_is_answered_alike_and_rarely_mailed(
    api: Api, rows: Rows, ada: int
) -> None:
    await api.sign_up("grace")
    for email in ("grace@example.org", "ada@example.org", "nobody@example.org"):
        answer = await api.call("POST", "/email-confirmations", json={"email": email})
        assert (answer.status_code, answer.content) == (202, b"null")
    assert len(await rows.mails()) == 1
    await rows.do("UPDATE email_address SET mailed = mailed - interval '1 hour'")
    await api.post("/email-confirmations", {"email": "Grace@example.org"}, status=202)
    assert len(await rows.mails()) == 2
    assert ada


@pytest.mark.parametrize(
    ("fields", "loc", "code"),
    [
        ({"password": "short"}, "password", "too_short"),
        ({"password": "Password2024!"}, "password", "too_common"),
        ({"password": "qwertyuiop"}, "password", "too_common"),
        ({"password": "abababababab"}, "password", "too_simple"),
        ({"password": "gracehopper1"}, "password", "too_similar"),
        ({"password": "hopper@example.org"}, "password", "too_similar"),
        ({"username": "edit"}, "username", "reserved"),
        ({"username": "Python.Staff"}, "username", "reserved"),
        ({"username": "..."}, "username", "invalid"),
        ({"username": "gr\u00e4ce"}, "username", "string_pattern_mismatch"),
        ({"email": "a@b\r\nBcc: x@y.org"}, "email", "string_pattern_mismatch"),
        ({"email": "nobody@localhost"}, "email", "string_pattern_mismatch"),
        ({"is_staff": True}, "is_staff", "extra_forbidden"),
    ],
)
async def test_what_is_refused_at_sign_up(
    api: Api, rows: Rows, fields: dict[str, Any], loc: str, code: str
) -> None:
    sent = {"username": "gracehopper", "email": "hopper@example.org", "password": api.PASSWORD}
    answer = await api.post("/signups", {**sent, **fields}, status=400)
    assert [(error["loc"], error["code"]) for error in answer["errors"]] == [(["body", loc], code)]
    assert await rows.one("SELECT count(*) FROM account") == 0


async def test_a_taken_user_name_is_told_in_any_case(api: Api, ada: int) -> None:
    sent = {"username": "aDA", "email": "other@example.org", "password": api.PASSWORD}
    answer = await api.post("/signups", sent, status=409)
    assert answer["errors"][0]["loc"] == ["body", "username"]
    assert ada


async def test_wrong_and_unknown_are_answered_alike(api: Api, rows: Rows, ada: int) -> None:
    told = []
    for login in ("ada", "ada@example.org", "nobody", "nobody@example.org"):
        answer = await api.sign_in(login, "not the password", status=401)
        answer.pop("trace_id")
        told.append(answer)
    assert all(answer == told[0] for answer in told)
    assert told[0]["type"] == "wrong-credentials"
    assert await rows.one("SELECT count(*) FROM session") == 0
    assert await rows.actions(ada) == ["sign_in_failed", "sign_in_failed"]
    # Each left one entry, and none says what was typed.
    entries = await rows.all("SELECT audit::text AS t FROM audit")
    assert len(entries) == 4
    assert not any("nobody@" in entry["t"] for entry in entries)


async def test_known_and_unknown_make_the_same_comparison(
    api: Api, ada: int, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_user("nopassword", password="")
    await make_user("unusable", password="!abc")
    compared: list[str] = []
    plain = passwords._argon2

    def counting(password: str, stored: str) -> bool:
        compared.append(stored.rsplit("$", 2)[0])
        return plain(password, stored)

    monkeypatch.setattr(passwords, "_argon2", counting)
    for login in ("ada", "nobody", "nopassword", "unusable"):
        await api.sign_in(login, "not the password", status=401)
    assert len(compared) == 4
    assert len(set(compared)) == 1  # the same algorithm with the same parameters
    assert ada


async def test_a_closed_account_is_told_to_its_owner_only(
    api: Api, rows: Rows, make_user: MakeUser
) -> None:
    await make_user("bob", is_active=False)
    assert (await api.sign_in("bob", "not the password", status=401))["type"] == "wrong-credentials"
    assert (await api.sign_in("bob", status=403))["type"] == "inactive"
    assert await rows.one("SELECT count(*) FROM session") == 0


async def test_spaces_around_a_password_belong_to_it(api: Api, make_user: MakeUser) -> None:
    await make_user("bob", password=await passwords.hashed(" stone in a river "))
    await api.sign_in("bob", " stone in a river ")
    await api.sign_in("bob", "stone in a river", status=401)


@pytest.mark.full
async def test_how_alike_the_times_are(
    api: Api, ada: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Show the ratio of the times of a known and an unknown name; what is equal is tested above."""
    took: dict[str, list[float]] = {"ada": [], "nobody": []}
    for _ in range(200):
        for login, times in took.items():
            began = time.perf_counter()
            await api.sign_in(login, "not the password", status=401)
            times.append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    with capsys.disabled():
        told = f"signing in, 200 tries each: known / unknown = {known / unknown:.3f}"
        sys.stdout.write(f"\n{told}\n")
    assert ada
