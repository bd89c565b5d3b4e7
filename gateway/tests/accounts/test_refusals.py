"""Every form of accounts the wrong ways: from elsewhere, with another's token, too often."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest

from gateway.pages.accounts.routes import ACCOUNTS
from gateway.web.forms import TOKEN, TRAP, FormRoute

if TYPE_CHECKING:
    from .conftest import Person, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a stone in the river"
NEW = "another stone, in the sea"
FORMS: dict[str, FormRoute[Any]] = {
    route.name: route for route in ACCOUNTS if isinstance(route, FormRoute)
}
#: What would be taken of each form; `{…}` is of the person who sends it.
GOOD: dict[str, dict[str, str]] = {
    "accounts.login": {"login": "{username}", "password": PASSWORD},
    "accounts.logout": {},
    "accounts.reauthenticate": {"password": PASSWORD},
    "accounts.signup": {
        "email": "{other}@example.org", "username": "{other}", "password1": NEW, "password2": NEW,
    },
    "accounts.confirm_email": {"email": "{username}@example.org"},
    "accounts.confirm": {},
    "accounts.password_change": {
        "oldpassword": PASSWORD, "password1": NEW, "password2": NEW,
    },
    "accounts.password_reset": {"email": "{username}@example.org"},
    "accounts.password_reset_key": {"password1": NEW, "password2": NEW},
    "accounts.email": {"action": "add", "email": "{other}@example.org"},
    "accounts.sessions": {"action": "others"},
    "accounts.keys": {"action": "make", "name": "a robot"},
    "accounts.edit": {
        "username": "{username}", "first_name": "Changed", "search_visibility": "1",
        "email_privacy": "2", "version": "1",
    },
    "accounts.delete": {"password": PASSWORD},
    "accounts.provider": {"process": "login"},
    "accounts.social_signup": {"username": "{other}", "email": "{other}@example.org"},
    "accounts.connections": {"action": "unlink"},
    "accounts.password_set": {"password1": NEW, "password2": NEW},
    "accounts.authenticate": {"code": "{code}"},
    "accounts.factors": {"action": "remove-app"},
    "accounts.app": {"action": "begin"},
    "accounts.codes": {"action": "make"},
    "accounts.webhooks": {
        "url": "https://{other}.example/hook", "events": "downloads.release.published",
    },
    "accounts.webhook": {"action": "test"},
}  # fmt: skip
#: Forms of people who are not signed in yet.
STRANGERS = {
    "accounts.login", "accounts.signup", "accounts.password_reset_key", "accounts.provider",
    "accounts.social_signup",
}  # fmt: skip
#: Forms of people who have a second factor.
SECOND = {"accounts.authenticate", "accounts.factors", "accounts.codes"}


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    said = [{"kind": "github", "client_id": "x", "client_secret": "y"}]
    return {"PYDOTORG_PROVIDERS": json.dumps(said)}


async def test_no_form_is_forgotten() -> None:
    assert set(GOOD) == set(FORMS)


class Case:
    """A form with somebody who could send it."""

    def __init__(self, town: Town, person: Person, name: str, path: str, code: str = "") -> None:
        self.town, self.person, self.name, self.path = town, person, name, path
        other = f"o{secrets.token_hex(5)}"
        self.fields = {
            field: value.format(username=person.username, other=other, code=code)
            for field, value in GOOD[name].items()
        }

    async def state(self) -> list[dict[str, Any]]:
        """Return all that a form could change."""
        counts = await self.town.identity.sql(
            "SELECT (SELECT count(*) FROM account) AS people,"
            " (SELECT count(*) FROM email_address) AS addresses,"
            " (SELECT count(*) FROM email_address WHERE verified) AS verified,"
            " (SELECT count(*) FROM session) AS sessions,"
            " (SELECT count(*) FROM mail) AS mails,"
            " (SELECT count(*) FROM social_account) AS linked,"
            " (SELECT count(*) FROM social_attempt) AS attempts,"
            " (SELECT count(*) FROM totp) AS apps,"
            " (SELECT sum(id) FROM recovery_code) AS codes,"
            " (SELECT count(*) FROM webhook) AS webhooks,"
            " (SELECT count(*) FROM webhook_delivery) AS messages,"
            " (SELECT max(version) FROM account) AS version"
        )
        passwords = await self.town.identity.sql("SELECT password FROM account ORDER BY id")
        return [*counts, *passwords]

    async def send(self, fields: dict[str, str], **headers: str) -> int:
        answer = await self.person.site.post(self.path, data=fields, headers=headers)
        assert "no-store" in answer.headers["cache-control"]
        return answer.status_code


async def case(town: Town, name: str) -> Case:
    person = await town.citizen(signed_in=name not in STRANGERS)
    await _before(town, person, name)
    code = key = ""
    if name in SECOND:
        code = (await town.add_app(person))[0]
        if name == "accounts.authenticate":
            person = await town.again(person)
    if "{key:str}" in FORMS[name].path:
        path = (
            "/password-resets" if "reset" in name else f"/users/{await _id(town, person)}/addresses"
        )
        address = person.email if "reset" in name else f"second-{person.username}@example.org"
        await town.identity.call("POST", path, {"email": address})
        key = await town.identity.mailed_key(address)
    path = FORMS[name].path.replace("{key:str}", key).replace("{username:str}", person.username)
    path = path.replace("{provider:str}", "github")
    if "{webhook:str}" in path:
        sent = {"url": "https://mine.example/hook", "events": ["downloads.release.published"]}
        hooks = f"/users/{await _id(town, person)}/webhooks"
        made = await town.identity.call("POST", hooks, sent)
        path = path.replace("{webhook:str}", str(made.json()["id"]))
    return Case(town, person, name, path, code)


async def _before(town: Town, person: Person, name: str) -> None:
    """Bring about what has to be so before a form can be sent."""
    sql = town.identity.sql
    if name == "accounts.sessions":
        await town.again(person)
    elif name == "accounts.connections":
        statement = (
            "INSERT INTO social_account (user_id, provider, subject) VALUES ($1, 'github', $2)"
        )
        await sql(statement, await _id(town, person), person.username)
    elif name == "accounts.password_set":
        await sql("UPDATE account SET password = '' WHERE username = $1", person.username)
    elif name == "accounts.social_signup":
        secret = secrets.token_urlsafe(32)
        await sql(
            "INSERT INTO social_attempt (state, browser, provider, process, nonce, verifier,"
            " subject, expires) VALUES ($1, $2, 'github', 'login', '', '', $3,"
            " now() + interval '1 hour')",
            *(secrets.token_bytes(32), hashlib.sha256(secret.encode()).digest(), person.username),
        )
        person.site.cookies.set("errand", secret, domain="site.test")


async def _id(town: Town, person: Person) -> int:
    found = await town.identity.sql("SELECT id FROM account WHERE username = $1", person.username)
    return int(found[0]["id"])


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_a_form_that_is_not_ours_changes_nothing(town: Town, name: str) -> None:
    found = await case(town, name)
    person, path = found.person, found.path
    to, filled = await person.fill(path, **found.fields)
    assert to == path
    before = await found.state()
    without = {field: value for field, value in filled.items() if field != TOKEN}
    stranger = await town.stranger()
    _, foreign = await stranger.fill("/accounts/confirm-email/")
    assert await found.send(without) == 403
    assert await found.send({**filled, TOKEN: foreign[TOKEN]}) == 403
    assert await found.send({**filled, TOKEN: "1764000000000." + "0" * 64}) == 403
    assert await found.send(filled, Origin="https://evil.example") == 403
    assert await found.send(filled, Origin="null") == 403
    for site in ("cross-site", "same-site"):
        assert await found.send(filled, **{"Sec-Fetch-Site": site}) == 403
    assert await found.send({**filled, TRAP: "https://spam.example"}) == 403
    kept = dict(person.site.cookies)
    person.site.cookies.delete("form")
    assert await found.send(filled) == 403
    for cookie, value in kept.items():
        person.site.cookies.set(cookie, value, domain="site.test")
    assert await found.state() == before

    # The same form of the same person is taken, so it was not refused for something else.
    answer = await person.site.post(path, data=filled, headers={"Origin": "http://site.test"})
    taken = {200} if name == "accounts.provider" else {201, 303}
    assert answer.status_code in taken, answer.text[-3000:]


@pytest.mark.parametrize("name", sorted(set(FORMS) - STRANGERS - {
    "accounts.logout", "accounts.confirm_email", "accounts.confirm", "accounts.password_reset",
}))  # fmt: skip
async def test_what_is_ones_own_is_nobody_elses(town: Town, name: str) -> None:
    """Not for somebody who is not signed in, whatever else is right."""
    found = await case(town, name)
    person = found.person
    _, filled = await person.fill(found.path, **found.fields)
    before = await found.state()
    person.site.cookies.delete("session")
    answer = await person.site.post(found.path, data=filled)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/accounts/login/?next=/")
    shown = await person.get(found.path)
    assert shown.headers["location"].startswith("/accounts/login/?next=/")
    assert await found.state() == before


SENSITIVE = {
    "accounts.email", "accounts.keys", "accounts.factors", "accounts.app", "accounts.codes",
    "accounts.webhooks", "accounts.webhook",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SENSITIVE))
async def test_what_is_sensitive_asks_for_the_password_once_more(town: Town, name: str) -> None:
    found = await case(town, name)
    person = found.person
    _, filled = await person.fill(found.path, **found.fields)
    await town.identity.sql(
        "UPDATE session SET reauthenticated_at = now() - interval '16 minutes'"
        " WHERE user_id = (SELECT id FROM account WHERE username = $1)",
        person.username,
    )
    before = await found.state()
    answer = await person.site.post(found.path, data=filled)
    proof = f"/accounts/reauthenticate/?next={found.path}"
    assert (answer.status_code, answer.headers["location"]) == (303, proof)
    assert await found.state() == before
    assert (await person.get(found.path)).headers["location"] == proof
    wrong = await person.send(proof, password="not the password")
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    assert (await person.get(found.path)).headers["location"] == proof
    right = await person.send(proof, password=PASSWORD)
    assert (right.status_code, right.headers["location"]) == (303, found.path)
    assert (await person.get(found.path)).status_code == 200


async def test_a_password_that_was_given_at_one_replica_counts_at_all(
    towns: tuple[Town, Town],
) -> None:
    one, two = towns
    person = await one.citizen()
    elsewhere = await two.stranger()
    elsewhere.site.cookies.set("session", person.site.cookies["session"], domain="site.test")
    await one.identity.sql("UPDATE session SET reauthenticated_at = now() - interval '1 hour'")
    proof = "/accounts/reauthenticate/?next=/accounts/email/"
    for browser in (person, elsewhere):
        assert (await browser.get("/accounts/email/")).headers["location"] == proof
    assert (await person.send(proof, password=PASSWORD)).status_code == 303
    assert (await elsewhere.get("/accounts/email/")).status_code == 200


async def test_failures_are_counted_by_name_at_all_replicas(towns: tuple[Town, Town]) -> None:
    person = await towns[0].citizen(signed_in=False)
    for name in (person.username, f"nobody-{secrets.token_hex(6)}"):
        answers = []
        for number in range(6):
            stranger = await towns[number % 2].stranger()
            answers.append(await stranger.log_in(name, "not the password"))
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert answers[-1].headers["retry-after"] == "300"
        assert "too many tries" in answers[-1].text
        # In whatever case, and with the right password too.
        stranger = await towns[0].stranger()
        assert (await stranger.log_in(name.upper())).status_code == 429


async def test_success_takes_the_count_back(town: Town) -> None:
    person = await town.citizen(signed_in=False)
    for _ in range(2):
        for _ in range(4):
            stranger = await town.stranger()
            answer = await stranger.log_in(person.username, "not the password")
            assert answer.status_code == 422
        stranger = await town.stranger()
        assert (await stranger.log_in(person.username)).status_code == 303


LIMITS = {
    "accounts.login": 30,
    "accounts.signup": 20,
    "accounts.password_reset": 20,
}


@pytest.mark.parametrize("name", LIMITS)
async def test_one_address_may_not_try_for_ever(towns: tuple[Town, Town], name: str) -> None:
    address = ".".join(str(secrets.randbelow(250) + 1) for _ in range(4))
    people = [await town.stranger(address) for town in towns]
    path = FORMS[name].path
    statuses: list[int] = []
    for number in range(LIMITS[name] + 1):
        person = people[number % 2]
        # Refused by the form itself, before the service hears of it.
        _, filled = await person.fill(path)
        statuses.append((await person.site.post(path, data=filled)).status_code)
    assert statuses == [422] * LIMITS[name] + [429]


async def test_mails_to_one_address_are_limited(town: Town) -> None:
    email = f"{secrets.token_hex(6)}@example.org"
    for path in ("/accounts/password/reset/", "/accounts/confirm-email/"):
        statuses = []
        for number in range(6):
            stranger = await town.stranger()
            typed = email.upper() if number % 2 else email
            statuses.append((await stranger.send(path, email=typed)).status_code)
        assert statuses == [303] * 5 + [429]


async def test_a_password_is_not_guessed_by_changing_it(town: Town) -> None:
    person = await town.citizen()
    path = "/accounts/password/change/"
    wrong = {"oldpassword": "not the password", "password1": NEW, "password2": NEW}
    statuses = [(await person.send(path, **wrong)).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


async def test_a_password_is_not_guessed_by_deleting(town: Town) -> None:
    person = await town.citizen()
    path = f"/users/{person.username}/delete/"
    statuses = [(await person.send(path, password="wrong")).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert (await person.get("/users/edit/")).status_code == 200
