"""Passwords: hashes of old, reset, change."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import argon2
import bcrypt
import pytest

from identity import passwords
from servicekit.problems import Invalid

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

NEW = "a river over the stone"


def _pbkdf2(password: str, digest: str = "sha256") -> str:
    made = hashlib.pbkdf2_hmac(digest, password.encode(), b"salt", 1000)
    return f"pbkdf2_{digest}$1000$salt${base64.b64encode(made).decode()}"


def _scrypt(password: str) -> str:
    made = hashlib.scrypt(password.encode(), salt=b"salt", n=1024, r=8, p=1, dklen=64)
    return f"scrypt$1024$salt$8$1${base64.b64encode(made).decode()}"


def _bcrypt(password: str) -> str:
    digest = hashlib.sha256(password.encode()).hexdigest().encode()
    return f"bcrypt_sha256${bcrypt.hashpw(digest, bcrypt.gensalt(4)).decode()}"


def _argon2(password: str) -> str:
    made = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(password)
    return f"argon2{made}"


OLD = {
    "pbkdf2_sha256": _pbkdf2,
    "pbkdf2_sha1": lambda password: _pbkdf2(password, "sha1"),
    "scrypt": _scrypt,
    "bcrypt_sha256": _bcrypt,
    "argon2": _argon2,
}


@pytest.mark.parametrize("kind", OLD)
async def test_a_hash_of_django_works_and_is_made_anew(
    api: Api, rows: Rows, make_user: MakeUser, kind: str
) -> None:
    stored = OLD[kind](api.PASSWORD)
    await make_user("bob", password=stored)
    await api.sign_in("bob", "not the password", status=401)
    assert await rows.one("SELECT password FROM account") == stored
    await api.sign_in("bob")
    renewed = await rows.one("SELECT password FROM account")
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await api.sign_in("bob")
    assert await rows.one("SELECT password FROM account") == renewed


#: What make_password("lètmein") of django.contrib.auth.hashers in Django 5.2.19 gave.
KNOWN = (
    "pbkdf2_sha256$1000000$seasaltseasalt$hYyRXkyVMRjRu/6Aj+LefsRoSAWNjs/BWyOAYxlb07k=",
    "pbkdf2_sha1$1000000$seasaltseasalt$omo1IIJ9+ycSLCl0mke5Ne+y8mU=",
    (
        "scrypt$16384$seasaltseasalt$8$5$nhga/E1Jr9dLSgkv9WVqdbg0lXiZbRBVktsenoH5qsLFBMhfGZRVOAhGHBwy"
        "v2SnCjIjtaS2PSzoKT3N5/ZaEg=="
    ),
    (
        "argon2$argon2id$v=19$m=102400,t=2,p=8$c2Vhc2FsdHNlYXNhbHQ"
        "$5X8M3A6KY2o98xsl1DnfJpaxc9OdBrgUbl3HjifV1qo"
    ),
    "bcrypt_sha256$$2b$12$LyQbzV4Y1Xe8gFpOJfpWdeAy/EEYslv.35hMK4EHrkfXr5//jMuI2",
)


@pytest.mark.parametrize("stored", KNOWN)
async def test_known_answers_of_django(stored: str) -> None:
    assert (await passwords.verify("lètmein", stored)).fits
    assert not (await passwords.verify("letmein", stored)).fits


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "!",
        "!x",
        "md5$salt$abc",
        "pbkdf2_sha256$x$y$z",
        "pbkdf2_sha256$1",
        "$argon2id$",
        "scrypt$0$s$0$0$",
        "bcrypt_sha256$x",
        "plain",
    ],
)
async def test_nothing_fits_a_hash_that_cannot_be_read(stored: str) -> None:
    for password in ("", "x", "plain", stored):
        assert not (await passwords.verify(password, stored)).fits


@pytest.mark.parametrize("good", ["a stone in the river", "vT5#kQ9!mZ2x", "жёлтая подводная"])
def test_good_passwords(good: str) -> None:
    passwords.check(good, about=("ada", "ada@example.org", "Ada", "Lovelace"))


@pytest.mark.parametrize("bad", ["123456789012", "iloveyou2024", "ada@example.org", "Lovelace1815"])
def test_bad_passwords(bad: str) -> None:
    with pytest.raises(Invalid):
        passwords.check(bad, about=("ada", "ada@example.org", "Ada", "Lovelace"))


async def test_reset(api: Api, rows: Rows, ada: int) -> None:
    session = await api.sign_in("ada")
    await api.post("/password-resets", {"email": "ADA@example.org"}, status=202)
    path = f"/password-resets/{api.sha(await rows.mailed_key())}"
    await api.post("/password-resets", {"email": "ada@example.org"}, status=202)
    other = f"/password-resets/{api.sha(await rows.mailed_key())}"
    assert await api.get(path) == {"username": "Ada"}
    # A weak one is refused, and the key still works.
    weak = await api.post(path, {"password": "ada@example.org"}, status=400)
    assert weak["errors"][0]["loc"] == ["body", "password"]
    await api.post(path, {"password": NEW}, status=204)
    for used in (path, other):
        await api.get(used, status=404)
        await api.post(used, {"password": NEW}, status=404)
    await api.get(f"/sessions/{api.sha(session['secret'])}", status=404)
    await api.sign_in("ada", status=401)
    await api.sign_in("ada", NEW)
    kinds = [mail["kind"] for mail in await rows.mails()]
    assert kinds == ["password-reset", "password-reset", "password-changed"]
    assert [row["sha256"] for row in await rows.data("session.ended")] == [
        api.sha(session["secret"])
    ]
    assert "password_reset" in await rows.actions(ada)


async def test_reset_serves_accounts_that_never_had_a_password(
    api: Api, rows: Rows, make_user: MakeUser
) -> None:
    await make_user("imported", password="")
    await rows.do("UPDATE email_address SET verified = false")
    await api.post("/password-resets", {"email": "imported@example.org"}, status=202)
    path = f"/password-resets/{api.sha(await rows.mailed_key())}"
    await api.post(path, {"password": NEW}, status=204)
    # Whoever has the mail has the address.
    assert await rows.one("SELECT verified FROM email_address")
    await api.sign_in("imported", NEW)


async def test_reset_of_an_unknown_address_is_answered_alike(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    await make_user("closed", is_active=False)
    answers = set()
    for email in ("nobody@example.org", "closed@example.org", "ada@example.org"):
        answer = await api.call("POST", "/password-resets", json={"email": email})
        answers.add((answer.status_code, answer.content))
    assert answers == {(202, b"null")}
    assert [(mail["kind"], mail["recipient"]) for mail in await rows.mails()] == [
        ("account-unknown", "nobody@example.org"),
        ("account-unknown", "closed@example.org"),
        ("password-reset", "ada@example.org"),
    ]
    assert ada


async def test_change(api: Api, rows: Rows, ada: int) -> None:
    mine, other = await api.sign_in("ada", remember=True), await api.sign_in("ada")
    path, session = f"/users/{ada}/password", api.sha(mine["secret"])
    sent = {"old_password": api.PASSWORD, "new_password": NEW, "session": session}
    wrong = await api.post(path, {**sent, "old_password": "no"}, status=401)
    assert wrong["type"] == "wrong-credentials"
    weak = await api.post(path, {**sent, "new_password": "short"}, status=400)
    assert weak["errors"][0]["loc"] == ["body", "new_password"]
    await api.get(f"/sessions/{session}")
    made = await api.post(path, sent)
    for old in (mine, other):
        await api.get(f"/sessions/{api.sha(old['secret'])}", status=404)
    going_on = await api.get(f"/sessions/{api.sha(made['secret'])}")
    assert going_on["session"]["remembered"]
    await api.sign_in("ada", status=401)
    assert await rows.one("SELECT count(*) FROM session") == 1
    assert await api.post(path, {"old_password": NEW, "new_password": api.PASSWORD}) is None
    assert await rows.one("SELECT count(*) FROM session") == 0
    await api.post("/users/999/password", sent, status=404)


async def test_a_session_of_somebody_else_does_not_go_on(
    api: Api, ada: int, make_user: MakeUser
) -> None:
    await make_user("bob")
    bobs = await api.sign_in("bob")
    sent = {"old_password": api.PASSWORD, "new_password": NEW, "session": api.sha(bobs["secret"])}
    assert await api.post(f"/users/{ada}/password", sent) is None
    await api.get(f"/sessions/{api.sha(bobs['secret'])}")
