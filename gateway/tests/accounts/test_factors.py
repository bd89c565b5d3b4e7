"""Second factors as people meet them: apps, recovery codes, passkeys, and staff who need one."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import html5lib
import httpx
import pyotp
import pytest
from authenticator import Authenticator

from gateway.web.forms import TOKEN, TRAP

from .conftest import hidden_fields, settings_for, town_of

if TYPE_CHECKING:
    from devstack.testing.shared import Embedded

    from .conftest import Identity, Person, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a stone in the river"
FACTORS = "/accounts/2fa/"
APP = "/accounts/2fa/totp/"
CODES = "/accounts/2fa/codes/"
CODE = "/accounts/2fa/authenticate/"
PROOF = "/accounts/reauthenticate/"
LOGIN = "/accounts/login/"


@pytest.fixture(scope="module")
def staff_second_factor() -> bool:
    return True


def device(**traits: Any) -> Authenticator:
    return Authenticator(origin="http://site.test", **traits)


def options_of(text: str) -> Any:
    found = re.search(r'data-passkey-options="([^"]+)"', text)
    assert found is not None, text[-3000:]
    return json.loads(html.unescape(found[1]))


def valid(text: str) -> None:
    html5lib.HTMLParser(strict=True).parse(text)
    assert "style=" not in text
    assert len(text) < 100_000


async def asked(person: Person, path: str, **fields: str) -> tuple[str, dict[str, str], Any]:
    """Press the button of a page; returns where the answer goes, its fields and the question."""
    shown = await person.text(path)
    button = re.search(r'<button[^>]* name="action" value="ask"[^>]*>', shown)
    assert button is not None, shown[-3000:]
    assert "hidden" in button[0], "shown by the script alone"
    hidden = {field: value for field, value in hidden_fields(shown).items() if field}
    hidden.pop("action", None)
    sent = {TOKEN: hidden[TOKEN], "action": "ask", **fields}
    answer = await person.site.post(path, data=sent)
    assert answer.status_code == 200, answer.text[-3000:]
    assert answer.headers["cache-control"] == "no-store"
    valid(answer.text)
    found = hidden_fields(answer.text)
    return found.pop(""), {**found, TRAP: ""}, options_of(answer.text)


async def show(
    person: Person, path: str, made: Authenticator, *, new: bool = False, **fields: str
) -> httpx.Response:
    """Do what a browser with a passkey does at a page."""
    to, sent, options = await asked(person, path, **fields)
    sent["credential"] = made.create(options) if new else made.get(options)
    return await person.site.post(to, data=sent)


async def proved_long_ago(town: Town, person: Person) -> None:
    await town.identity.sql(
        "UPDATE session SET reauthenticated_at = now() - interval '1 hour'"
        " WHERE user_id = (SELECT id FROM account WHERE username = $1)",
        person.username,
    )
    # Nobody told the gateway, whose copy is good for a minute.
    for copies in town.app.state.invalidation._copies:
        copies.doubt()


async def code_of(town: Town, secret: str) -> str:
    """Return the code of now, as if none had been given before."""
    await town.identity.sql("UPDATE totp SET last_step = 0")
    return pyotp.TOTP(secret.replace(" ", "")).now()


def codes_of(text: str) -> list[str]:
    return re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", text)


async def test_an_app_is_set_up_and_asked_for(town: Town) -> None:
    person = await town.citizen()
    assert f'href="{FACTORS}"' in await person.menu()
    assert f'href="{APP}"' in await person.text(FACTORS)
    assert "<svg" not in (await person.text(APP)).partition("<main")[2].partition("</main>")[0]
    assert (await person.send(APP, "begin")).headers["location"] == APP
    shown = await person.text(APP)
    valid(shown)
    found = re.search(r"<code>([A-Z2-7 ]{39})</code>", shown)
    assert found is not None
    secret = found[1]
    assert "<svg" in shown.partition('class="qr"')[2].partition("</div>")[0]
    assert "otpauth://totp/" in shown
    for wrong in ("000000", "", "x" * 41):
        answer = await person.send(APP, "confirm", code=wrong)
        assert answer.status_code == 422
        assert 'id="error-code"' in answer.text
        assert secret in answer.text, "the secret stays until one is right"
    answer = await person.send(APP, "confirm", code=await code_of(town, secret))
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    valid(answer.text)
    codes = codes_of(answer.text)
    assert len(set(codes)) == 10
    file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', answer.text)
    assert file is not None
    text = unquote(html.unescape(file[1]))
    assert text.startswith(f"Recovery codes of {person.username} at site.test\r\n")
    assert text.split("\r\n")[3:-1] == codes
    assert codes[0] not in await person.text(FACTORS)
    assert "You have 10 left." in await person.text(FACTORS)
    assert (await person.get(APP)).headers["location"] == FACTORS

    # From now on it is asked for, and what was asked before is not forgotten.
    other = await town.stranger()
    other.username = person.username
    to, sent = await other.fill(LOGIN, login=person.username, password=PASSWORD, remember="yes")
    answer = await other.site.post(to, params={"next": "/accounts/security/"}, data=sent)
    step = f"{CODE}?next=%2Faccounts%2Fsecurity%2F"
    assert (answer.status_code, answer.headers["location"]) == (303, step)
    before = other.site.cookies["session"]
    valid(await other.text(step))
    for wrong in ("123", "000000"):
        answer = await other.send(step, code=wrong)
        assert answer.status_code == 422
        assert 'id="error-code"' in answer.text
        assert wrong not in re.findall(r'value="([^"]*)"', answer.text)
    answer = await other.send(step, code=await code_of(town, secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts/security/")
    assert "Max-Age=1209600" in answer.headers["set-cookie"]
    assert other.site.cookies["session"] != before
    log = await other.text("/accounts/security/")
    for said in ("Code of the app given", "A code was wrong", "App for codes set up"):
        assert said in log
    assert (await other.get(CODE)).headers["location"] == "/", "nothing is owed any more"


async def test_who_owes_a_factor_is_nobody(town: Town) -> None:
    person = await town.citizen()
    codes = await town.add_app(person)
    other = await town.again(person)
    assert "Sign In" in await other.menu()
    assert person.username not in await other.menu()
    paths = ("/users/edit/", "/accounts/keys/", FACTORS, APP, CODES, PROOF, "/users/export/")
    for path in paths:
        answer = await other.get(path)
        assert answer.headers["location"] == f"{CODE}?next={path}", path
    answer = await other.get("/admin/")
    assert answer.headers["location"] == f"{CODE}?next=/admin/"
    # Nor may forms be sent that were loaded before.
    to, sent = await person.fill("/accounts/sessions/", "", action="others")
    other.site.cookies.set("form", person.site.cookies["form"], domain="site.test")
    answer = await other.site.post(to, data=sent)
    assert answer.headers["location"] == f"{CODE}?next=/accounts/sessions/"
    assert person.username in await person.menu(), "no session was ended"
    # But for the way out.
    assert (await other.send("/accounts/logout/")).headers["location"] == "/"
    assert (await other.get(CODE)).headers["location"] == f"{LOGIN}?next={CODE}"
    # A recovery code is as good.
    other = await town.again(person)
    answer = await other.send(CODE, code=codes[0].upper().replace("-", " "))
    assert answer.headers["location"] == "/"
    assert person.username in await other.menu()


@pytest.mark.parametrize("beyond", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
async def test_next_leads_nowhere_else(town: Town, beyond: str) -> None:
    person = await town.citizen()
    codes = await town.add_app(person)
    other = await town.again(person)
    to, sent = await other.fill(CODE, code=codes[0])
    answer = await other.site.post(to, params={"next": beyond}, data=sent)
    assert answer.headers["location"] == "/"


async def test_after_wrong_codes_one_waits(town: Town) -> None:
    person = await town.citizen()
    codes = await town.add_app(person)
    for _ in range(5):
        other = await town.again(person)
        assert (await other.send(CODE, code="000000")).status_code == 422
    other = await town.again(person)
    for code in ("000000", codes[0]):
        answer = await other.send(CODE, code=code)
        assert answer.status_code == 429
        assert "Wait 15 minutes" in answer.text
        assert 850 < int(answer.headers["retry-after"]) <= 901
    # Refusing somebody is not being away: others come in.
    assert (await town.citizen()).site.cookies["session"]


async def test_recovery_codes_are_made_anew(town: Town) -> None:
    person = await town.citizen()
    assert (await person.get(CODES)).headers["location"] == FACTORS
    old = await town.add_app(person)
    assert "You have 10 left" in await person.text(CODES)
    answer = await person.send(CODES, "make")
    assert answer.status_code == 201
    new = codes_of(answer.text)
    other = await town.again(person)
    assert (await other.send(CODE, code=old[0])).status_code == 422
    assert (await other.send(CODE, code=new[0])).status_code == 303


async def test_a_passkey_from_added_to_removed(town: Town) -> None:
    person, phone = await town.citizen(), device(backs_up=True)
    answer = await show(person, FACTORS, phone, new=True)
    assert answer.status_code == 201
    assert len(codes_of(answer.text)) == 10
    text = await person.text(FACTORS)
    valid(text)
    assert "Firefox on Linux" in text
    assert "backed up" in text
    answer = await show(person, FACTORS, device(), new=True, name="<i>key</i>")
    assert answer.headers["location"] == f"{FACTORS}?done=add"
    assert "&lt;i&gt;key&lt;/i&gt;" in await person.text(FACTORS, done="add")

    # Alone, by somebody of whom nothing is known.
    other = await town.stranger()
    answer = await show(other, LOGIN, phone, remember="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Max-Age=1209600" in answer.headers["set-cookie"]
    assert person.username in await other.menu()
    # As second factor.
    other = await town.again(person)
    answer = await show(other, f"{CODE}?next=/accounts/email/", phone)
    assert answer.headers["location"] == "/accounts/email/"
    assert (await other.get("/accounts/email/")).status_code == 200, "the password is fresh"
    # In place of the password.
    await proved_long_ago(town, person)
    proof = f"{PROOF}?next=/accounts/email/"
    assert (await person.get("/accounts/email/")).headers["location"] == proof
    assert (await show(person, proof, phone)).headers["location"] == "/accounts/email/"
    assert (await person.get("/accounts/email/")).status_code == 200

    unnamed = await person.send(FACTORS, "rename", name=" ")
    assert unnamed.status_code == 422
    assert "A passkey has a name." in unnamed.text
    answer = await person.send(FACTORS, "rename", name="old phone")
    assert answer.headers["location"] == f"{FACTORS}?done=rename"
    assert "old phone" in await person.text(FACTORS)
    for _ in range(2):
        answer = await person.send(FACTORS, "remove")
        assert answer.headers["location"] == f"{FACTORS}?done=remove"
    assert (await show(await town.stranger(), LOGIN, phone)).status_code == 422
    log = await person.text("/accounts/security/")
    for said in ("Passkey added: Firefox on Linux", "Passkey given again", "Passkey removed"):
        assert said in log


async def test_a_passkey_that_does_not_hold(town: Town) -> None:
    person, phone = await town.citizen(), device()
    await show(person, FACTORS, phone, new=True)
    stranger = await town.stranger()
    to, sent, options = await asked(stranger, LOGIN)
    for credential in ("", "{}", "[" * 5000, phone.get(options, origin="http://evil.example")):
        answer = await stranger.site.post(to, data={**sent, "credential": credential})
        assert answer.status_code == 422
        assert "This passkey was not taken." in answer.text
        assert "session=" not in answer.headers.get("set-cookie", "")
    # Once is once, also with the token of the form.
    for status in (422, 422):
        answer = await stranger.site.post(to, data={**sent, "credential": phone.get(options)})
        assert answer.status_code == status
    # Who tries a passkey for ever is refused, wherever it comes from.
    statuses = []
    for _ in range(4):
        other = await town.stranger()
        to, sent, options = await asked(other, LOGIN)
        lie = phone.get(options, rp="evil.example")
        statuses.append((await other.site.post(to, data={**sent, "credential": lie})).status_code)
    assert statuses == [422, 422, 429, 429]
    # With an address that was made up, and without the token.
    sent = {"action": "passkey", "credential": phone.get(options)}
    assert (await stranger.site.post(LOGIN, data=sent)).status_code == 403
    for path in (FACTORS, PROOF):
        assert (await person.site.post(path, data=sent)).status_code == 403


async def test_of_others_nothing_is_renamed_or_removed(town: Town) -> None:
    person, other = await town.citizen(), await town.citizen()
    await show(person, FACTORS, device(), new=True, name="mine")
    await show(other, FACTORS, device(), new=True, name="theirs")
    found = await town.identity.sql("SELECT id FROM passkey WHERE name = 'theirs'")
    for action in ("rename", "remove"):
        answer = await person.send(
            FACTORS, "rename", action=action, passkey=str(found[0]["id"]), name="stolen"
        )
        assert answer.status_code == 422
        assert "no longer on your account" in answer.text
    assert "theirs" in await other.text(FACTORS)


async def test_staff_are_led_to_a_second_factor(town: Town) -> None:
    person, phone = await town.citizen(signed_in=False), device()
    await town.identity.sql(
        "UPDATE account SET is_staff = true, permissions = '{downloads.change_release}'"
        " WHERE username = $1",
        person.username,
    )
    answer = await person.send(f"{LOGIN}?next=/admin/", login=person.username, password=PASSWORD)
    assert answer.headers["location"] == f"{FACTORS}?next=%2Fadmin%2F"
    assert (await person.get("/admin/")).headers["location"] == f"{FACTORS}?next=/admin/"
    text = await person.text(f"{FACTORS}?next=/admin/")
    assert "Your account needs a second factor" in text
    assert f'href="{APP}?next=%2Fadmin%2F"' in text
    answer = await show(person, f"{FACTORS}?next=/admin/", phone, new=True)
    assert answer.status_code == 201
    assert 'href="/admin/"' in answer.text
    assert (await person.get("/admin/")).status_code == 200
    text = await person.text(FACTORS)
    assert "Your account needs" not in text
    assert 'value="remove"' not in text, "it is the last one"
    # Whoever sends it all the same is told why not.
    row = (await town.identity.sql("SELECT max(id) AS id FROM passkey"))[0]["id"]
    answer = await person.send(FACTORS, "rename", action="remove", passkey=str(row), name="")
    assert answer.status_code == 422
    assert "add another one first" in answer.text
    # Signing in again owes it, and then leads on.
    other = await town.again(person)
    assert (await other.get("/admin/")).headers["location"] == f"{CODE}?next=/admin/"
    answer = await show(other, f"{CODE}?next=/admin/", phone)
    assert answer.headers["location"] == "/admin/"
    assert (await other.get("/admin/")).status_code == 200


async def test_an_account_without_a_password_has_its_ways(town: Town) -> None:
    person, phone = await town.citizen(), device()
    await show(person, FACTORS, phone, new=True)
    statement = "UPDATE account SET password = '' WHERE username = $1"
    await town.identity.sql(statement, person.username)
    await proved_long_ago(town, person)
    path = f"/users/{person.username}/delete/"
    proof = f"{PROOF}?next={path}"
    assert (await person.get(path)).headers["location"] == proof
    assert 'name="password"' not in await person.text(proof)
    assert (await person.send(PROOF, password="x")).status_code == 422
    assert (await show(person, proof, phone)).headers["location"] == path
    assert 'name="password"' not in await person.text(path)
    answer = await person.send(path)
    assert answer.headers["location"] == "/accounts/login/?done=deleted"


@pytest.mark.parametrize(
    ("url", "elsewhere"),
    [("http://127.0.0.1:8000", "http://localhost:8000/accounts/login/"), ("http://192.0.2.7", "")],
)
async def test_a_site_that_is_a_number_says_so(
    identity: Identity, signing_key: str, embedded: Embedded, url: str, elsewhere: str
) -> None:
    settings = settings_for(identity, signing_key, embedded.valkey_url)
    settings = settings.model_copy(update={"public_url": url})
    async with town_of(identity, settings) as town:
        shown = await (await town.stranger()).text("/accounts/login/")
    assert "Passkeys belong to a name" in shown
    assert (f'href="{elsewhere}"' in shown) is bool(elsewhere)
