"""Signing in with an account elsewhere, as people meet it."""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from elsewhere import Elsewhere, unsigned
from elsewhere import person as somebody
from litestar import Response

if TYPE_CHECKING:
    import httpx
    from elsewhere import Person as Account

    from .conftest import Person, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a stone in the river"
CONNECTIONS = "/accounts/social/connections/"
SIGN_UP = "/accounts/social/signup/"


@pytest.fixture(scope="module")
def _running() -> Iterator[Elsewhere]:
    with Elsewhere().running() as running:
        yield running


@pytest.fixture(scope="module")
def more_environment(_running: Elsewhere) -> dict[str, str]:
    down = {**_running.declared(), "id": "down", "name": "Away", "issuer": "http://127.0.0.1:1"}
    return {"PYDOTORG_PROVIDERS": json.dumps([_running.declared(), down])}


@pytest.fixture
def there(_running: Elsewhere) -> Elsewhere:
    _running.heal()
    return _running


async def press(
    person: Person, page: str, provider: str = "elsewhere", **sent: str
) -> httpx.Response:
    """Press the button of a provider on a page."""
    shown = await person.text(page)
    found = re.search(
        rf'<form action="(/accounts/{provider}/login/[^"]*)" method="post">(.*?)</form>',
        shown,
        re.DOTALL,
    )
    assert found is not None, shown[-4000:]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', found[2])
    fields = {name: html.unescape(value) for name, value in hidden}
    return await person.site.post(html.unescape(found[1]), data={**fields, **sent})


def leads_to(answer: httpx.Response) -> str:
    """Return where the page leads that is shown on the way."""
    assert answer.status_code == 200, answer.text[-3000:]
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', answer.text)
    link = re.search(r'<a class="button button--primary" href="(http[^"]+)">', answer.text)
    assert found is not None
    assert link is not None
    assert found[1] == link[1]
    return html.unescape(found[1])


async def come_back(
    person: Person, brought: dict[str, str], provider: str = "elsewhere"
) -> httpx.Response:
    return await person.get(f"/accounts/{provider}/login/callback/", **brought)


async def go(
    person: Person, there: Elsewhere, who: Account | None, page: str = "/accounts/login/"
) -> httpx.Response:
    """Go all the way by a button on a page."""
    answer = await press(person, page)
    return await come_back(person, await there.visit(leads_to(answer), who))


async def join(town: Town, there: Elsewhere, who: Account) -> Person:
    """Let somebody sign up by the provider."""
    person = await town.stranger()
    assert (await go(person, there, who)).headers["location"] == SIGN_UP
    person.username = f"s{secrets.token_hex(6)}"
    answer = await person.send(SIGN_UP, username=person.username, email=who.email)
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text[-3000:]
    return person


def moved(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("location", "")


async def test_sign_up_out_and_in_again(town: Town, there: Elsewhere) -> None:
    person, who = await town.stranger(), somebody()
    answer = await press(person, "/accounts/signup/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("errand=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert person.site.cookies["errand"] not in leads_to(answer)
    back = await come_back(person, await there.visit(leads_to(answer), who))
    assert moved(back) == (302, SIGN_UP)
    assert back.headers["cache-control"] == "no-store"
    shown = await person.text(SIGN_UP)
    assert f'value="{who.username}"' in shown
    assert f'value="{who.email}"' in shown
    taken = await person.send(SIGN_UP, username="admin", email=who.email)
    assert taken.status_code == 422
    assert "This user name is reserved." in taken.text
    person.username = f"s{secrets.token_hex(6)}"
    done = await person.send(SIGN_UP, username=person.username, email=who.email)
    assert moved(done) == (303, "/")
    assert person.username in await person.menu()
    assert "errand" not in person.site.cookies
    assert "Linked accounts" in await person.menu()

    await person.send("/accounts/logout/")
    assert "Sign In" in await person.menu()
    shown = await person.text("/accounts/login/", next="/downloads/")
    assert "/accounts/elsewhere/login/?next=%2Fdownloads%2F" in shown
    back = await go(person, there, who, "/accounts/login/?next=/downloads/")
    assert moved(back) == (302, "/downloads/")
    assert person.username in await person.menu()
    log = await person.text("/accounts/security/")
    assert "Signed in: Elsewhere" in log
    assert "Signed up: Elsewhere" in log


async def test_nothing_begins_by_a_link_or_from_another_site(town: Town, there: Elsewhere) -> None:
    person = await town.stranger()
    begun = "SELECT count(*) AS n FROM social_attempt"
    before = await town.identity.sql(begun)
    path = "/accounts/elsewhere/login/"
    assert "Sign in with Elsewhere" in await person.text(path)
    assert "errand" not in person.site.cookies
    assert await town.identity.sql(begun) == before
    assert (await person.site.post(path, data={"process": "login"})).status_code == 403
    other = await town.stranger()
    await other.text(path)
    answer = await press(other, "/accounts/login/", csrf_token="0.x")
    assert answer.status_code == 403
    shown = await person.text("/accounts/login/")
    token = re.search(r'name="csrf_token" value="([^"]+)">\s*<input[^>]*name="process"', shown)
    assert token is not None
    # The token of one's own, used by somebody else or sent by another site.
    stolen = {"csrf_token": token[1], "process": "login"}
    assert (await other.site.post(path, data=stolen)).status_code == 403
    crossed = await person.site.post(path, data=stolen, headers={"Origin": "https://evil.example"})
    assert crossed.status_code == 403
    assert await town.identity.sql(begun) == before
    assert (await person.get("/accounts/nobody/login/")).status_code == 404
    assert (await person.get("/accounts/nobody/login/callback/")).status_code == 404
    wrong = await press(person, "/accounts/login/", process="take over")
    assert wrong.status_code == 422
    # The button on the page of its own works like those on others.
    assert leads_to(await person.send(path)).startswith(there.issuer)


async def test_what_was_brought_back_counts_for_one_browser_once(
    town: Town, there: Elsewhere
) -> None:
    person, other = await town.stranger(), await town.stranger()
    await press(other, "/accounts/login/")
    brought = await there.visit(leads_to(await press(person, "/accounts/login/")), somebody())
    wrong: list[tuple[Person, dict[str, str], str]] = [
        (await town.stranger(), brought, "elsewhere"),
        (other, brought, "elsewhere"),
        (person, brought, "down"),
        (person, {**brought, "state": "x"}, "elsewhere"),
        (person, {}, "elsewhere"),
        (person, {**brought, "iss": "x" * 600}, "elsewhere"),
        (person, {**brought, "code": "x" * 3001}, "elsewhere"),
    ]
    for who, what, provider in wrong:
        answer = await come_back(who, what, provider)
        assert answer.status_code == 400, what
        assert "session" not in who.site.cookies
        assert answer.headers["cache-control"] == "no-store"
    assert moved(await come_back(person, brought)) == (302, SIGN_UP)
    again = await come_back(person, brought)
    assert again.status_code == 400
    assert "Signing in did not work" in again.text


async def test_saying_no(town: Town, there: Elsewhere) -> None:
    person = await town.stranger()
    answer = await go(person, there, None)
    assert moved(answer) == (302, "/accounts/social/login/cancelled/")
    for path in ("/accounts/social/login/cancelled/", "/accounts/social/login/error/"):
        assert (await person.get(path)).status_code == 200
    assert moved(await person.get("/accounts/3rdparty/")) == (301, CONNECTIONS)
    assert moved(await person.get(SIGN_UP)) == (302, "/accounts/signup/")


@pytest.mark.parametrize(
    "beyond", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/accounts/logout/"]
)
async def test_next_leads_nowhere_but_into_this_site(
    town: Town, there: Elsewhere, beyond: str
) -> None:
    who = somebody()
    await join(town, there, who)
    person = await town.stranger()
    shown = await person.text("/accounts/elsewhere/login/")
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    answer = await person.site.post(
        "/accounts/elsewhere/login/",
        params={"next": beyond},
        data={"csrf_token": token[1], "process": "login"},
    )
    back = await come_back(person, await there.visit(leads_to(answer), who))
    assert moved(back) == (302, "/")


async def test_an_account_that_has_the_address_is_signed_in_to_first(
    town: Town, there: Elsewhere
) -> None:
    owner = await town.citizen(signed_in=False)
    who = somebody(email=owner.email)
    person = await town.stranger()
    person.username = owner.username
    assert moved(await go(person, there, who)) == (302, SIGN_UP)
    shown = await person.text(SIGN_UP)
    assert "There is an account with the address" in shown
    assert 'name="username"' not in shown
    assert "session" not in person.site.cookies
    to, filled = await person.fill("/accounts/login/", login=owner.username, password=PASSWORD)
    answer = await person.site.post(to, params={"next": CONNECTIONS}, data=filled)
    assert moved(answer) == (303, CONNECTIONS)
    shown = await person.text(CONNECTIONS)
    assert "Link Elsewhere?" in shown
    assert who.username in shown
    done = await person.send(CONNECTIONS, "link")
    assert moved(done) == (303, f"{CONNECTIONS}?done=linked")
    assert "Link Elsewhere?" not in await person.text(CONNECTIONS)
    # From now on it signs in.
    other = await town.stranger()
    assert moved(await go(other, there, who)) == (302, "/")
    assert owner.username in await other.menu()


async def test_link_unlink_and_a_password_of_ones_own(town: Town, there: Elsewhere) -> None:
    who = somebody()
    person = await join(town, there, who)
    shown = await person.text(CONNECTIONS)
    assert who.username in shown
    assert "no password" in shown
    # The only way in stays.
    number = re.search(r'name="account" value="(\d+)"', shown)
    assert number is not None
    kept = await person.send(CONNECTIONS, "unlink", account=number[1])
    assert kept.status_code == 422
    assert "Set a password first" in kept.text
    assert moved(await person.get("/accounts/password/change/")) == (302, "/accounts/password/set/")
    weak = await person.send("/accounts/password/set/", password1="short", password2="short")
    assert weak.status_code == 422
    done = await person.send("/accounts/password/set/", password1=PASSWORD, password2=PASSWORD)
    assert moved(done) == (303, "/users/edit/?done=password")
    changed = "/accounts/password/change/"
    assert moved(await person.get("/accounts/password/set/")) == (302, changed)
    gone = await person.send(CONNECTIONS, "unlink", account=number[1])
    assert moved(gone) == (303, f"{CONNECTIONS}?done=unlink")
    form = re.search(rf'action="{CONNECTIONS}" method="post">\s*<input[^>]*value="([^"]+)"', shown)
    assert form is not None
    # Pressed again on a page that lay open.
    stale = {"csrf_token": form[1], "action": "unlink", "account": number[1]}
    again = await person.site.post(CONNECTIONS, data=stale)
    assert again.status_code == 422
    assert "nothing to do any more" in again.text
    assert moved(await go(await town.stranger(), there, who)) == (302, SIGN_UP)
    # Linked by hand, from here.
    answer = await press(person, CONNECTIONS)
    back = await come_back(person, await there.visit(leads_to(answer), who))
    assert moved(back) == (302, f"{CONNECTIONS}?done=linked")
    other = await town.citizen()
    refused = await go(other, there, who, CONNECTIONS)
    assert refused.status_code == 409
    assert "belongs to another account" in refused.text
    log = await person.text("/accounts/security/")
    for told in ("Account linked: Elsewhere", "Account unlinked: Elsewhere", "Password changed"):
        assert told in log


async def test_who_has_no_password_proves_it_at_the_provider(town: Town, there: Elsewhere) -> None:
    who = somebody()
    person = await join(town, there, who)
    old = (
        "UPDATE session SET reauthenticated_at = now() - interval '1 hour' "
        "WHERE user_id = (SELECT id FROM account WHERE username = $1)"
    )
    await town.identity.sql(old, person.username)
    proof = f"/accounts/reauthenticate/?next={CONNECTIONS}"
    shown = await person.text(proof)
    assert "Continue with Elsewhere" in shown
    assert 'type="password"' not in shown
    stranger = await go(person, there, somebody(), proof)
    assert stranger.status_code == 409
    back = await go(person, there, who, proof)
    assert moved(back) == (302, CONNECTIONS)
    assert "Proved again who you are: Elsewhere" in await person.text("/accounts/security/")
    refused = await go(person, there, None, proof)
    assert moved(refused) == (302, "/accounts/social/login/cancelled/")


async def test_a_provider_that_is_away_or_lies_takes_nothing_along(
    town: Town, there: Elsewhere
) -> None:
    person = await town.stranger()
    for _ in range(5):
        answer = await press(person, "/accounts/login/", "down")
        assert answer.status_code == 503
        assert "Away does not answer" in answer.text
        assert answer.headers["retry-after"] == "30"
    location = leads_to(await press(person, "/accounts/login/"))
    there.spoil("/token", lambda: Response("", status_code=500))
    answer = await come_back(person, await there.visit(location, somebody()))
    assert answer.status_code == 503
    assert "Elsewhere does not answer" in answer.text
    there.heal()
    there.token = unsigned
    for _ in range(5):
        answer = await go(person, there, somebody())
        assert answer.status_code == 502
        assert "cannot be trusted" in answer.text
    assert "session" not in person.site.cookies
    # Everybody else signs in as before.
    there.heal()
    citizen = await town.citizen()
    assert citizen.username in await citizen.menu()
    assert moved(await go(person, there, somebody())) == (302, SIGN_UP)


async def test_an_account_that_is_closed_or_waits(town: Town, there: Elsewhere) -> None:
    who = somebody(verified=False)
    person = await town.stranger()
    await go(person, there, who)
    assert "A mail with a link is sent to it." in await person.text(SIGN_UP)
    name = f"s{secrets.token_hex(6)}"
    sent = await person.send(SIGN_UP, username=name, email=who.email)
    assert moved(sent) == (303, "/accounts/confirm-email/")
    assert moved(await go(person, there, who)) == (302, "/accounts/confirm-email/")
    key = await town.identity.mailed_key(who.email)
    await person.send(f"/accounts/confirm-email/{key}/")
    assert moved(await go(person, there, who)) == (302, "/")
    close = "UPDATE account SET is_active = false WHERE username = $1"
    await town.identity.sql(close, name)
    other = await town.stranger()
    assert moved(await go(other, there, who)) == (302, "/accounts/inactive/")
    assert "session" not in other.site.cookies


async def test_a_second_factor_is_still_asked_for(town: Town, there: Elsewhere) -> None:
    who = somebody()
    person = await join(town, there, who)
    add = (
        "INSERT INTO totp (user_id, secret, confirmed) "
        "SELECT id, '', now() FROM account WHERE username = $1"
    )
    await town.identity.sql(add, person.username)
    other = await town.stranger()
    back = await go(other, there, who, "/accounts/login/?next=/downloads/")
    assert moved(back) == (302, "/accounts/2fa/authenticate/?next=%2Fdownloads%2F")
    assert "Sign In" in await other.menu()


async def test_who_is_signed_in_is_told_by_no_page_that_others_see(
    town: Town, there: Elsewhere
) -> None:
    one, two = await join(town, there, somebody()), await join(town, there, somebody())
    for path in (CONNECTIONS, "/accounts/reauthenticate/"):
        shown: Any = await one.get(path)
        assert shown.headers["cache-control"] == "no-store"
        assert two.username not in shown.text
        assert (await two.get(path)).text != shown.text
    stranger = await town.stranger()
    for path in (CONNECTIONS, "/accounts/password/set/"):
        assert moved(await stranger.get(path))[1].startswith("/accounts/login/?next=")
        assert (await stranger.site.post(path, data={})).status_code in {403, 415}


async def test_coming_back_too_often_is_refused(town: Town) -> None:
    person = await town.stranger()
    answers = [(await come_back(person, {"state": "x"})).status_code for _ in range(31)]
    assert answers == [400] * 30 + [429]
