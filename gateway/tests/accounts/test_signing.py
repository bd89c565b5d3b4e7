"""Signing in and out: what is told, what is not, and where one ends up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from .conftest import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a stone in the river"
WRONG = "No account has this name and password."


async def test_a_newcomer_signs_up_confirms_signs_in_and_out(town: Town) -> None:
    person = await town.stranger()
    person.username = "newcomer"
    sent = {"email": person.email, "username": "newcomer"}
    answer = await person.send("/accounts/signup/", **sent, password1=PASSWORD, password2=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts/confirm-email/")
    # The password is right, and still nobody comes in before the address is confirmed.
    early = await person.log_in()
    assert early.status_code == 303
    assert early.headers["location"] == "/accounts/confirm-email/?done=unconfirmed"
    assert "session=" not in early.headers.get("set-cookie", "")

    key = await town.identity.mailed_key(person.email)
    link = f"/accounts/confirm-email/{key}/"
    assert person.email in await person.text(link)
    confirmed = await person.send(link)
    assert confirmed.headers["location"] == "/accounts/login/?done=confirmed"
    assert "session=" not in confirmed.headers.get("set-cookie", ""), "nobody is signed in by mail"
    assert "Your address is confirmed" in await person.text("/accounts/login/", done="confirmed")
    # A link works once.
    assert (await person.get(link)).status_code == 404

    answer = await person.log_in("NEWCOMER@example.org", remember="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=1209600" in cookie
    assert "newcomer" in await person.menu()
    # There is nothing to do at the sign-in page any more.
    assert (await person.get("/accounts/login/")).headers["location"] == "/"

    kept = person.site.cookies["session"]
    assert "sign out" in (await person.text("/accounts/logout/")).lower()
    assert "newcomer" in await person.menu(), "looking at the page ends nothing"
    assert (await person.send("/accounts/logout/")).headers["location"] == "/"
    assert "session" not in person.site.cookies
    person.site.cookies.set("session", kept)
    assert "Sign In" in await person.menu(), "the session itself is over"


async def test_who_was_going_somewhere_gets_there_by_signing_up(town: Town) -> None:
    person = await town.stranger()
    person.username = "organiser"
    sent = {"email": person.email, "username": "organiser"}
    beyond = urlencode({"next": "/events/submit/?a=b"})
    path = f"/accounts/signup/?{beyond}"
    answer = await person.send(path, **sent, password1=PASSWORD, password2=PASSWORD)
    assert answer.status_code == 303, answer.text
    key = await town.identity.mailed_key(person.email)
    link = f"/accounts/confirm-email/{key}/?{beyond}"
    [mail] = await town.identity.mails(person.email)
    assert f"{link}\n" in mail["text"]
    confirmed = await person.send(link)
    assert confirmed.headers["location"] == f"/accounts/login/?done=confirmed&{beyond}"
    answer = await person.send(f"/accounts/login/?{beyond}", login="organiser", password=PASSWORD)
    assert answer.headers["location"] == "/events/submit/?a=b"
    # Only within the site.
    assert (await person.get("/accounts/signup/", next="//evil.example/")).status_code in {302, 400}


async def test_signing_out_without_being_signed_in_leads_home(town: Town) -> None:
    person = await town.stranger()
    assert (await person.get("/accounts/logout/")).headers["location"] == "/"


async def test_a_session_without_remember_ends_with_the_browser(town: Town) -> None:
    person = await town.citizen(signed_in=False)
    cookie = (await person.log_in()).headers["set-cookie"]
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()


@pytest.mark.parametrize("login", ["{known}", "{known}@example.org", "nobody-of-that-name", "a b"])
async def test_wrong_credentials_are_told_in_one_text(town: Town, login: str) -> None:
    person = await town.citizen(signed_in=False)
    answer = await person.log_in(login.format(known=person.username), "not the password")
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "not the password" not in answer.text, "a password is never shown"
    # But for what was typed, and the token, the page is the same for everybody.
    shown = re.sub(r'value="[^"]*"', "", answer.text)
    known = await town.citizen(signed_in=False)
    other = await known.log_in(password="not the password")
    assert re.sub(r'value="[^"]*"', "", other.text) == shown


async def test_a_closed_account_is_told_to_whoever_has_its_password(town: Town) -> None:
    person = await town.citizen(signed_in=False)
    statement = "UPDATE account SET is_active = false WHERE username = $1"
    await town.identity.sql(statement, person.username)
    assert WRONG in (await person.log_in(password="not the password")).text
    answer = await person.log_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts/inactive/")
    assert "closed" in (await person.get("/accounts/inactive/")).text


@pytest.mark.parametrize(
    ("beyond", "location"),
    [
        ("/downloads/", "/downloads/"),
        ("/users/edit/?done=saved", "/users/edit/?done=saved"),
        ("/é/", "/%C3%A9/"),
        ("//evil.example/", "/"),
        ("///evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("\\/evil.example/", "/"),
        ("/a//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:/evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        (" /x", "/"),
        ("evil.example", "/"),
        ("/accounts/logout/", "/"),
        ("", "/"),
    ],
)
async def test_next_leads_nowhere_but_into_this_site(
    town: Town, beyond: str, location: str
) -> None:
    person = await town.citizen(signed_in=False)
    to, filled = await person.fill("/accounts/login/", login=person.username, password=PASSWORD)
    answer = await person.site.post(to, params={"next": beyond} if beyond else None, data=filled)
    assert (answer.status_code, answer.headers["location"]) == (303, location)


async def test_next_goes_along_with_the_form(town: Town) -> None:
    person = await town.citizen(signed_in=False)
    away = await person.get("/accounts/security/")
    assert away.headers["location"] == "/accounts/login/?next=/accounts/security/"
    assert away.headers["cache-control"] == "no-store"
    answer = await person.send(away.headers["location"], login=person.username, password=PASSWORD)
    assert answer.headers["location"] == "/accounts/security/"


@pytest.mark.parametrize("beyond", ["/a\r\nSet-Cookie: x=y", "/a\x00b", "/" + "a" * 300])
async def test_next_that_no_address_is(town: Town, beyond: str) -> None:
    person = await town.stranger()
    assert (await person.get("/accounts/login/", next=beyond)).status_code == 400


async def test_a_made_up_session_is_nobodys(town: Town) -> None:
    person = await town.stranger()
    for value in ("x" * 43, "short", "a" * 4000, '";--'):
        person.site.headers["Cookie"] = f"session={value}"
        assert "Sign In" in await person.menu()


async def test_every_sign_in_makes_a_new_session(town: Town) -> None:
    person = await town.stranger()
    person.site.cookies.set("session", "A" * 43)
    citizen = await town.citizen(signed_in=False)
    person.username = citizen.username
    answer = await person.log_in()
    assert answer.status_code == 303
    assert "A" * 43 not in answer.headers["set-cookie"]
    first = re.search(r"session=([\w-]{43})", answer.headers["set-cookie"])
    second = re.search(r"session=([\w-]{43})", (await citizen.log_in()).headers["set-cookie"])
    assert first is not None
    assert second is not None
    assert first[1] != second[1]


SIGN_UPS = {
    "no address": ({"email": "nobody"}, "email", "does not look like an address"),
    "no user name": ({"username": ""}, "username", "Choose a user name"),
    "a user name of other letters": ({"username": "jürgen"}, "username", "without accents"),
    "a reserved user name": ({"username": "webmaster"}, "username", "reserved"),
    "passwords that differ": ({"password2": "another stone"}, "password2", "differ"),
    "a short password": ({"password1": "kurz", "password2": "kurz"}, "password1", "at least 10"),
    "a common password": (
        {"password1": "password123", "password2": "password123"}, "password1", "tried first",
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", SIGN_UPS)
async def test_what_is_wrong_with_a_sign_up_is_told_at_its_field(town: Town, why: str) -> None:
    wrong, name, said = SIGN_UPS[why]
    person = await town.stranger()
    good = {"email": "fine@example.org", "username": "fine-name", "password1": PASSWORD}
    answer = await person.send("/accounts/signup/", **{**good, "password2": PASSWORD, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="error-{name}"' in answer.text
    for typed in (wrong.get("password1", PASSWORD), wrong.get("password2", PASSWORD)):
        assert f'value="{typed}"' not in answer.text


async def test_a_taken_user_name_is_told_and_a_known_address_is_not(town: Town) -> None:
    known = await town.citizen()
    person = await town.stranger()
    fields = {"email": "another@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = await person.send("/accounts/signup/", **fields, username=known.username.upper())
    assert answer.status_code == 422
    assert "taken" in answer.text
    fields["email"] = known.email
    answer = await person.send("/accounts/signup/", **fields, username="quite-another")
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts/confirm-email/")
    assert (await town.identity.mails(known.email))[0]["kind"] == "account-exists"


async def test_a_password_is_set_anew_by_mail(town: Town) -> None:
    person = await town.citizen()
    stranger = await town.stranger()
    done = "/accounts/password/reset/done/"
    for address in (person.email, "nobody@example.org"):
        answer = await stranger.send("/accounts/password/reset/", email=address)
        assert (answer.status_code, answer.headers["location"]) == (303, done)
    assert (await stranger.get(done)).status_code == 200
    assert (await town.identity.mails("nobody@example.org"))[0]["kind"] == "account-unknown"
    link = f"/accounts/password/reset/key/{await town.identity.mailed_key(person.email)}/"
    new = "another stone, in the sea"
    weak = await stranger.send(link, password1="kurz", password2="kurz")
    assert weak.status_code == 422
    answer = await stranger.send(link, password1=new, password2=new)
    assert answer.headers["location"] == "/accounts/password/reset/key/done/"
    assert (await stranger.get(link)).status_code == 404
    assert "Sign In" in await person.menu(), "its sessions are over"
    assert WRONG in (await person.log_in()).text
    assert (await person.log_in(password=new)).status_code == 303


async def test_a_confirmation_is_sent_again_whatever_is_known(town: Town) -> None:
    person = await town.stranger()
    for address in ("nobody@example.org", (await town.citizen()).email):
        answer = await person.send("/accounts/confirm-email/", email=address)
        assert answer.headers["location"] == "/accounts/confirm-email/?done=sent"
