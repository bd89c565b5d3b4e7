"""Signing in with an account elsewhere, from a real provider, in every right and wrong way."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from elsewhere import Elsewhere, Person, other_key, person, unsigned
from litestar import Response

from identity.app import create_app
from identity.providers import common, declared
from identity.settings import Settings
from servicekit.testing import client_of, started

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from devstack.testing import TokenFactory


@pytest.fixture(scope="module")
def _running() -> Iterator[tuple[Elsewhere, Elsewhere]]:
    openid, github = Elsewhere(), Elsewhere("github", "github", "GitHub")
    with openid.running(), github.running():
        yield openid, github


@pytest.fixture
def openid(_running: tuple[Elsewhere, Elsewhere]) -> Elsewhere:
    _running[0].heal()
    return _running[0]


@pytest.fixture
def github(_running: tuple[Elsewhere, Elsewhere]) -> Elsewhere:
    _running[1].heal()
    return _running[1]


@pytest.fixture
def settings(settings: Settings, openid: Elsewhere, github: Elsewhere) -> Settings:
    said = [openid.declared(), github.declared(), {**openid.declared(), "id": "twin"}]
    found = tuple(declared.Declared.model_validate(each) for each in said)
    return settings.model_copy(update={"providers": found, "provider_timeout": 5.0})


@dataclass
class Browser:
    """Somebody's browser, as the gateway speaks for it."""

    api: Api
    secret: str
    session: str = ""

    @property
    def name(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()

    async def leave(
        self, provider: str, process: str = "login", *, status: int = 201, **more: Any
    ) -> Any:
        """Begin; returns where the browser is sent."""
        sent = {"provider": provider, "process": process, "browser": self.name, **more}
        if self.session:
            sent["session"] = self.api.sha(self.session)
        found = await self.api.post("/social/attempts", sent, status=status)
        return found["location"] if status == 201 else found

    async def return_(
        self, provider: str, brought: dict[str, str], *, status: int = 200, **more: Any
    ) -> Any:
        """Bring back what the provider gave."""
        sent = {"provider": provider, "browser": self.name, **brought, **more}
        sent["state"] = self.api.sha(sent["state"])
        if self.session:
            sent["session"] = self.api.sha(self.session)
        return await self.api.post("/social/answers", sent, status=status)

    async def go(
        self,
        to: Elsewhere,
        who: Person | None,
        process: str = "login",
        *,
        status: int = 200,
        **more: Any,
    ) -> Any:
        """Go all the way."""
        location = await self.leave(to.id, process, **more)
        return await self.return_(to.id, await to.visit(location, who), status=status)

    async def pending(self, *, status: int = 200) -> Any:
        return await self.api.get(f"/social/pending/{self.name}", status=status)

    async def sign_up(self, username: str, email: str, *, status: int = 200) -> Any:
        sent = {"username": username, "email": email}
        path = f"/social/pending/{self.name}/signup"
        return await self.api.post(path, sent, status=status)

    async def join(self, to: Elsewhere, who: Person, username: str) -> int:
        """Sign up and be signed in; returns the number of the account."""
        assert (await self.go(to, who))["outcome"] == "unknown"
        made = await self.sign_up(username, who.email)
        self.session = made["secret"]
        return int(made["user"]["id"])


@pytest.fixture
def browser(api: Api) -> Browser:
    return Browser(api, secrets.token_urlsafe(32))


def other(browser: Browser) -> Browser:
    return Browser(browser.api, secrets.token_urlsafe(32))


async def counted(rows: Rows) -> tuple[int, int, int]:
    """Return how many sessions, linked accounts and accounts there are."""
    found = await rows.all(
        "SELECT (SELECT count(*) FROM session) AS s, (SELECT count(*) FROM social_account) AS l, "
        "(SELECT count(*) FROM account) AS a"
    )
    return found[0]["s"], found[0]["l"], found[0]["a"]


# --- the ways that lead somewhere ---


@pytest.mark.parametrize("kind", ["openid", "github"])
async def test_sign_up_and_in(
    request: pytest.FixtureRequest, rows: Rows, browser: Browser, kind: str
) -> None:
    there: Elsewhere = request.getfixturevalue(kind)
    who = person()
    assert (await browser.go(there, who, next="/downloads/"))["outcome"] == "unknown"
    waiting = await browser.pending()
    assert (waiting["provider"]["id"], waiting["provider"]["name"]) == (there.id, there.name)
    assert (waiting["email"], waiting["email_verified"]) == (who.email, True)
    assert (waiting["account_exists"], waiting["suggestion"]) == (False, who.username)
    made = await browser.sign_up("newcomer", who.email.upper())
    assert made["user"]["username"] == "newcomer"
    assert made["user"]["email"] == who.email
    # Used up.
    await browser.pending(status=404)
    await browser.sign_up("newcomer2", who.email, status=404)
    user = await rows.user("newcomer")
    assert await rows.actions(user) == ["signed_up", "signed_in_with_provider"]
    assert [kind for kind, _, _ in await rows.told()] == ["user.created"]
    row = (await rows.all("SELECT * FROM email_address"))[0]
    assert (row["verified"], row["primary"]) == (True, True)
    assert await rows.one("SELECT password FROM account") == ""
    # Nobody mails somebody whose address is known to be right.
    assert await rows.mails() == []

    renamed = Person(who.subject, "renamed", "new@example.org")
    again = await other(browser).go(there, renamed, next="/downloads/")
    assert (again["outcome"], again["next"]) == ("signed_in", "/downloads/")
    assert again["signed_in"]["user"]["id"] == user
    linked = (await rows.all("SELECT * FROM social_account"))[0]
    assert (linked["username"], linked["email"]) == ("renamed", "new@example.org")
    assert linked["last_used"] is not None
    # What is told elsewhere changes nothing of what was proved here.
    assert await rows.one("SELECT email FROM email_address") == who.email


async def test_no_password_fits_an_account_that_has_none(
    api: Api, browser: Browser, openid: Elsewhere
) -> None:
    await browser.join(openid, person(), "ann")
    for password in ("", "!", api.PASSWORD):
        answer = await api.call("POST", "/logins", json={"login": "ann", "password": password})
        assert answer.status_code in {400, 401}
    mine = api.sha(browser.session)
    sent = {"password": api.PASSWORD}
    await api.post(f"/sessions/{mine}/reauthentication", sent, status=401)


async def test_an_address_that_nobody_vouches_for_is_confirmed_first(
    api: Api, rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    who = person(verified=False)
    await browser.go(openid, who)
    assert not (await browser.pending())["email_verified"]
    assert await browser.sign_up("ann", who.email) is None
    refused = await browser.go(openid, who, status=403)
    assert refused["type"] == "unconfirmed"
    key = await rows.mailed_key()
    await api.post(f"/email-confirmations/{api.sha(key)}")
    assert (await browser.go(openid, who))["outcome"] == "signed_in"


async def test_another_address_than_the_vouched_one_is_confirmed_first(
    rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    await browser.go(openid, person())
    assert await browser.sign_up("ann", "elsewhere@example.org") is None
    assert not await rows.one("SELECT verified FROM email_address")


async def test_nobody_learns_whether_an_address_is_known_that_is_not_theirs(
    rows: Rows, browser: Browser, openid: Elsewhere, ada: int
) -> None:
    shown = []
    for email in ("ada@example.org", "nobody@example.org"):
        guest = other(browser)
        await guest.go(openid, person(email=email, verified=False))
        waiting = await guest.pending()
        name = email.partition("@")[0] + "x"
        shown.append((waiting["account_exists"], await guest.sign_up(name, email)))
    assert shown[0] == shown[1] == (False, None)
    kinds = [mail["kind"] for mail in await rows.mails()]
    assert kinds == ["account-exists", "confirm-email"]
    assert await rows.one("SELECT count(*) FROM social_account WHERE user_id = :a", a=ada) == 0


async def test_the_same_address_links_nothing_before_the_account_is_proved(
    api: Api, rows: Rows, browser: Browser, github: Elsewhere, ada: int
) -> None:
    who = person(email="ADA@example.org")
    assert (await browser.go(github, who))["outcome"] == "unknown"
    waiting = await browser.pending()
    assert waiting["account_exists"]
    refused = await browser.sign_up("ada2", "ada@example.org", status=409)
    assert refused["type"] == "account-exists"
    assert await counted(rows) == (0, 0, 1)
    # The proof is the password of the account; then whoever waits is linked.
    browser.session = (await api.sign_in("ada"))["secret"]
    sent = {"browser": browser.name, "session": api.sha(browser.session)}
    linked = await api.post(f"/users/{ada}/social-accounts", sent, status=201)
    assert linked["provider"]["name"] == "GitHub"
    await api.post(f"/users/{ada}/social-accounts", sent, status=404)
    assert (await other(browser).go(github, who))["signed_in"]["user"]["id"] == ada
    assert (await rows.mails())[-1]["kind"] == "social-accounts-changed"
    assert "social_account_linked" in await rows.actions(ada)


async def test_whoever_waits_is_linked_only_to_a_session_that_is_proved(
    api: Api, rows: Rows, browser: Browser, github: Elsewhere, ada: int, make_user: MakeUser
) -> None:
    bob = await make_user("bob")
    await browser.go(github, person())
    session = api.sha((await api.sign_in("ada"))["secret"])
    path = f"/users/{ada}/social-accounts"
    for changes in (
        {"session": "0" * 64},
        {"session": api.sha((await api.sign_in("bob"))["secret"])},
    ):
        sent = {"browser": browser.name, "session": session, **changes}
        assert (await api.post(path, sent, status=403))["type"] == "not-proven"
    stranger = {"browser": other(browser).name, "session": session}
    await api.post(path, stranger, status=404)
    sent = {"browser": browser.name, "session": session}
    await rows.do("UPDATE session SET reauthenticated_at = now() - interval '16 minutes'")
    assert (await api.post(path, sent, status=403))["type"] == "not-proven"
    await rows.do("UPDATE session SET reauthenticated_at = now()")
    await rows.do("INSERT INTO totp (user_id, secret, confirmed) VALUES (:u, '', now())", u=ada)
    assert (await api.post(path, sent, status=403))["type"] == "not-proven"
    assert await rows.one("SELECT count(*) FROM social_account") == 0
    await rows.do("UPDATE session SET second_factor_at = now()")
    await api.post(path, sent, status=201)
    assert bob


async def test_link_and_unlink(
    api: Api, rows: Rows, browser: Browser, openid: Elsewhere, github: Elsewhere, ada: int
) -> None:
    browser.session = (await api.sign_in("ada"))["secret"]
    one, two = person(), person()
    for there, who in ((openid, one), (github, two), (github, two)):
        made = await browser.go(there, who, "connect", next="/x/")
        assert (made["outcome"], made["next"]) == ("linked", "/x/")
    ways = await api.get(f"/users/{ada}/ways-in")
    assert ways["password"]
    assert [row["provider"]["id"] for row in ways["social"]] == ["elsewhere", "github"]
    kept = await api.get(f"/users/{ada}/export")
    assert [row["username"] for row in kept["social_accounts"]] == [one.username, two.username]

    first, second = (row["id"] for row in ways["social"])
    await api.delete(f"/users/{ada}/social-accounts/{first}")
    await api.delete(f"/users/{ada}/social-accounts/{first}", status=404)
    await rows.do("UPDATE account SET password = ''")
    refused = await api.delete(f"/users/{ada}/social-accounts/{second}", status=409)
    assert refused["type"] == "last-way-in"
    actions = await rows.actions(ada)
    assert actions.count("social_account_linked") == 2
    assert actions.count("social_account_unlinked") == 1
    # An account that is deleted leaves nothing behind, and its trail no name of elsewhere.
    await api.delete(f"/users/{ada}/account")
    assert await rows.one("SELECT count(*) FROM social_account") == 0
    assert not [
        row
        for row in await rows.all("SELECT after::text AS t FROM audit")
        if row["t"] and (one.username in row["t"] or two.username in row["t"])
    ]
    assert (await other(browser).go(openid, one))["outcome"] == "unknown"


async def test_what_is_linked_belongs_to_one(
    api: Api, rows: Rows, browser: Browser, openid: Elsewhere, ada: int
) -> None:
    who = person()
    await other(browser).join(openid, who, "first")
    browser.session = (await api.sign_in("ada"))["secret"]
    refused = await browser.go(openid, who, "connect", status=409)
    assert refused["type"] == "linked-elsewhere"
    assert await rows.one("SELECT count(*) FROM social_account WHERE user_id = :a", a=ada) == 0


async def test_linking_needs_a_session_that_was_proved_and_goes_on(
    api: Api, rows: Rows, browser: Browser, openid: Elsewhere, ada: int
) -> None:
    assert (await browser.leave(openid.id, "connect", status=403))["type"] == "not-proven"
    browser.session = (await api.sign_in("ada"))["secret"]
    await rows.do("UPDATE session SET reauthenticated_at = now() - interval '16 minutes'")
    assert (await browser.leave(openid.id, "connect", status=403))["type"] == "not-proven"
    await rows.do("UPDATE session SET reauthenticated_at = now()")
    brought = await openid.visit(await browser.leave(openid.id, "connect"), person())
    mine = browser.session
    for wrong in ("", (await api.sign_in("ada"))["secret"]):
        browser.session = wrong
        assert (await browser.return_(openid.id, brought, status=400))["type"] == "wrong-state"
    await api.delete(f"/sessions/{api.sha(mine)}")
    browser.session = mine
    assert (await browser.return_(openid.id, brought, status=400))["type"] == "wrong-state"
    assert ada
    assert await rows.one("SELECT count(*) FROM social_account") == 0


async def test_a_second_factor_is_still_owed_and_a_closed_account_stays_closed(
    rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    who = person()
    user = await browser.join(openid, who, "ann")
    await rows.do("INSERT INTO totp (user_id, secret, confirmed) VALUES (:u, '', now())", u=user)
    made = (await other(browser).go(openid, who))["signed_in"]
    assert made["user"]["needs_second_factor"]
    assert made["user"]["permissions"] == []
    await rows.do("UPDATE account SET is_active = false")
    assert (await other(browser).go(openid, who, status=403))["type"] == "inactive"


async def test_reauthentication_by_the_provider(
    api: Api, rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    who = person()
    user = await browser.join(openid, who, "ann")
    await rows.do("UPDATE session SET reauthenticated_at = now() - interval '1 hour'")
    location = await browser.leave(openid.id, "reauthenticate", next="/accounts/keys/")
    asked = parse_qs(urlsplit(location).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    made = await browser.return_(openid.id, await openid.visit(location, who))
    assert (made["outcome"], made["next"]) == ("reauthenticated", "/accounts/keys/")
    fresh = "SELECT reauthenticated_at > now() - interval '1 minute' FROM session"
    assert await rows.one(f"{fresh} WHERE user_id = :u", u=user)
    # It has to be the same person.
    refused = await browser.go(openid, person(), "reauthenticate", status=409)
    assert refused["type"] == "linked-elsewhere"
    assert "reauthenticated_with_provider" in await rows.actions(user)
    await api.post(f"/users/{user}/first-password", {"password": "another stone, in the sea"})
    browser.session = (await api.sign_in("ann", "another stone, in the sea"))["secret"]
    refused = await browser.leave(openid.id, "reauthenticate", status=409)
    assert refused["type"] == "has-password"


async def test_a_provider_that_does_not_tell_proves_nothing(
    rows: Rows, browser: Browser, github: Elsewhere
) -> None:
    who = person()
    user = await browser.join(github, who, "ann")
    # Whoever just made an account may look after it.
    fresh = "SELECT reauthenticated_at > now() - interval '1 minute' FROM session"
    assert await rows.one(fresh)
    refused = await browser.leave(github.id, "reauthenticate", status=409)
    assert "does not tell when it asked" in refused["detail"]
    # Signing in is no way around it: nobody was asked anything there.
    guest = other(browser)
    guest.session = (await guest.go(github, who))["signed_in"]["secret"]
    assert not await rows.one(f"{fresh} ORDER BY id DESC LIMIT 1")
    assert (await guest.leave(github.id, "connect", status=403))["type"] == "not-proven"
    # A second factor is asked for here, and now.
    made = await browser.api.post(f"/users/{user}/totp", status=201)
    sent = {"code": pyotp.TOTP(made["secret"]).now(), "session": browser.api.sha(browser.session)}
    path = f"/users/{user}/totp/confirmation"
    codes = (await browser.api.post(path, sent, status=201))["codes"]
    again = other(browser)
    secret = (await again.go(github, who))["signed_in"]["secret"]
    path = f"/sessions/{browser.api.sha(secret)}/second-factor"
    await browser.api.post(path, {"code": codes[0]})
    assert await rows.one(f"{fresh} ORDER BY id DESC LIMIT 1")


async def test_when_one_signed_in_there_counts_here(
    rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    who = person()
    await browser.join(openid, who, "ann")
    age = "SELECT extract(epoch FROM now() - reauthenticated_at)::int FROM session "
    hour = 3600
    for told, least, most in (
        (int(time.time()) - hour, hour - 10, hour + 600),
        (None, 10_000 * hour, 10**6 * hour),
        (int(time.time()) + hour, 10_000 * hour, 10**6 * hour),
    ):
        openid.say(auth_time=told)
        await other(browser).go(openid, who)
        assert least < await rows.one(f"{age} ORDER BY id DESC LIMIT 1") < most, told


async def test_who_just_happens_to_be_signed_in_there_proves_nothing(
    rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    who = person()
    await browser.join(openid, who, "ann")
    await rows.do("UPDATE session SET reauthenticated_at = now() - interval '1 hour'")
    for spoilt in (int(time.time()) - 3600, None, "now", True):
        openid.say(auth_time=spoilt)
        refused = await browser.go(openid, who, "reauthenticate", status=400)
        assert refused["type"] == "provider-refused"
    old = "SELECT reauthenticated_at < now() - interval '59 minutes' FROM session"
    assert await rows.one(old)


async def test_a_first_password(api: Api, rows: Rows, browser: Browser, openid: Elsewhere) -> None:
    who = person()
    user = await browser.join(openid, who, "ann")
    path, mine = f"/users/{user}/first-password", api.sha(browser.session)
    weak = await api.post(path, {"password": "ann"}, status=400)
    assert weak["errors"][0]["loc"] == ["body", "password"]
    made = await api.post(path, {"password": api.PASSWORD, "session": mine})
    assert made["secret"] != browser.session
    await api.get(f"/sessions/{mine}", status=404)
    refused = await api.post(path, {"password": "another stone, in the sea"}, status=409)
    assert refused["type"] == "has-password"
    assert (await api.sign_in("ann"))["user"]["id"] == user
    assert (await other(browser).go(openid, who))["outcome"] == "signed_in"
    assert "password_changed" in await rows.actions(user)


async def test_a_stranger_who_signed_up_first_does_not_stay_with_the_address(
    api: Api, rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    """The owner of the address sets a password by mail; what a stranger linked goes."""
    stranger = person(email="victim@example.org", verified=False)
    await browser.go(openid, stranger)
    await browser.sign_up("trojan", "victim@example.org")
    await api.post("/password-resets", {"email": "victim@example.org"}, status=202)
    key = api.sha(await rows.mailed_key())
    await api.post(f"/password-resets/{key}", {"password": api.PASSWORD}, status=204)
    assert (await api.sign_in("victim@example.org"))["user"]["username"] == "trojan"
    assert (await other(browser).go(openid, stranger))["outcome"] == "unknown"
    # Somebody whose address is proved keeps what is linked when a password is forgotten.
    who = person()
    await other(browser).join(openid, who, "ann")
    await api.post("/password-resets", {"email": who.email}, status=202)
    key = api.sha(await rows.mailed_key())
    await api.post(f"/password-resets/{key}", {"password": api.PASSWORD}, status=204)
    assert (await other(browser).go(openid, who))["outcome"] == "signed_in"


async def test_the_name_that_is_suggested_can_be_had(
    browser: Browser, openid: Elsewhere, ada: int
) -> None:
    assert ada
    for username, suggestion in (
        ("Ada", "Ada2"),
        ("ADA", "ADA3"),
        ("admin", "admin2"),
        ("Jürgen Ö", "Jrgen"),
        ("a" * 300, "a" * 140),
        ("日本", ""),
    ):
        await browser.go(openid, person(username=username, email=""))
        assert (await browser.pending())["suggestion"] == suggestion
        if suggestion:
            assert await browser.sign_up(suggestion, "x@example.org") is None


async def test_saying_no_signs_nobody_in(rows: Rows, browser: Browser, openid: Elsewhere) -> None:
    made = await browser.go(openid, None, next="/downloads/")
    assert (made["outcome"], made["next"]) == ("cancelled", "/downloads/")
    assert await counted(rows) == (0, 0, 0)


# --- the ways that lead nowhere ---


async def test_what_is_brought_back_counts_once_in_one_browser_for_one_provider(
    rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    who = person()
    brought = await openid.visit(await browser.leave(openid.id), who)
    for wrong in (
        (other(browser), openid.id, brought),
        (browser, "twin", brought),
        (browser, openid.id, {**brought, "state": secrets.token_urlsafe(32)}),
    ):
        refused = await wrong[0].return_(*wrong[1:], status=400)
        assert refused["type"] == "wrong-state"
    await rows.do("UPDATE social_attempt SET expires = expires - interval '601 seconds'")
    assert (await browser.return_(openid.id, brought, status=400))["type"] == "wrong-state"
    await rows.do("UPDATE social_attempt SET expires = expires + interval '601 seconds'")
    assert (await browser.return_(openid.id, brought))["outcome"] == "unknown"
    assert (await browser.return_(openid.id, brought, status=400))["type"] == "wrong-state"
    # The code of somebody else, with a state of one's own.
    theirs = await openid.visit(await other(browser).leave(openid.id), who)
    mine = await openid.visit(await browser.leave(openid.id), who)
    refused = await browser.return_(openid.id, {**mine, "code": theirs["code"]}, status=400)
    assert refused["type"] == "provider-refused"
    assert (await counted(rows))[0] == 0


async def test_an_answer_that_is_of_another_issuer(
    rows: Rows, browser: Browser, openid: Elsewhere, github: Elsewhere
) -> None:
    for iss in ("https://evil.example", github.issuer, ""):
        brought = await openid.visit(await browser.leave(openid.id), person())
        openid.asked.clear()
        refused = await browser.return_(openid.id, {**brought, "iss": iss}, status=400)
        assert refused["type"] == "provider-refused"
        assert ("POST", "/token") not in openid.asked, "the code is not told to anybody"
    assert (await counted(rows))[0] == 0


async def test_a_code_that_nobody_gave(
    browser: Browser, openid: Elsewhere, github: Elsewhere
) -> None:
    for there in (openid, github):
        brought = await there.visit(await browser.leave(there.id), person())
        refused = await browser.return_(there.id, {**brought, "code": "x"}, status=400)
        assert refused["type"] == "provider-refused"
        brought = await there.visit(await browser.leave(there.id), person())
        del brought["code"]
        for more in ({}, {"error": "server_error"}, {"error": "login_required"}):
            refused = await browser.return_(there.id, {**brought, **more}, status=400)
    brought = await openid.visit(await browser.leave(openid.id), person())
    refused = await browser.return_(
        openid.id, {"state": brought["state"], "iss": openid.issuer, "error": "x"}, status=400
    )
    assert refused["type"] == "provider-refused"


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x" * 43},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody-else"},
    "several audiences": {"aud": ["the-site-at-elsewhere", "somebody-else"]},
    "another party": {"azp": "somebody-else"},
    "another issuer": {"iss": "https://evil.example"},
    "over": {"exp": 1_700_000_000},
    "never over": {"exp": "never"},
    "made long ago": {"iat": 1_700_000_000},
    "made tomorrow": {"iat": 4_000_000_000},
    "nobody": {"sub": ""},
    "not a word": {"sub": 17},
    "too long": {"sub": "x" * 256},
    "with a line end": {"sub": "x\ny"},
}


async def test_an_id_token_that_says_something_else(
    rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    for wrong, claims in WRONG_CLAIMS.items():
        openid.say(**claims)
        refused = await browser.go(openid, person(), status=424)
        assert refused["type"] == "provider-garbage", wrong
        await browser.pending(status=404)
    assert await counted(rows) == (0, 0, 0)


async def test_an_id_token_that_is_not_signed_as_it_should_be(
    rows: Rows, browser: Browser, openid: Elsewhere
) -> None:
    spoil: tuple[Callable[[str], str], ...] = (
        unsigned,
        openid.with_public_key,
        lambda token: token[:-8],
        lambda token: f"{token}.x",
        lambda _: "x",
    )
    for change in spoil:
        openid.token = change
        refused = await browser.go(openid, person(), status=424)
        assert refused["type"] == "provider-garbage"
    openid.heal()
    openid.key = other_key()
    refused = await browser.go(openid, person(), status=424)
    assert refused["type"] == "provider-garbage"
    assert await counted(rows) == (0, 0, 0)


@pytest.mark.usefixtures("fresh")
async def test_keys_that_are_changed_are_read_anew_but_not_for_everybody_who_makes_one_up(
    browser: Browser, openid: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    from joserfc.jwk import RSAKey

    from identity.providers import openid as speaking

    await browser.go(openid, person())
    openid.key = openid.published = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    assert openid.asked.count(("GET", "/jwks")) == 1
    await browser.go(openid, person(), status=424)
    assert openid.asked.count(("GET", "/jwks")) == 1
    monkeypatch.setattr(speaking, "_SOON", 0.0)
    assert (await browser.go(openid, person()))["outcome"] == "unknown"
    assert openid.asked.count(("GET", "/jwks")) == 2
    assert openid.asked.count(("GET", "/.well-known/openid-configuration")) == 1


async def test_what_the_id_token_lacks_is_asked_for(browser: Browser, openid: Elsewhere) -> None:
    openid.claims = lambda said: {k: v for k, v in said.items() if not k.startswith("email")}
    who = person()
    await browser.go(openid, who)
    waiting = await browser.pending()
    assert (waiting["email"], waiting["email_verified"]) == (who.email, True)
    openid.spoil("/userinfo", lambda: Response({"sub": "x"}))
    assert (await browser.go(openid, who, status=424))["type"] == "provider-garbage"


async def test_what_is_told_of_a_person_is_read_with_care(
    browser: Browser, openid: Elsewhere
) -> None:
    for verified in (False, None, "yes", 1, "false"):
        openid.say(email_verified=verified)
        await browser.go(openid, person())
        assert not (await browser.pending())["email_verified"], "only a plain yes vouches"
    for told in ("no address", "a@b", "x@example.org\r\nBcc: y@example.org", 17):
        openid.say(email=told, preferred_username=["x"])
        await browser.go(openid, person())
        waiting = await browser.pending()
        assert (waiting["email"], waiting["email_verified"], waiting["username"]) == ("", False, "")


def _huge() -> Response[Any]:
    return Response("x" * (common.MOST_BYTES + 1), media_type="application/json")


GARBAGE = {
    "huge": _huge,
    "packed": lambda: Response(b"x", headers={"Content-Encoding": "gzip"}),
    "a page": lambda: Response("<p>Hello", media_type="text/html"),
    "a list": lambda: Response([1]),
    "nothing": lambda: Response(None, status_code=204),
    "elsewhere": lambda: Response(None, status_code=302, headers={"Location": "/token"}),
}


@pytest.mark.usefixtures("fresh")
async def test_garbage(rows: Rows, browser: Browser, openid: Elsewhere, github: Elsewhere) -> None:
    for there, path in (
        (openid, "/.well-known/openid-configuration"),
        (openid, "/token"),
        (openid, "/jwks"),
        (github, "/login/oauth/access_token"),
        (github, "/api/user"),
        (github, "/api/user/emails"),
    ):
        for what, make in GARBAGE.items():
            there.spoil(path, make)
            if path.startswith("/.well-known"):
                refused = await browser.leave(there.id, status=424)
            elif (path, what) == ("/api/user/emails", "a list"):
                # Whoever has no address there can still sign in.
                assert (await browser.go(there, person()))["outcome"] == "unknown"
                continue
            else:
                refused = await browser.go(there, person(), status=424)
            assert refused["type"] == "provider-garbage", (path, what)
        there.heal()
    assert (await counted(rows))[0] == 0


@pytest.mark.usefixtures("fresh")
async def test_a_provider_that_fails(browser: Browser, openid: Elsewhere) -> None:
    for path in ("/.well-known/openid-configuration", "/token", "/jwks"):
        openid.spoil(path, lambda: Response({"error": "x"}, status_code=503))
        if path.startswith("/.well-known"):
            refused = await browser.leave(openid.id, status=424)
        else:
            refused = await browser.go(openid, person(), status=424)
        assert refused["type"] == "provider-away"
        assert "Elsewhere" in refused["detail"]
    # Well again, and nothing is remembered of it.
    openid.heal()
    assert (await browser.go(openid, person()))["outcome"] == "unknown"


async def test_a_provider_that_is_down_or_slow_holds_no_connection(
    settings: Settings, issue_token: TokenFactory, openid: Elsewhere
) -> None:
    from services.identity.tests.conftest import Api as Client

    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        said = [
            {
                **openid.declared(),
                "id": "deaf",
                "issuer": f"http://127.0.0.1:{deaf.getsockname()[1]}",
            },
            {**openid.declared(), "id": "down", "issuer": "http://127.0.0.1:1"},
        ]
        found = tuple(declared.Declared.model_validate(each) for each in said)
        changes = {"providers": found, "provider_timeout": 0.5, "pool_size": 1, "pool_overflow": 0}
        app = create_app(settings.model_copy(update=changes))
        async with started(app), client_of(app) as client:
            api = Client(client, issue_token)
            guests = [Browser(api, secrets.token_urlsafe(32)) for _ in range(4)]
            waiting = [
                guest.leave(name, status=424) for guest in guests for name in ("deaf", "down")
            ]
            for refused in await asyncio.gather(*waiting):
                assert refused["type"] == "provider-away"


@pytest.mark.usefixtures("fresh")
async def test_a_discovery_document_of_somebody_else(browser: Browser, openid: Elsewhere) -> None:
    spoilt = {**openid.discovery(), "issuer": "https://evil.example"}
    openid.spoil("/.well-known/openid-configuration", lambda: Response(spoilt))
    assert (await browser.leave(openid.id, status=424))["type"] == "provider-garbage"


async def test_there_is_no_such_provider(browser: Browser) -> None:
    for wrong in ("facebook", "../x", "X", ""):
        refused = await browser.leave(wrong, status=400)
        assert refused["errors"][0]["loc"] == ["body", "provider"]


async def test_attempts_are_forgotten(rows: Rows, browser: Browser, context: Any) -> None:
    from identity import tasks

    await browser.leave("elsewhere")
    assert "and 0 sign-ins with providers" in await tasks.prune_accounts(context)
    await rows.do("UPDATE social_attempt SET expires = now()")
    assert "and 1 sign-ins with providers" in await tasks.prune_accounts(context)
    kept = await rows.all("SELECT * FROM social_attempt")
    assert kept == []


async def test_no_row_and_no_log_line_holds_a_secret(
    rows: Rows, browser: Browser, openid: Elsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    location = await browser.leave(openid.id)
    brought = await openid.visit(location, person())
    openid.token = unsigned
    await browser.return_(openid.id, brought, status=424)
    kept = str(await rows.all("SELECT social_attempt::text AS t FROM social_attempt"))
    logged = "".join(capsys.readouterr())
    assert "provider.garbage" in logged
    for secret in (brought["state"], brought["code"], browser.secret, "a-secret-of-two-sites"):
        assert secret not in kept
        assert secret not in logged
